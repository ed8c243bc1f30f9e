#!/usr/bin/env bash
# The C++ files are as ./dev fmt leaves them.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/lint/files.sh hpp cpp | xargs -r -d '\n' clang-format-14 --dry-run -Werror
