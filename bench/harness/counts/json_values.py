# SPDX-License-Identifier: MIT
"""JSON: a document like twitter's, decoded and encoded."""
import os

from .. import documents
from ..counting import Case, cases, whole
from ..peers import REGISTRY
from ..programs import script


@cases("json")
def make(folder):
    own = script("json_values.lua")
    programs = [("", "plua", ["./plua", own])] if os.path.exists(own) else []
    programs += [(", Boost.JSON", "limit", ["./bench/json_boost"]),
                 (", cjson", "cjson", REGISTRY["cjson"].program(folder, "json_values"))]
    document = documents.path(folder, "twitter")
    return [Case(f"json {mode}{who}", of, lambda n, c=command, m=mode: whole(folder, [*c, m, document, n]), (0, 1))
            for mode in ("decode", "encode") for who, of, command in programs]
