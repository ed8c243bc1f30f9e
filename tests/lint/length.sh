#!/usr/bin/env bash
# A file is about one subject: over 400 lines is a warning, over 600 a failure.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/lint/files.sh cpp hpp lua sh cmake CMakeLists.txt dev |
  xargs -r -d '\n' awk '
    { lines[FILENAME] = FNR }
    END {
      for (file in lines) {
        if (lines[file] > 600) { print "length: " file ": " lines[file] " lines, the limit is 600"; failed = 1 }
        else if (lines[file] > 400) print "length: warning: " file ": " lines[file] " lines"
      }
      exit failed
    }'
