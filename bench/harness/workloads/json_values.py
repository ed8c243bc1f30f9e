# SPDX-License-Identifier: MIT
"""W8: JSON, between text and values."""
import os

from .. import documents
from ..contest import count, limit, missing, peer, plua, workload
from ..peers import REGISTRY
from ..programs import Usage, script

PEERS = ("node", "cjson-jit", "cjson", "python", "dkjson")
REPETITIONS = 40
SLOW = {"dkjson": 5}  # repetitions of those for which that many would take too long


def contestants(folder, name, mode):
    """`mode`: decode or encode. The speed of both counts bytes of the document: as it is when decoding, without
    indentation, as all of them write it, when encoding."""
    document = documents.path(folder, name)
    size = os.path.getsize(document if mode == "decode" else documents.path(folder, name, compact=True))

    def measure(command, what=mode, repetitions=REPETITIONS):
        repetitions = count(repetitions)
        # The start, the reading of the file and some repetitions to warm up are in both and cancel out.
        whole, start = (Usage(folder, [*command, what, document, n]) for n in (repetitions, 0))
        seconds = (whole.cpu - start.cpu) / repetitions
        return {"cost": seconds * 1e3, "speed": size / seconds, "peak": whole.peak}

    boost = [f"{folder}/bench/json_boost"]
    own = script("json_values.lua")
    made = [limit("Boost.JSON", lambda: measure(boost))]
    if mode == "decode":
        made.append(limit("Boost.JSON, events only", lambda: measure(boost, "events")))
    made.append(plua(lambda: measure([f"{folder}/plua", own])) if os.path.exists(own)
                else missing("plua", "no JSON module yet"))
    for key in PEERS:
        command = REGISTRY[key].program(folder, "json_values")
        made.append(peer(key, lambda c=command, k=key: measure(c, repetitions=SLOW.get(k, REPETITIONS))))
        if key == "node":
            made.append(peer(key, lambda c=command: measure(c, mode + "-bytes"),
                             "node, from bytes" if mode == "decode" else "node, to bytes"))
    return made


for _name in documents.DOCUMENTS:
    for _mode in ("decode", "encode"):
        workload(f"W8-{_name}-{_mode}", f"JSON, {_mode} of a document like {_name}", "ms CPU a document")(
            lambda folder, name=_name, mode=_mode: contestants(folder, name, mode))
