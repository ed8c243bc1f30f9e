# SPDX-License-Identifier: MIT
"""What a run prints: a head, a Markdown table a workload; and a JSON line a measurement."""
import json
import statistics

from . import peers
from .contest import FOREIGN

MORE = (("rate", "per second", 1, 0), ("speed", "MB/s", 1e6, 0), ("wall", "ms wall", 1, 2), ("p50", "p50 ms", 1, 2),
        ("p99", "p99 ms", 1, 2), ("peak", "peak MB", 2**20, 1))


def head(facts, versions, folder, rounds):
    lines = [f"Machine: {facts['cpu']}, {facts['cores']} cores, Linux {facts['kernel']}; load {facts['load']} at the "
             f"start. {facts['date']}, commit {facts['commit']}, {rounds} round{'s' * (rounds != 1)}.", "",
             f"Limits and plua: {versions['compiler']} ({versions['flags']}), Boost {versions['Boost']}, "
             f"Lua {versions['lua5.4']}, {versions['plua']}."]
    here = {key: peers.version(folder, key) for key in peers.REGISTRY if peers.chosen(key)}
    listed = [f"{peers.REGISTRY[key].name} {found or '(not installed)'}" for key, found in here.items()]
    lines.append("Peers: " + ("; ".join(listed) or "none") + ".")
    return "\n".join(lines) + "\n"


class Results:
    """The measurements of one workload, asked for by the place of a contestant."""

    def __init__(self, workload, contestants, rounds):
        self.workload, self.contestants, self.rounds = workload, contestants, rounds

    def of(self, place, key="cost"):
        return [r[place].values[key] for r in self.rounds if place in r and key in r[place].values]

    def median(self, place, key="cost"):
        values = self.of(place, key)
        return statistics.median(values) if values else None

    def ratio(self, place, base):
        """The median of the ratios within each round."""
        both = [(r[place].values, r[base].values) for r in self.rounds if place in r and base in r]
        ratios = [one["cost"] / other["cost"] for one, other in both if "cost" in one and other.get("cost")]
        return statistics.median(ratios) if ratios else None

    def first(self, kind):
        return next((p for p, c in enumerate(self.contestants) if c.kind == kind and self.of(p)), None)

    def best_peer(self):
        ran = [p for p, c in enumerate(self.contestants) if c.kind == "peer" and self.of(p)]
        return min(ran, key=self.median, default=None)

    def error(self, place):
        return next((r[place].error for r in self.rounds if place in r and r[place].error), "")

    def disturbed(self, place):
        return sum(r[place].foreign > FOREIGN for r in self.rounds if place in r)

    def failures(self):
        return [self.contestants[p].name for p in range(len(self.contestants)) if self.error(p)]


def digits(unit):
    return 0 if unit.startswith(("ns", "bytes", "instr")) else 3 if unit.startswith("s ") else 2


def number(value, places):
    return "–" if value is None else f"{value:,.{places}f}"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def table(results):
    chosen = results.workload
    lines = [f"### {chosen.name}: {chosen.title}", ""]
    lines += _growth(results) if chosen.growth else _plain(results)
    marked = [c.name for p, c in enumerate(results.contestants) if results.disturbed(p)]
    if marked:
        lines += ["", f"\\* other work took more than {FOREIGN:.0%} in a round, also when it was repeated."]
    for place, contestant in enumerate(results.contestants):
        if results.error(place):
            lines += ["", f"Failed: {contestant.name}: {results.error(place)}"]
    return "\n".join(lines) + "\n"


def _plain(results):
    unit = results.workload.unit
    base, best = results.first("limit"), results.best_peer()
    names = [c.name for c in results.contestants]
    heads = ["", unit, "range"]
    against = [p for p in (base, best) if p is not None and len(names) > 1]
    heads += [f"ratio to {names[p]}" for p in against]
    more = [m for m in MORE if any(results.of(p, m[0]) for p in range(len(names)))]
    heads += [m[1] for m in more]
    lines = [row(heads), "|" + "---|" * len(heads)]
    for place, contestant in enumerate(results.contestants):
        values = results.of(place)
        if not values:
            why = contestant.why or "failed, see below"
            lines.append(row([contestant.name, f"– ({why})"] + [""] * (len(heads) - 2)))
            continue
        places = digits(unit)
        cells = [contestant.name + " \\*" * bool(results.disturbed(place)), number(statistics.median(values), places),
                 f"{number(min(values), places)}–{number(max(values), places)}"]
        cells += [number(results.ratio(place, p), 2) for p in against]
        for key, _, divisor, decimals in more:
            median = results.median(place, key)
            cells.append("" if median is None else number(median / divisor, decimals))
        lines.append(row(cells))
    return lines


def _growth(results):
    """One row a contestant, one column a size. "Grows" is the most that a size costs over any smaller one."""
    places = digits(results.workload.unit)
    sizes = sorted({c.at for c in results.contestants if c.at is not None})
    rows = {}
    for place, contestant in enumerate(results.contestants):
        rows.setdefault(contestant.name, {})[contestant.at] = place
    title = f"{results.workload.unit} at … {results.workload.growth}"
    lines = [row([title] + [f"{size:,}" for size in sizes] + ["grows by"]), "|" + "---|" * (len(sizes) + 2)]
    for name, at in rows.items():
        medians = [results.median(at[s]) if s in at else None for s in sizes]
        marks = [" \\*" * bool(s in at and results.disturbed(at[s])) for s in sizes]
        known = [m for m in medians if m is not None]
        why = next((results.contestants[p].why for p in at.values() if results.contestants[p].why), "")
        factor = max((b / a for i, a in enumerate(known) for b in known[i + 1:] if a > 0), default=None)
        lines.append(row([name] + [number(m, places) + mark for m, mark in zip(medians, marks)] +
                         [f"{number(factor, 2)} ×" if factor else why]))
    return lines


class Lines:
    """A file of JSON lines, one a measurement, with everything raw; new with each run."""

    def __init__(self, path, facts, versions):
        self.file = open(path, "w")
        self._write({"machine": facts, "versions": versions})

    def record(self, chosen, contestant, number_, measured):
        self._write({"workload": chosen.name, "unit": chosen.unit, "contestant": contestant.name,
                     "kind": contestant.kind, "key": contestant.key, "at": contestant.at, "round": number_,
                     "measured": measured.values, "foreign": round(measured.foreign, 3), "tries": measured.tries,
                     "error": measured.error or None})

    def _write(self, what):
        self.file.write(json.dumps(what, ensure_ascii=False) + "\n")
        self.file.flush()
