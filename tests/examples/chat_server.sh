#!/usr/bin/env bash
# Two people meet: the first sees the second come, speak and leave.
set -euo pipefail
plua=$1 file=$2
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

mkfifo "$work/out"
"$plua" "$file" >"$work/out" &
server=$!
IFS=: read -r _ port < <(head -n 1 "$work/out")

exec {ada}<>"/dev/tcp/127.0.0.1/$port"
prompt() { local text; IFS= read -r -t 20 -N 11 -u "$1" text && [[ $text == "Your name? " ]]; }
expect() { local line; IFS= read -r -t 20 -u "$1" line && [[ $line == "$2" ]] || { echo "expected '$2', got '$line'"; exit 1; }; }

prompt "$ada"
echo ada >&"$ada"
exec {bob}<>"/dev/tcp/127.0.0.1/$port"
prompt "$bob"
# Whoever sees the other come is a matter of order: ada's name must be known first.
echo "hello?" >&"$ada"
echo bob >&"$bob"
expect "$ada" "* bob has come"
echo "good morning" >&"$bob"
expect "$ada" "bob: good morning"
exec {bob}>&-
expect "$ada" "* bob has left"
