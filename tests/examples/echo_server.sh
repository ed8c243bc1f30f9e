#!/usr/bin/env bash
# A client sends two lines and ends its side; it gets them back. Then the server is asked to stop.
set -euo pipefail
plua=$1 file=$2
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

mkfifo "$work/out"
"$plua" "$file" >"$work/out" &
server=$!
IFS=: read -r _ port < <(head -n 1 "$work/out")

reply=$(printf 'one\ntwo\n' | timeout 20 nc -N 127.0.0.1 "$port")
[[ $reply == $'one\ntwo' ]] || { echo "unexpected echo: $reply"; exit 1; }

kill -TERM "$server"
status=0
wait "$server" || status=$?
[[ $status == 143 ]] || { echo "unexpected exit status $status"; exit 1; }
