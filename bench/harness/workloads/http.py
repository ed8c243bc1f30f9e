# SPDX-License-Identifier: MIT
"""W1 and W9: HTTP, the server's side and the client's."""
import os

from .. import nginx
from ..contest import count, limit, missing, peer, plua, workload
from ..http import check, wrk
from ..peers import REGISTRY
from ..programs import Usage, loading, script, serving

PEERS = ("luv-jit", "luv", "cqueues", "cqueues-jit", "uvloop", "aiohttp", "node", "lua-http")
CLIENTS = ("nginx", "undici", "node", "lua-http", "aiohttp")
LABELS = {"aiohttp": "aiohttp on uvloop"}
PARALLEL = 50  # requests of the client at a time


def servers(folder, measure, posting=False):
    """The contestants of one workload. `measure(command, target)` is one round with the server that a command starts
    and what is asked of it."""
    def raw(name, program):
        return limit(name, lambda: measure([f"{folder}/bench/{program}"], "/"))

    def nginx_at(target):
        return lambda: measure(nginx.start(folder, "http.conf"), target)

    made = [raw("lean C++", "http_epoll"), raw("Beast", "http_beast")]
    if not posting:
        made.append(limit("nginx, static", nginx_at("/static")))
    own = script("http_server.lua")
    made.append(plua(lambda: measure([f"{folder}/plua", own], "/")) if os.path.exists(own)
                else missing("plua", "no HTTP server yet"))
    if posting:
        made.append(peer("nginx", nginx_at("/order")))
    else:
        made.append(peer("nginx", nginx_at("/lua")))
        made.append(peer("nginx", nginx_at("/lua-reading"), "nginx+Lua, reading method, URI, headers"))
    for key in PEERS:
        made.append(peer(key, lambda k=key: measure(REGISTRY[k].program(folder, "http_server"), "/"), LABELS.get(key)))
    return made


def loaded(depth=1, posting=False):
    def measure(command, target):
        with serving(command) as server:
            check(server.port, target, posting)
            wrk(server.port, target, 1, depth, posting)  # compilers at run time get to know the program
            before = server.cpu()
            found = wrk(server.port, target, count(3), depth, posting)
            used = server.cpu() - before
            return {"cost": used / found.pop("count") * 1e6, **found, "peak": server.memory("VmHWM")}
    return measure


@workload("W1a", "HTTP hello, 64 connections kept alive")
def hello(folder):
    return servers(folder, loaded())


@workload("W1-pipelined", "HTTP hello, 64 connections, 16 requests at a time on each")
def pipelined(folder):
    return servers(folder, loaded(depth=16))


@workload("W1b", "HTTP POST of 1 KB of JSON, an object of three fields comes back, 64 connections")
def order(folder):
    return servers(folder, loaded(posting=True), posting=True)


@workload("W1-idle", "HTTP, 10,000 idle connections kept alive, each after one request", "bytes each")
def idle(folder):
    def measure(command, target):
        def load(connections):
            return loading([f"{folder}/bench/http_load", server.port, target, connections, 0])

        with serving(command) as server, load(1):
            before = server.memory()
            with load(count(10_000)):
                return {"cost": (server.memory() - before) / count(10_000)}
    return servers(folder, measure)


@workload("W9", "HTTP client, GET on connections kept alive, 50 at a time, against nginx")
def client(folder):
    def measure(command):
        with serving(nginx.start(folder, "http.conf"), 1) as server:
            # The start cancels out, and what compilers at run time need to get to know the program.
            short, long = count(5_000), count(25_000)
            start, whole = (Usage(folder, command(server.port, n, PARALLEL)) for n in (short, long))
            return {"cost": (whole.cpu - start.cpu) / (long - short) * 1e6,
                    "rate": (long - short) / (whole.wall - start.wall), "peak": whole.peak}

    own = script("http_client.lua")
    return [limit("Beast", lambda: measure(lambda *given: [f"{folder}/bench/http_client", *given])),
            plua(lambda: measure(lambda *given: [f"{folder}/plua", own, *given])) if os.path.exists(own)
            else missing("plua", "no HTTP client yet"),
            *(peer(key, lambda k=key: measure(lambda *given: REGISTRY[k].program(folder, "http_client", *given)),
                   LABELS.get(key)) for key in CLIENTS)]
