#!/usr/bin/env bash
# Runs every lint of this folder, all of them even when one fails.
set -euo pipefail
cd "$(dirname "$0")"
failed=()
for lint in layers border words length format coawait; do
  if bash "$lint.sh"; then
    echo "lint $lint: ok"
  else
    echo "lint $lint: FAILED"
    failed+=("$lint")
  fi
done
((${#failed[@]} == 0))
