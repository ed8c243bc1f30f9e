# SPDX-License-Identifier: MIT
"""TCP round trips of 64 bytes, the server's side."""
from ..counting import Case, cases, served
from ..peers import REGISTRY
from ..programs import script

MESSAGE = "x" * 64


@cases("tcp")
def make(folder):
    servers = [("", "plua", ["./plua", script("echo_server.lua")]),
               (", Asio awaitable", "limit", ["./bench/echo_awaitable"]),
               (", Asio callbacks", "limit", ["./bench/echo_callbacks"]),
               (", raw epoll", "limit", ["./bench/echo_epoll"])]
    servers += [(", " + key, key, REGISTRY[key].program(folder, "echo_server")) for key in ("cqueues", "luv")]
    made = []
    for connections, title in ((64, "64 connections"), (1, "1 connection")):
        for who, of, command in servers:
            made.append(Case(f"tcp round trip, {title}{who}", of, lambda n, c=command, k=connections: served(
                folder, c, k, n, MESSAGE), (1_920, 12_160)))
    return made
