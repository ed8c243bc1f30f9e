#!/usr/bin/env bash
# Includes run downwards only, core knows no Asio, and heavy headers stay out of ours. The build
# refuses an upward include too; this one also sees files that no build compiles.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
complain() { printf 'layers: %s\n' "$*"; failed=1; }

# A layer may include itself, the layers it names in CMakeLists.txt and what these may include.
declare -A below=()
while read -r layer lower; do
  below[$layer]=" $layer "
  for name in $lower; do
    [[ $name =~ ^(DEFINES|LINKS)$ ]] && break
    below[$layer]+="${below[$name]-}"
  done
done < <(sed -n 's/^plua_library(\(.*\))$/\1/p' CMakeLists.txt)

includes() { grep -nHoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]+' "$1" | sed -E 's/#?[[:space:]]*(#[[:space:]]*)?include[[:space:]]*[<"]//' || true; }

while read -r file; do
  layer=${file%%/*}
  while IFS=: read -r _ line header; do
    header=${header# }
    at="$file:$line includes $header"
    if [[ $header =~ ^plua/([a-z_]+)/ && -v below[$layer] ]]; then
      [[ ${below[$layer]} == *" ${BASH_REMATCH[1]} "* ]] || complain "$at, which lies above $layer"
    fi
    [[ $layer == core && $header == boost/asio* ]] && complain "$at; core is free of Asio"
    [[ $header == boost/asio.hpp ]] && complain "$at; include the single headers needed"
    [[ $file == *.hpp && $file != tests/* && $header == boost/beast* ]] &&
      complain "$at; Beast belongs in .cpp files"
  done < <(includes "$file")
done < <(tests/lint/files.sh hpp cpp)

grep -rnE '\b[a-z_]+_extensions\b' cli --include='*.?pp' 2>/dev/null | grep -v builtin_extensions &&
  complain "cli names an extension family"

exit $failed
