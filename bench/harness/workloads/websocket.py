# SPDX-License-Identifier: MIT
"""W10: WebSocket echo."""
import os

from ..contest import count, limit, missing, peer, plua, workload
from ..peers import REGISTRY
from ..programs import loading, script, serving

CONNECTIONS = 64
PEERS = ("ws", "websockets", "lua-http")
LABELS = {"websockets": "python websockets on uvloop"}


def echo(folder, size, warming, messages):
    def load(server, n):
        return loading([f"{folder}/bench/websocket_load", server.port, CONNECTIONS, size, n])

    def measure(command):
        with serving(command) as server:
            with load(server, warming) as finish:
                finish()
            with load(server, messages) as finish:
                before = server.cpu()
                seconds = float(finish())
                return {"cost": (server.cpu() - before) / messages * 1e6, "rate": messages / seconds,
                        "peak": server.memory("VmHWM")}

    own = script("websocket_server.lua")
    return [limit("Beast", lambda: measure([f"{folder}/bench/websocket_beast"])),
            plua(lambda: measure([f"{folder}/plua", own])) if os.path.exists(own)
            else missing("plua", "no WebSocket server yet"),
            *(peer(key, lambda k=key: measure(REGISTRY[k].program(folder, "websocket_server")), LABELS.get(key))
              for key in PEERS)]


@workload("W10a", "WebSocket echo, 64 connections, 64 bytes")
def small(folder):
    return echo(folder, 64, count(10_000), count(100_000))


@workload("W10b", "WebSocket echo, 64 connections, 64 KB")
def large(folder):
    return echo(folder, 65536, count(500), count(5_000))
