#!/usr/bin/env bash
# Runs a program and compares what it prints, on both outputs, with <stem>.out: run.sh PLUA FILE.
set -euo pipefail
plua=$1 file=$2
expected=${file%.lua}.out
actual=$(mktemp)
trap 'rm -f "$actual"' EXIT
status=0
timeout --kill-after=5 60 "$plua" "$file" </dev/null >"$actual" 2>&1 || status=$?
diff -u "$expected" "$actual"
[[ $status == 0 ]] || { echo "exit status $status"; exit 1; }
