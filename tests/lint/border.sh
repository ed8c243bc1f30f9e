#!/usr/bin/env bash
# Calls that raise or yield skip every destructor on their way, so only the few files below, which
# hold nothing alive while they call, may contain them.
set -euo pipefail
cd "$(dirname "$0")/../.."

allowed=(
  core/include/plua/core/bind.hpp
  core/src/border.cpp
  core/src/modules.cpp
  core/src/object.cpp
  coro/include/plua/coro/bind_async.hpp
  coro/src/callback.cpp
  coro/src/coroutine.cpp
  coro/src/require.cpp
  coro/src/task_main.cpp
  web/src/callback_handler.cpp
  web/src/handler_call.cpp
)
calls='luaL_(check|opt)[a-z]*|luaL_(error|argerror|typeerror|argcheck|argexpected)'
calls+='|lua_(error|yieldk?|callk?|pcallk|gettable|getfield|settable|setfield)'

# Tests, examples and benchmarks run under lua_pcall and own their tables.
found=$(
  tests/lint/files.sh hpp cpp |
    grep -vE '^(tests|examples|bench)/' |
    grep -vxF -f <(printf '%s\n' "${allowed[@]}") |
    while read -r file; do
      sed 's,//.*,,' "$file" | grep -nE "(^|[^A-Za-z0-9_])($calls)[[:space:]]*\(" | sed "s,^,border: $file:," || true
    done
)
[[ -z $found ]] && exit 0
printf '%s\n' "$found"
exit 1
