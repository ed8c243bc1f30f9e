# SPDX-License-Identifier: MIT
"""Programs that are started, measured and ended. Whatever starts here ends with the harness, on every path."""
import contextlib
import ctypes
import os
import resource
import selectors
import signal
import subprocess
import tempfile
import time

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(BENCH)
LIMIT = 120  # seconds for one program
PATIENCE = 30  # seconds until a program has said its first line

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class Failed(Exception):
    """A program did not do what it was started for."""


def script(name):
    """A program of plua's side."""
    return os.path.join(BENCH, "lua", name)


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def pinned(command, cpu, **options):
    """Starts a program on one CPU. The kernel ends it with the harness where nothing here gets to do so."""
    cpus = os.sched_getaffinity(0)
    place = {cpu} if cpu in cpus else cpus

    def prepare():
        os.sched_setaffinity(0, place)
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

    try:
        return subprocess.Popen([str(c) for c in command], text=True, preexec_fn=prepare, **options)
    except OSError as error:
        raise Failed(f"{command[0]}: {error.strerror}") from error


def end(process):
    """Ends a process that was started here, gently first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def first_line(process):
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline().strip() if selector.select(PATIENCE) else ""


def tail(text, size=500):
    """What a program complained, on one line."""
    joined = " / ".join(line.strip() for line in (text or "").strip().splitlines())
    return joined if len(joined) <= size else joined[:size // 2] + " … " + joined[-size // 2:]


def named(command):
    return " ".join(os.path.relpath(str(c), ROOT) if str(c).startswith(ROOT) else str(c) for c in command)


class Usage:
    """CPU seconds, wall seconds, peak resident bytes and the output of a program that runs to its end."""

    def __init__(self, folder, command, cpu=0, limit=LIMIT):
        read, write = os.pipe()
        with os.fdopen(read) as report:
            try:
                process = pinned([f"{folder}/bench/measure", write, *command], cpu, pass_fds=(write,),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            finally:
                os.close(write)
            try:
                self.printed, complaint = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                raise Failed(f"{named(command)} did not end within {limit} s") from None
            finally:
                if process.poll() is None:
                    process.kill()  # the program itself goes with it
                    process.communicate()
            measured = report.readline().split()
        if len(measured) != 4 or measured[3] != "0":
            raise Failed(f"{named(command)} failed: {tail(complaint)}")
        self.cpu, self.wall, self.peak = float(measured[0]), float(measured[1]), int(measured[2])


class Server:
    """A program that prints its port and serves until it is stopped."""

    def __init__(self, command, cpu=0, cwd=None):
        self.complaints = tempfile.TemporaryFile("w+", errors="replace")
        # Its standard input stays open until it is ended.
        self.process = pinned(command, cpu, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=self.complaints)
        try:
            printed = first_line(self.process)
            if not printed.isdigit():
                raise Failed(f"{named(command)} printed no port but: {printed} {tail(self.stop())}")
            self.port = int(printed)
        except BaseException:
            end(self.process)
            raise

    def cpu(self):
        """CPU seconds of all its threads so far, the ended ones as well."""
        # The kernel's name for the CPU clock of another process.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory(self, key="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(key + ":"))

    def stop(self):
        """Ends it and returns what it wrote to its standard error."""
        end(self.process)
        self.complaints.seek(0)
        return self.complaints.read()


@contextlib.contextmanager
def serving(command, cpu=0, cwd=None):
    server = Server(command, cpu, cwd)
    try:
        yield server
        if server.process.poll() is not None:
            raise Failed(f"{named(command)} ended early: {tail(server.stop())}")
    except Failed as error:
        complaint = tail(server.stop())
        raise Failed(f"{error} (the server: {complaint})" if complaint not in str(error) else str(error)) from error
    finally:
        server.stop()


@contextlib.contextmanager
def loading(command, cpu=1):
    """Starts a load that says "open" when it is connected and waits for a line; `finish` of what this gives lets it
    run and returns the last line that it printed."""
    load = pinned(command, cpu, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def complain(what):
        end_quietly(load)
        return Failed(f"the load {named(command[:1])} {what}: {tail(load.stderr_text)}")

    def finish():
        try:
            printed, load.stderr_text = load.communicate("\n", timeout=LIMIT)
        except subprocess.TimeoutExpired:
            raise complain(f"did not end within {LIMIT} s") from None
        if load.returncode != 0 or not printed.strip():
            raise complain("failed")
        return printed.strip().splitlines()[-1]

    load.stderr_text = ""
    try:
        if first_line(load) != "open":
            raise complain("could not connect")
        yield finish
    finally:
        end_quietly(load)


def end_quietly(load):
    if load.poll() is None:
        load.kill()
    if not load.stdout.closed:
        load.stderr_text = load.communicate()[1] or load.stderr_text
