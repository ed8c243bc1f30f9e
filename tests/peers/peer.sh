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

# check WHAT COMMAND...: complains when the command fails.
check() {
  what=$1
  shift
  "$@" || complain "status $? of $*"
}
