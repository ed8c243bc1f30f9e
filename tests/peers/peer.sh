# Sourced by the tests with real peers, after which they have what tests/cli/check.sh gives.
source "$(dirname "${BASH_SOURCE[0]}")/../cli/check.sh"
peers=$source_dir/tests/peers

# need PROGRAM...: ends the test as skipped when one is missing.
need() {
  local program
  for program; do
    command -v "$program" >/dev/null && continue
    echo "skipped: no $program"
    exit 77
  done
}

# serve WHAT FILE ARGUMENT...: starts a script that prints "ready" and then its port; leaves $port.
serve() {
  start "$@"
  IFS= read -r -t 60 port <&3
}

# serve_http ARGUMENT...: starts http_server.py, which ends with the script; leaves $port.
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; rm -rf "$work"' EXIT
serve_http() {
  rm -f server.pipe
  mkfifo server.pipe
  python3 "$peers/http_server.py" "$@" >server.pipe 2>server.log &
  servers+=($!)
  disown # its end is no news
  exec 5<server.pipe
  port=""
  IFS= read -r -t 60 port <&5
  exec 5<&-
}

# check WHAT COMMAND...: complains when the command fails.
check() {
  what=$1
  shift
  "$@" || complain "status $? of $*"
}
