# SPDX-License-Identifier: MIT
"""W7: what it takes to start, to run a loop that has nothing to do, and to end."""
import statistics

from ..contest import limit, peer, plua, workload
from ..peers import PYTHON, REGISTRY
from ..programs import Usage, script

PEERS = ("nginx", "cqueues", "cqueues-jit", "copas", "copas-jit", "luv", "luv-jit", "node", "uvloop", "asyncio")


@workload("W7", "Start-up of an empty script", "ms CPU")
def start_up(folder):
    def measure(command, times=20):
        runs = [Usage(folder, command()) for _ in range(times)]
        return {"cost": statistics.median(r.cpu for r in runs) * 1e3,
                "wall": statistics.median(r.wall for r in runs) * 1e3, "peak": max(r.peak for r in runs)}

    made = [limit("lua5.4", lambda: measure(lambda: ["lua5.4", script("empty.lua")])),
            plua(lambda: measure(lambda: [f"{folder}/plua", script("empty.lua")]))]
    made += [peer(key, lambda k=key: measure(lambda: REGISTRY[k].program(folder, "empty"))) for key in PEERS]
    made.append(peer("asyncio", lambda: measure(lambda: [PYTHON, "-c", ""]), "python without asyncio"))
    return made
