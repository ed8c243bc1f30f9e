# Sourced by the tests of the command: runs the program and compares. A test gets the program and
# the source folder as arguments, works in a folder of its own and ends with `finish`.
set -uo pipefail
set -m # background jobs would ignore SIGINT otherwise
plua=$(realpath "$1")
source_dir=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir home
export HOME=$work/home
failures=0
what=""

# run WHAT ARGUMENT...: runs plua with an empty stdin; leaves $out, $err and $status.
run() {
  what=$1
  shift
  "$plua" "$@" <"${stdin:-/dev/null}" >"$work/out" 2>"$work/err"
  status=$?
  out=$(<"$work/out")
  err=$(<"$work/err")
}

complain() {
  failures=$((failures + 1))
  printf 'FAILED: %s: %s\n' "$what" "$1"
  shift
  (($# == 0)) || printf '  %s\n' "$@"
}

expect_status() { [[ $status == "$1" ]] || complain "status $status, not $1" "stdout: $out" "stderr: $err"; }
expect_out() { [[ $out == "$1" ]] || complain "stdout differs" "wanted: $1" "got:    $out" "stderr: $err"; }
expect_err() { [[ $err == "$1" ]] || complain "stderr differs" "wanted: $1" "got:    $err"; }
expect_out_has() { [[ $out == *"$1"* ]] || complain "stdout lacks '$1'" "got: $out" "stderr: $err"; }
expect_err_has() { [[ $err == *"$1"* ]] || complain "stderr lacks '$1'" "got: $err"; }
expect_err_lacks() { [[ $err != *"$1"* ]] || complain "stderr has '$1'" "got: $err"; }

# start WHAT ARGUMENT...: runs plua in the background and returns when it has printed "ready".
start() {
  what=$1
  shift
  rm -f "$work/pipe"
  mkfifo "$work/pipe"
  "$plua" "$@" </dev/null >"$work/pipe" 2>"$work/err" &
  pid=$!
  exec 3<"$work/pipe"
  local line=""
  IFS= read -r -t 60 line <&3
  [[ $line == ready ]] || complain "said '$line', not 'ready'"
}

# Waits for the end of what `start` has started.
await() {
  out=$(cat <&3)
  exec 3<&-
  wait "$pid" 2>/dev/null
  status=$?
  err=$(<"$work/err")
}

finish() {
  ((failures == 0)) || exit 1
}
