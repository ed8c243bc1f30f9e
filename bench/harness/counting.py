# SPDX-License-Identifier: MIT
"""User-space instructions per operation, counted by callgrind."""
import os
import re
import subprocess

from .programs import BENCH, LIMIT, Failed, Server, loading, named, tail

SHORT, LONG = 2_000, 12_000
SOURCE = "bench/source"  # below the build folder: the same path to the scripts from every one

# The same variants of memcpy and the like on every machine.
_TUNABLES = "glibc.cpu.hwcaps=" + ",".join("-" + feature for feature in (
    "AVX", "AVX2", "AVX512F", "AVX512VL", "AVX512BW", "AVX_Fast_Unaligned_Load", "BMI2", "ERMS", "FSRM", "LZCNT",
    "MOVBE", "RTM", "SSSE3", "SSE4_1", "SSE4_2"))

# The same environment and the same addresses everywhere: Lua seeds its hashes with them and with the time.
_CALLGRIND = ["setarch", "-R", "env", "-i", "LD_PRELOAD=./bench/fixed_time.so", "PATH=" + os.defpath,
              "GLIBC_TUNABLES=" + _TUNABLES, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]

CASES = {}


class Case:
    """An operation that is counted: `count(n)` gives the instructions of a run of n operations."""

    def __init__(self, name, of, count, lengths=(SHORT, LONG)):
        self.name, self.of, self.count, self.lengths = name, of, count, lengths

    def per_operation(self):
        short, long = self.lengths
        return round((self.count(long) - self.count(short)) / (long - short))


def cases(name):
    """Registers the function that makes a subject's cases from the build folder."""
    def register(make):
        CASES[name] = make
        return make
    return register


def prepare(folder):
    source = os.path.join(folder, SOURCE)
    if not os.path.islink(source):
        os.symlink(BENCH, source)


def _placed(command):
    return [str(part).replace(BENCH, SOURCE) for part in command]


def whole(folder, command):
    """The instructions of a program that runs to its end."""
    command = [*_CALLGRIND, *_placed(command)]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, timeout=LIMIT)
    if done.returncode != 0:
        raise Failed(f"{named(command)} failed: {tail(done.stderr)}")
    return _collected(done.stderr)


def served(folder, command, connections, n, request):
    """The instructions of a server that answers n requests and is then ended."""
    server = Server([*_CALLGRIND, *_placed(command)], cwd=folder)
    try:
        load = [f"{folder}/bench/lockstep", server.port, connections, n, server.process.pid, request]
        with loading(load, 0) as finish:
            finish()
    finally:
        text = server.stop()
    return _collected(text)


def _collected(text):
    found = re.search(r"Collected : (\d+)", text)
    if not found:
        raise Failed("no count in what valgrind printed: " + tail(text))
    return int(found.group(1))
