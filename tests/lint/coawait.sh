#!/usr/bin/env bash
# g++ 12 destroys a temporary lambda with captures or a braced aggregate inside a co_await
# expression twice. Name it first. Reads the compile commands of build/release.
set -euo pipefail
cd "$(dirname "$0")/../.."
commands=build/release/compile_commands.json
[[ -f $commands ]] || { echo "coawait: no $commands; build release first"; exit 1; }

mapfile -t files < <(
  tests/lint/files.sh cpp | while read -r file; do
    grep -qw co_await "$file" && grep -qF "/$file\"" "$commands" && echo "$file" || true
  done
)
((${#files[@]})) || exit 0

query() {
  clang-query-14 -p build/release --extra-arg=-Wno-everything --extra-arg=-Qunused-arguments \
    -c 'match lambdaExpr(hasAncestor(coawaitExpr()), unless(isExpansionInSystemHeader()))' \
    -c 'match initListExpr(hasAncestor(coawaitExpr()), unless(isExpansionInSystemHeader()))' "$@" 2>&1
}
export -f query

output=$(printf '%s\0' "${files[@]}" | xargs -0 -n 3 -P "$(nproc)" bash -c 'query "$@"' _)
failed=0
if grep -E '(: |^)(fatal )?error:' <<<"$output"; then
  echo "coawait: clang could not read the files above"
  failed=1
fi
if found=$(grep 'binds here' <<<"$output"); then
  sort -u <<<"$found" | sed -E "s,^$PWD/,,; s/^([^ ]*) note:.*/coawait: \1 lambda or braced list inside co_await; name it first/"
  failed=1
fi
exit $failed
