# SPDX-License-Identifier: MIT
"""W4: tasks, and the operations among them."""
from ..contest import count, limit, peer, plua, workload
from ..peers import REGISTRY
from ..programs import Usage, script

PEERS = ("nginx", "cqueues", "cqueues-jit", "luv", "luv-jit", "node", "uvloop", "asyncio")


def lua_tasks(*arguments):
    return ["lua5.4", script("tasks.lua"), *arguments]


def plua_tasks(folder, *arguments):
    return [f"{folder}/plua", script("tasks.lua"), *arguments]


def whole(folder, command):
    """Seconds of CPU of a program from its start to its end."""
    used = Usage(folder, command)
    return {"cost": used.cpu, "wall": used.wall * 1e3, "peak": used.peak}


def per_operation(folder, n, command):
    """Nanoseconds of CPU an operation; what the start, the preparation and compiling at first cost cancels out."""
    warm = n // 10
    long, short = (Usage(folder, command(amount)).cpu for amount in (n + warm, warm))
    return {"cost": (long - short) / n * 1e9}


def timed(folder, n, command):
    """Nanoseconds of CPU an operation, as the program measures it itself: it prints the seconds."""
    return {"cost": float(Usage(folder, command).printed) / n * 1e9}


@workload("W4", "100,000 tasks × 10 yields", "s CPU")
def tasks(folder):
    n = count(100_000)
    made = [limit("bare coroutines, lua5.4", lambda: whole(folder, lua_tasks("bare", n))),
            limit("bare coroutines, plua", lambda: whole(folder, plua_tasks(folder, "bare", n))),
            plua(lambda: whole(folder, plua_tasks(folder, "tasks", n)))]
    for key in PEERS:
        made.append(peer(key, lambda k=key: whole(folder, REGISTRY[k].program(folder, "tasks", "tasks", n))))
    for key, name, label in (("nginx", "sleeps", "nginx+Lua, ngx.sleep(0)"),
                             ("node", "microtasks", "node, microtasks only")):
        made.append(peer(key, lambda k=key, w=name: whole(folder, REGISTRY[k].program(folder, "tasks", w, n)), label))
    return made


@workload("W4b", "Operations nested in coroutines", "ns CPU")
def nested(folder):
    def row(label, name, depth=0):
        return plua(lambda: per_operation(folder, count(1_000_000),
                                          lambda n: plua_tasks(folder, name, n, depth)), label)
    return [row("switch among 100 tasks", "switch"),
            *(row(f"complete at once, depth {depth}", "at_once", depth) for depth in (0, 1, 10, 100)),
            *(row(f"through the loop, depth {depth}", "loop", depth) for depth in (0, 1, 10, 100))]


def step_workload(label, title, name):
    @workload(label, title, "ns CPU")
    def make(folder):
        n = count(2_000_000)
        return [limit("lua5.4", lambda: per_operation(folder, n, lambda amount: lua_tasks(name, amount))),
                plua(lambda: per_operation(folder, n, lambda amount: plua_tasks(folder, name, amount)))]
    return make


step_workload("W4b-wrap", "Generator step", "generator")
step_workload("W4b-resume", "Resume and yield", "resume")


@workload("W4c", "Spawn and run an empty task", "ns CPU")
def spawn(folder):
    n = count(500_000)
    made = [limit("bare coroutine, lua5.4",
                  lambda: per_operation(folder, n, lambda amount: lua_tasks("create", amount))),
            plua(lambda: per_operation(folder, n, lambda amount: plua_tasks(folder, "spawn", amount))),
            plua(lambda: per_operation(folder, n, lambda amount: plua_tasks(folder, "callback", amount)),
                 "plua, callback form")]
    for key in PEERS:
        if not key.startswith("luv"):  # it has callbacks, not tasks
            made.append(peer(key, lambda k=key: per_operation(
                folder, n, lambda amount: REGISTRY[k].program(folder, "tasks", "spawn", amount))))
    return made
