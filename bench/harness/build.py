# SPDX-License-Identifier: MIT
"""The build that is measured."""
import fcntl
import os
import re
import subprocess
import sys

from .programs import ROOT


def build(given=None):
    """Returns the build folder: the given one as it is, else build/bench brought up to date."""
    if given:
        return os.path.abspath(given)
    folder = os.path.join(ROOT, "build", "bench")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".lock"), "w") as lock:
        # Two builds of one tree at a time would spoil each other.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(os.path.join(folder, "build.ninja")):
            _quietly(["cmake", "--preset", "release", "-B", folder, "-DPLUA_BENCH=ON", "-DPLUA_BUILD_TESTS=OFF",
                      "-DPLUA_BUILD_EXAMPLES=OFF"])
        _quietly(["cmake", "--build", folder])
    return folder


def _quietly(command):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout + "bench: failed: " + " ".join(command))


def versions(folder):
    """What the limits and plua are made of."""
    found = {}
    with open(os.path.join(folder, "CMakeCache.txt")) as file:
        cache = dict(re.findall(r"^(\w+):\w+=(.*)$", file.read(), re.MULTILINE))
    compiler = cache.get("CMAKE_CXX_COMPILER", "c++")
    found["compiler"] = _first_line([compiler, "--version"])
    of_type = "CMAKE_CXX_FLAGS_" + cache.get("CMAKE_BUILD_TYPE", "").upper()
    found["flags"] = " ".join(f"{cache.get('CMAKE_CXX_FLAGS', '')} {cache.get(of_type, '')}".split())
    boost = re.search(r"(\d+\.\d+\.\d+)", os.path.basename(cache.get("Boost_DIR", "")))
    found["Boost"] = boost.group(1) if boost else "unknown"
    found["lua5.4"] = _first_line(["lua5.4", "-v"]).removeprefix("Lua ").split(" ")[0]
    found["plua"] = _first_line([f"{folder}/plua", "--version"])
    return found


def _first_line(command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=10)
        return ((done.stdout or done.stderr).strip().splitlines() or ["unknown"])[0]
    except (OSError, subprocess.TimeoutExpired):
        return "not installed"
