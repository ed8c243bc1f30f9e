# SPDX-License-Identifier: MIT
"""What the benchmarks share: the build, and programs that are started, measured and ended."""
import contextlib
import glob
import os
import resource
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCH = os.path.join(ROOT, "bench")
LIMIT = 120  # seconds for one program


def build(given):
    """Returns the build folder: the given one as it is, else build/bench brought up to date."""
    if given:
        return os.path.abspath(given)
    folder = os.path.join(ROOT, "build", "bench")
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        run_quietly(["cmake", "--preset", "release", "-B", folder, "-DPLUA_BENCH=ON",
                     "-DPLUA_BUILD_TESTS=OFF", "-DPLUA_BUILD_EXAMPLES=OFF"])
    run_quietly(["cmake", "--build", folder])
    return folder


def run_quietly(command):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout + "bench: failed: " + " ".join(command))


def script(name):
    return os.path.join(BENCH, "lua", name)


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pinned(command, cpu, **options):
    cpus = os.sched_getaffinity(0)
    place = {cpu} if cpu in cpus else cpus
    return subprocess.Popen([str(c) for c in command], text=True,
                            preexec_fn=lambda: os.sched_setaffinity(0, place), **options)


class Usage:
    """CPU seconds, wall seconds and peak resident bytes of a program that has ended."""

    def __init__(self, command, cpu=0):
        begin = time.monotonic()
        process = pinned(command, cpu, stdout=subprocess.DEVNULL)
        pid, status, used = wait(process)
        self.wall = time.monotonic() - begin
        if status != 0:
            raise RuntimeError(f"{command} ended with status {status}")
        self.cpu = used.ru_utime + used.ru_stime
        self.peak = used.ru_maxrss * 1024


def wait(process):
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return pid, process.returncode, used
        time.sleep(0.001)
    process.kill()
    process.wait()
    raise RuntimeError("a program did not end")


class Server:
    """A program that prints its port and serves until it is stopped."""

    def __init__(self, command, cpu=0, cwd=None):
        self.process = pinned(command, cpu, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        printed = self.process.stdout.readline()
        if not printed.strip().isdigit():
            raise RuntimeError(f"{command} printed no port but: {printed}{self.stop()}")
        self.port = int(printed)

    def cpu(self):
        """CPU seconds of all its threads so far."""
        total = 0
        for path in glob.glob(f"/proc/{self.process.pid}/task/*/schedstat"):
            with open(path) as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def memory(self, key="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key + ":"))

    def stop(self):
        """Ends it and returns what it wrote to its standard error."""
        self.process.terminate()
        try:
            return self.process.communicate(timeout=LIMIT)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[1]


@contextlib.contextmanager
def serving(command, cpu=0):
    server = Server(command, cpu)
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def loading(folder, port, connections, count, cpu=1):
    """Opens the connections of the echo load; `finish` of what it gives runs the load and returns its seconds."""
    load = pinned([f"{folder}/bench/echo_load", port, connections, 64, count], cpu,
                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if load.stdout.readline() != "open\n":
            raise RuntimeError("the load could not connect")

        def finish():
            return float(load.communicate("\n", timeout=LIMIT)[0])

        yield finish
    finally:
        if load.poll() is None:
            load.kill()
        load.communicate()
