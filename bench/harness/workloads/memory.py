# SPDX-License-Identifier: MIT
"""W6: what a connection and a task take while they wait."""
from ..contest import count, limit, missing, peer, plua, workload
from ..peers import REGISTRY
from ..programs import serving
from .tasks import PEERS as TASK_PEERS, lua_tasks, plua_tasks
from .tcp import HEADS, PEERS, SERVERS, echo_load, field

SELECT = "LuaSocket waits with select(), which ends at descriptor 1,023"


@workload("W6", "10,000 idle connections, each after one round trip", "bytes each")
def connections(folder):
    n = min(count(10_000), 10_000)

    def measure(key, command):
        head = HEADS.get(key, "")
        with serving(command()) as server, echo_load(folder, server.port, 64, 0, head=head):
            before = server.memory()
            with echo_load(folder, server.port, n, 0, head=head):
                return {"cost": (server.memory() - before) / n, "peak": server.memory("VmHWM")}

    keys = [key for key in PEERS if not key.startswith("copas")]
    return [*field(folder, SERVERS, "echo_server", measure, keys), missing("copas", SELECT, "copas")]


def asleep(command, few, more):
    """Bytes that each of `more` sleepers adds to `few` others. The program prints their number once all sleep."""
    def resident(n):
        with serving(command(n)) as program:
            return program.memory()
    return {"cost": (resident(few + more) - resident(few)) / more}


def sleepers(folder, n, keys):
    few = n // 10
    made = [limit("Asio awaitable", lambda: asleep(lambda k: [f"{folder}/bench/sleepers_awaitable", k], few, n)),
            limit("bare coroutines, lua5.4", lambda: asleep(lambda k: lua_tasks("suspended", k), few, n)),
            plua(lambda: asleep(lambda k: plua_tasks(folder, "sleepers", k), few, n))]
    for key in keys:
        made.append(peer(key, lambda p=REGISTRY[key]: asleep(
            lambda k: p.program(folder, "tasks", "sleepers", k), few, n)))
    return made


@workload("W6b", "100,000 sleeping tasks", "bytes each")
def many_sleepers(folder):
    return sleepers(folder, count(100_000), TASK_PEERS)


@workload("W6b-1M", "A million sleeping tasks", "bytes each")
def million_sleepers(folder):
    return sleepers(folder, count(1_000_000), ())
