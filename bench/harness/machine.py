# SPDX-License-Identifier: MIT
"""The machine that a run takes place on: what it is, and how much else it does."""
import os
import platform
import resource
import subprocess
import time

from .programs import ROOT

_TICK = os.sysconf("SC_CLK_TCK")


def facts():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()) + " UTC",
            "load": " ".join(f"{x:.1f}" for x in os.getloadavg()), "commit": commit()}


def commit():
    try:
        done = subprocess.run(["git", "--no-optional-locks", "describe", "--always", "--dirty"], cwd=ROOT, text=True,
                              capture_output=True, timeout=10)
        return done.stdout.strip() or "unknown"
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"


def _busy():
    """Seconds in which some CPU worked, or was kept from us by the host."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _iowait, irq, softirq, steal = (int(x) for x in file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICK


def _own():
    return sum(used.ru_utime + used.ru_stime for used in (resource.getrusage(resource.RUSAGE_SELF),
                                                          resource.getrusage(resource.RUSAGE_CHILDREN)))


class Watch:
    """Tells what share of the work between two moments was not ours. All programs must have ended at both."""

    def __init__(self):
        self.begin = time.monotonic(), _busy(), _own()

    def foreign(self):
        wall, busy, own = (now - then for now, then in zip((time.monotonic(), _busy(), _own()), self.begin))
        # A tick is all that the system's own count can tell apart; two of them are no other work.
        other = max(0.0, busy - own - 2 / _TICK)
        return other / max(busy, wall, 1e-9)
