#!/usr/bin/env bash
# The registry: it is valid JSON, every function is described, and the reference in docs is what it prints.
set -euo pipefail
plua=$1 source=$2

"$plua" --api json | python3 -c '
import json, sys
functions = json.load(sys.stdin)
assert len(functions) > 30, len(functions)
incomplete = [f["signature"] for f in functions
              for key in ("summary", "category", "example") if not f[key]]
incomplete += [f["signature"] for f in functions for p in f["params"] if not p["text"]]
assert not incomplete, incomplete
'

if ! diff <("$plua" --api markdown) "$source/docs/reference.md"; then
  echo "docs/reference.md is not what the registry says: plua --api markdown >docs/reference.md"
  exit 1
fi
