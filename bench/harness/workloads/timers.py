# SPDX-License-Identifier: MIT
"""W5: timers."""
from ..contest import count, limit, missing, peer, plua, workload
from ..peers import REGISTRY
from .tasks import PEERS, per_operation, plua_tasks, whole

LIMITS = (("heap on a timerfd", "heap"), ("Asio steady_timer each", "steady"))


@workload("W5", "200,000 timers, half of them stopped", "s CPU")
def timers(folder):
    n = count(200_000)
    made = [limit(name, lambda m=mode: whole(folder, [f"{folder}/bench/timers", m, "timers", n]))
            for name, mode in LIMITS]
    made.append(plua(lambda: whole(folder, plua_tasks(folder, "timers", n))))
    for key in PEERS:
        made.append(peer(key, lambda k=key: whole(folder, REGISTRY[k].program(folder, "tasks", "timers", n))))
    made.append(missing("copas", "version 1.2 has no timers", "copas"))
    return made


@workload("W5-arm", "One timer armed and stopped, beside 10,000 others", "ns CPU")
def timer(folder):
    n = count(500_000)
    made = [limit(name, lambda m=mode: per_operation(
        folder, n, lambda amount: [f"{folder}/bench/timers", m, "timer", amount, 10_000])) for name, mode in LIMITS]
    made.append(plua(lambda: per_operation(folder, n, lambda amount: plua_tasks(folder, "timer", amount, 10_000))))
    for key in ("luv", "luv-jit", "node", "uvloop", "asyncio"):
        made.append(peer(key, lambda k=key: per_operation(
            folder, n, lambda amount: REGISTRY[k].program(folder, "tasks", "timer", amount, 10_000))))
    return made
