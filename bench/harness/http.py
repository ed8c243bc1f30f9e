# SPDX-License-Identifier: MIT
"""HTTP servers: that they answer as they should, and the load of wrk."""
import json
import os
import re
import socket
import subprocess

from .programs import BENCH, Failed, named, pinned, tail

ORDER = os.path.join(BENCH, "load", "order.json")
REQUESTS = os.path.join(BENCH, "load", "requests.lua")
TOTALS = {"id": "ord-2031-000183", "count": 45, "total": 36210}
CONNECTIONS = 64

_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 60e3}


def request(target, body=None):
    if body is None:
        return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    return (f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def order():
    with open(ORDER, "rb") as file:
        return file.read()


def check(port, target, posting=False):
    """Lets a server answer requests one by one, cut in two, and sixteen at once; fails if one is wrong."""
    whole = request(target, order() if posting else None)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pending = b""
        for sent, expected in ((whole, 1), (whole[:9], 0), (whole[9:-5], 0), (whole[-5:] + whole * 15, 16)):
            connection.sendall(sent)
            if expected == 0:
                connection.settimeout(0.02)
                try:
                    raise Failed(f"an answer to a part of a request: {connection.recv(4096)!r}")
                except TimeoutError:
                    connection.settimeout(10)
            for _ in range(expected):
                body, pending = _response(connection, pending)
                if (json.loads(body) != TOTALS) if posting else (body != b"Hello, World!"):
                    raise Failed(f"a wrong answer: {body!r}")
        if pending:
            raise Failed(f"more than was asked for: {pending!r}")


def _response(connection, pending):
    while True:
        end = pending.find(b"\r\n\r\n")
        if end >= 0:
            if not pending.startswith(b"HTTP/1.1 200 "):
                raise Failed(f"not what was asked for: {pending[:200]!r}")
            size = re.search(rb"\r\ncontent-length: *(\d+)", pending[:end], re.IGNORECASE)
            if not size:
                raise Failed("no content-length")
            after = end + 4 + int(size.group(1))
            if len(pending) >= after:
                return pending[end + 4:after], pending[after:]
        received = connection.recv(65536)
        if not received:
            raise Failed("closed too early")
        pending += received


def wrk(port, target, seconds, depth=1, posting=False):
    """Loads a server from CPU 1. Returns the count of requests, how many a second, and without pipelining the latencies
    in ms."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    if depth > 1 or posting:
        command += ["-s", REQUESTS]
    command.append(f"http://127.0.0.1:{port}{target}")
    if depth > 1 or posting:
        command += ["--", depth, *([ORDER] if posting else [])]
    load = pinned(command, 1, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        printed, complaint = load.communicate(timeout=seconds + 20)
    except subprocess.TimeoutExpired:
        raise Failed(f"{named(command)} did not end") from None
    finally:
        if load.poll() is None:
            load.kill()
            load.communicate()
    requests = re.search(r"(\d+) requests in", printed)
    if load.returncode != 0 or not requests or int(requests.group(1)) == 0:
        raise Failed(f"{named(command)} failed: {tail(complaint or printed)}")
    for trouble in ("Non-2xx", "Socket errors"):
        if trouble in printed:
            raise Failed("wrk: " + next(line.strip() for line in printed.splitlines() if trouble in line))
    found = {"count": int(requests.group(1)), "rate": float(re.search(r"Requests/sec: *([\d.]+)", printed).group(1))}
    # It corrects latencies by the rate of single answers, which makes nonsense of those of pipelined ones.
    for key, percent in (("p50", "50"), ("p99", "99")) if depth == 1 else ():
        number, unit = re.search(rf"^ *{percent}% +([\d.]+)([a-z]+)", printed, re.MULTILINE).groups()
        found[key] = float(number) * _UNITS[unit]
    return found
