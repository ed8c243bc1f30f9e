#!/usr/bin/env bash
# The sources are free of one machine's paths, of notes to self and of names that say nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
mapfile -t files < <(tests/lint/files.sh '[^/]*' | grep -vx tests/lint/words.sh)

if grep -nIE '(^|[^A-Za-z0-9_.-])/(work|root|home/[a-z]+)(/|[^A-Za-z0-9_/-]|$)' "${files[@]}"; then
  echo "words: the lines above name a path of one machine"
  failed=1
fi
if grep -nIwE 'TODO|FIXME|XXX|HACK' "${files[@]}"; then
  echo "words: finish or drop the notes above"
  failed=1
fi
if printf '%s\n' "${files[@]}" | grep -E '(^|/)[a-z_]*(utils?|helpers?|misc|common)(_[a-z]+)?(\.[a-z]+|/|$)'; then
  echo "words: name the files above after what they hold"
  failed=1
fi
exit $failed
