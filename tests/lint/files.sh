#!/usr/bin/env bash
# Prints our files with one of the given endings, relative to the top: files.sh hpp cpp
set -euo pipefail
cd "$(dirname "$0")/../.."
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  list() { git ls-files --cached --others --exclude-standard; }
else
  list() { find . \( -path ./build -o -name .git \) -prune -o -type f -printf '%P\n'; }
fi
endings=$(IFS='|'; echo "$*")
list | sort -u | while read -r file; do
  # A file that git still lists may be gone from the tree.
  [[ $file =~ (^|\.|/)($endings)$ && -f $file ]] && printf '%s\n' "$file"
done || true
