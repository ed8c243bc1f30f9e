# SPDX-License-Identifier: MIT
"""Workloads, their contestants, and the rounds in which these take turns."""
import sys
from dataclasses import dataclass, field
from typing import Callable, Optional

from . import peers
from .machine import Watch
from .programs import Failed

FOREIGN = 0.20  # the share of other work above which a measurement is repeated
REPEATS = 3  # that often at most

WORKLOADS = {}
scale = 1.0  # --scale: what the counts are multiplied with, to try things out


@dataclass
class Workload:
    name: str
    title: str
    unit: str
    make: Callable
    growth: str = ""  # what grows from column to column, where the table shows growth


@dataclass
class Contestant:
    kind: str  # limit, peer or plua
    key: str
    name: str
    run: Optional[Callable] = None
    why: str = ""  # it cannot run
    at: Optional[int] = None  # the size, in a workload that shows growth


@dataclass
class Measured:
    """One contestant in one round."""
    values: dict = field(default_factory=dict)
    foreign: float = 0.0
    tries: int = 0
    error: str = ""


def workload(name, title, unit="µs CPU", growth=""):
    """Registers the function that makes the contestants of a workload from the build folder.

    Each contestant's `run` is one measurement and returns a dictionary: "cost" in `unit`, the less the better, and
    where they say something "rate" (per second), "speed" (bytes per second), "wall", "p50" and "p99" (ms) and
    "peak" (bytes)."""
    def register(make):
        if name in WORKLOADS:
            raise ValueError(f"two workloads {name}")
        WORKLOADS[name] = Workload(name, title, unit, make, growth)
        return make
    return register


def count(n):
    """A count of operations as --scale has it."""
    return max(1, round(n * scale))


def limit(name, run, at=None):
    """A program in C++, or bare Lua. The first limit of a workload is what the others are compared with."""
    return Contestant("limit", "limit", name, run, at=at)


def plua(run, label=None, at=None):
    return Contestant("plua", "plua", label or "plua", run, at=at)


def peer(key, run, label=None, at=None):
    return Contestant("peer", key, label or peers.REGISTRY[key].name, run, at=at)


def missing(name, why, key=None):
    """A contestant that cannot run: it gets a row that says why. `key` is its peer's, if it is one."""
    return Contestant("peer" if key else "plua", key or "plua", name, None, why)


def gather(folder, chosen):
    """The contestants that take part; those whose peer is not here say so."""
    taking_part = []
    for contestant in chosen.make(folder):
        if contestant.kind == "peer":
            if not peers.chosen(contestant.key):
                continue
            if not contestant.why and peers.version(folder, contestant.key) is None:
                contestant.why = "not installed"
        taking_part.append(contestant)
    return taking_part


def measure(contestant):
    measured = Measured()
    while measured.tries <= REPEATS:
        measured.tries += 1
        watch = Watch()
        try:
            measured.values = contestant.run()
        except (Failed, OSError, ValueError, StopIteration) as error:
            measured.error = str(error) or type(error).__name__
            return measured
        measured.foreign = watch.foreign()
        if measured.foreign <= FOREIGN:
            break
    return measured


def compete(folder, chosen, rounds, record):
    """Lets the contestants take turns. Returns them and the rounds: a list from each contestant's place to what was
    measured. One that failed sits out what remains. `record` is told of each measurement as it is made."""
    contestants = gather(folder, chosen)
    results = []
    failed = set()
    for number in range(rounds):
        measured = {}
        for place, contestant in enumerate(contestants):
            if contestant.why or place in failed:
                continue
            measured[place] = measure(contestant)
            if measured[place].error:
                failed.add(place)
                print(f"bench: {chosen.name}: {contestant.name} failed: {measured[place].error}", file=sys.stderr)
            record(chosen, contestant, number, measured[place])
        results.append(measured)
    return contestants, results
