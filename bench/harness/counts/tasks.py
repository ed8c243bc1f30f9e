# SPDX-License-Identifier: MIT
"""Tasks, timers and the operations among them."""
from ..counting import Case, cases, whole
from ..peers import REGISTRY
from ..programs import script

PLUA = (("switch among 100 tasks", "switch", 0), ("task of ten yields", "tasks", 0),
        ("spawn of an empty task", "spawn", 0), ("callback form", "callback", 0), ("sleep(0)", "sleep", 0),
        ("operation complete at once, depth 0", "at_once", 0),
        ("operation complete at once, depth 100", "at_once", 100),
        ("operation through the loop, depth 0", "loop", 0), ("operation through the loop, depth 100", "loop", 100),
        ("generator step", "generator", 0), ("timer armed and stopped", "timer", 10_000),
        ("timer, half of them stopped", "timers", 0))
LUA = (("coroutine of ten yields, lua5.4", "bare"), ("spawn of an empty coroutine, lua5.4", "create"),
       ("generator step, lua5.4", "generator"))
CPP = (("timer armed and stopped, heap", "heap", "timer", 10_000),
       ("timer, half of them stopped, heap", "heap", "timers", 0),
       ("timer, half of them stopped, Asio steady_timer", "steady", "timers", 0))
PEERS = (("task of ten yields, cqueues", "cqueues", "tasks", 0),
         ("spawn of an empty task, cqueues", "cqueues", "spawn", 0),
         ("timer, half of them stopped, cqueues", "cqueues", "timers", 0),
         ("timer, half of them stopped, luv", "luv", "timers", 0))


@cases("tasks")
def make(folder):
    def counted(*command, more=0):
        return lambda n: whole(folder, [*command, n, more])

    made = [Case(name, "plua", counted("./plua", script("tasks.lua"), work, more=more)) for name, work, more in PLUA]
    made += [Case(name, "limit", counted("lua5.4", script("tasks.lua"), work)) for name, work in LUA]
    made += [Case(name, "limit", counted("./bench/timers", queue, work, more=more)) for name, queue, work, more in CPP]
    made += [Case(name, key, counted(*REGISTRY[key].program(folder, "tasks", work), more=more))
             for name, key, work, more in PEERS]
    return made
