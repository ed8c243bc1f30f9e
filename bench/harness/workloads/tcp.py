# SPDX-License-Identifier: MIT
"""W2 and W3: TCP echo, the server's side and the client's."""
from ..contest import count, limit, peer, plua, workload
from ..peers import REGISTRY
from ..programs import Usage, loading, script, serving

SIZE = 64
# nginx hands a connection to Lua once it has read a request, so its load sends this first.
HEADS = {"nginx": "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n"}
SERVERS = (("Asio awaitable", "echo_awaitable"), ("Asio callbacks", "echo_callbacks"), ("raw epoll", "echo_epoll"))
CLIENTS = (("Asio awaitable", "client_awaitable"),)
PEERS = ("nginx", "cqueues", "cqueues-jit", "copas", "copas-jit", "luv", "luv-jit", "node", "uvloop", "asyncio")


def echo_load(folder, port, connections, operations, cpu=1, head=""):
    return loading([f"{folder}/bench/echo_load", port, connections, SIZE, operations, head], cpu)


def field(folder, limits, stem, measure, keys=PEERS, at=None):
    """The limits, plua and the peers. `measure(key, command)` is one round; `command` makes the command that runs
    the contestant's program with the arguments that it is given."""
    def run_by(key, command):
        return lambda: measure(key, command)

    made = [limit(name, run_by("limit", lambda *given, p=program: [f"{folder}/bench/{p}", *given]), at)
            for name, program in limits]
    made.append(plua(run_by("plua", lambda *given: [f"{folder}/plua", script(stem + ".lua"), *given]), at=at))
    for key in keys:
        made.append(peer(key, run_by(key, lambda *given, k=key: REGISTRY[k].program(folder, stem, *given)), at=at))
    return made


def echo(folder, connections, operations, load_cpu):
    def measure(key, command):
        with serving(command()) as server:
            with echo_load(folder, server.port, connections, operations, load_cpu, HEADS.get(key, "")) as finish:
                before = server.cpu()
                seconds = float(finish())
                return {"cost": (server.cpu() - before) / operations * 1e6, "rate": operations / seconds,
                        "peak": server.memory("VmHWM")}
    return measure


@workload("W2", "TCP echo, 64 connections, 64 bytes")
def echo_many(folder):
    return field(folder, SERVERS, "echo_server", echo(folder, 64, count(100_000), 1))


@workload("W2-1", "TCP echo, one connection, 64 bytes, both programs on one CPU")
def echo_one(folder):
    return field(folder, SERVERS, "echo_server", echo(folder, 1, count(30_000), 0))


def client(folder, mode, operations, server_cpu):
    def measure(_key, command):
        with serving([f"{folder}/bench/echo_epoll"], server_cpu) as server:
            # What the start costs cancels out, and what a compiler at run time does at first.
            warm = operations // 10
            whole, start = (Usage(folder, command(mode, server.port, n)) for n in (operations + warm, warm))
            return {"cost": (whole.cpu - start.cpu) / operations * 1e6,
                    "rate": operations / (whole.wall - start.wall), "peak": whole.peak}
    return measure


@workload("W3a", "TCP client, round trips in sequence, both programs on one CPU")
def client_sequential(folder):
    return field(folder, CLIENTS, "client", client(folder, "sequential", count(50_000), 0))


@workload("W3b", "TCP client, 100 tasks, round trips")
def client_parallel(folder):
    return field(folder, CLIENTS, "client", client(folder, "parallel", count(100_000), 1))


@workload("W3c", "TCP client, connect + write + read + close in sequence, both programs on one CPU")
def client_connect(folder):
    return field(folder, CLIENTS, "client", client(folder, "connect", count(5_000), 0))
