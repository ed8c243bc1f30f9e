# SPDX-License-Identifier: MIT
"""HTTP requests, the server's side: that say hello, one by one and pipelined, and that post JSON."""
import os
import shutil

from .. import nginx
from ..counting import Case, cases, served
from ..http import order, request
from ..peers import REGISTRY
from ..programs import script

CONNECTIONS, DEPTH = 64, 16


def _counted(folder, name, who, of, command, text, depth=1):
    """The requests of one round are a multiple of all connections'."""
    round_ = CONNECTIONS * depth
    return Case(f"http {name}{who}", of, lambda n: served(folder, command(), CONNECTIONS, n // depth, text * depth),
                (round_ * max(2, 10 // depth), round_ * max(12, 60 // depth)))


def _three(folder, who, of, command):
    hello, post = request("/").decode(), request("/", order()).decode()
    return [_counted(folder, "request", who, of, command, hello),
            _counted(folder, "request, 16 at a time", who, of, command, hello, DEPTH),
            _counted(folder, "post of an order", who, of, command, post)]


@cases("http")
def make(folder):
    def start_nginx():
        # Here the path of an administrator is not searched.
        _, *arguments = nginx.start(folder, "http.conf")
        return [shutil.which("nginx") or "/usr/sbin/nginx", *arguments]

    own = script("http_server.lua")
    servers = [("", "plua", ["./plua", own])] if os.path.exists(own) else []
    servers += [(", lean C++", "limit", ["./bench/http_epoll"]), (", Beast", "limit", ["./bench/http_beast"])]
    servers += [(", " + key, key, REGISTRY[key].program(folder, "http_server")) for key in ("cqueues", "luv")]
    made = [case for who, of, command in servers for case in _three(folder, who, of, lambda c=command: c)]
    for who, target in (("nginx static", "/static"), ("nginx+Lua", "/lua"), ("nginx+Lua reading", "/lua-reading")):
        made.append(_counted(folder, "request", ", " + who, "nginx", start_nginx, request(target).decode()))
    post = request("/order", order()).decode()
    return [*made, _counted(folder, "post of an order", ", nginx+Lua", "nginx", start_nginx, post)]
