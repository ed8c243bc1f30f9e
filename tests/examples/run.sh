#!/usr/bin/env bash
# Runs one example as a test: run.sh PLUA FILE. An example that needs input, a peer or a signal has
# its own script <stem>.sh beside this one, which gets the same arguments and decides.
set -euo pipefail
plua=$1 file=$2
own="$(dirname "$0")/$(basename "$file" .lua).sh"
if [[ -f $own ]]; then
  exec bash "$own" "$plua" "$file"
fi
exec timeout --kill-after=5 60 "$plua" "$file" </dev/null
