# SPDX-License-Identifier: MIT
"""W11: what an operation costs as the number of those that are there grows."""
from ..contest import count, limit, plua, workload
from .tasks import lua_tasks, per_operation, plua_tasks, timed
from .tcp import SERVERS, echo, field
from .timers import LIMITS as TIMER_LIMITS


@workload("W11-tcp", "Growth of a TCP echo of 64 bytes, both programs on one CPU", "µs CPU", "connections")
def growing_echo(folder):
    made = []
    for connections in (1, 64, 1_000, 10_000):
        operations = max(count(60_000), 2 * connections)
        made += field(folder, SERVERS, "echo_server", echo(folder, connections, operations, 0), (), connections)
    return made


@workload("W11-yield", "Growth of a yield", "ns CPU", "tasks")
def growing_yields(folder):
    made = []
    for tasks in (1_000, 10_000, 100_000, 1_000_000):
        turns = max(1, count(4_000_000) // tasks)  # the same number of yields at each size

        def run(command, n=tasks * turns):
            return lambda: timed(folder, n, command)

        made += [limit("bare coroutines, lua5.4", run(lua_tasks("bare_turns", tasks, turns)), tasks),
                 plua(run(plua_tasks(folder, "turns", tasks, turns)), at=tasks)]
    return made


@workload("W11-arm", "Growth of a timer armed and stopped", "ns CPU", "other timers")
def growing_arms(folder):
    n = count(500_000)
    made = []
    for others in (1_000, 10_000, 100_000, 1_000_000):
        for name, mode in TIMER_LIMITS:
            made.append(limit(name, lambda m=mode, k=others: timed(
                folder, n, [f"{folder}/bench/timers", m, "timer", n, k]), others))
        made.append(plua(lambda k=others: timed(folder, n, plua_tasks(folder, "timer", n, k)), at=others))
    return made


@workload("W11-fire", "Growth of a timer armed and fired, every other one stopped", "ns CPU", "timers")
def growing_timers(folder):
    made = []
    for timers in (1_000, 10_000, 100_000, 1_000_000):
        # A round arms and awaits all of them; rounds of few timers are repeated.
        rounds = max(1, min(100, count(1_000_000) // timers))

        def run(command, n=timers, rounds=rounds):
            return lambda: {"cost": per_operation(folder, rounds, lambda k: command("rounds", n, k))["cost"] / n}

        for name, mode in TIMER_LIMITS:
            made.append(limit(name, run(lambda *given, m=mode: [f"{folder}/bench/timers", m, *given]), timers))
        made.append(plua(run(lambda *given: plua_tasks(folder, *given)), at=timers))
    return made
