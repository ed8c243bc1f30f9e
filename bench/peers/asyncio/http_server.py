# SPDX-License-Identifier: MIT
"""HTTP on asyncio with a parser by hand: GET is answered with a greeting, POST with the totals of an order. Prints
its port."""
import asyncio
import json
import socket
import time

LIMIT = 1 << 20
made, date = 0, b""


def http_date():
    """The value of the Date header, made once a second."""
    global made, date
    now = int(time.time())
    if now != made:
        made, date = now, time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(now)).encode()
    return date


def totals(body):
    """The identity, number of pieces and price of an order."""
    order = json.loads(body)
    count = total = 0
    for item in order["items"]:
        count += item["quantity"]
        total += item["quantity"] * item["price"]
    return json.dumps({"id": order["id"], "count": count, "total": total})


def response(status, kind, body):
    return (b"HTTP/1.1 %b\r\nServer: bench\r\nDate: %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n"
            b"Connection: keep-alive\r\n\r\n%b" % (status, http_date(), kind, len(body), body))


def answer(method, body):
    if method == b"GET":
        return response(b"200 OK", b"text/plain", b"Hello, World!")
    try:
        return response(b"200 OK", b"application/json", totals(body).encode())
    except (ValueError, LookupError, TypeError):
        return response(b"400 Bad Request", b"text/plain", b"not an order")


class Connection(asyncio.Protocol):
    def __init__(self):
        self.pending = b""

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data):
        if self.pending:
            data = self.pending + data
        out, at, closing = [], 0, False
        while not closing:
            end = data.find(b"\r\n\r\n", at)
            if end < 0:
                closing = len(data) - at > LIMIT
                break
            line, *lines = data[at:end].split(b"\r\n")
            headers = {}
            for header in lines:
                name, _, value = header.partition(b":")
                headers[name.lower()] = value.strip()
            method, _, rest = line.partition(b" ")
            size = headers.get(b"content-length", b"0")
            if not rest.endswith(b" HTTP/1.1") or not size.isdigit() or int(size) > LIMIT or \
                    b"transfer-encoding" in headers:
                closing = True
                break
            body_at = end + 4
            if len(data) - body_at < int(size):
                break
            at = body_at + int(size)
            out.append(answer(method, data[body_at:at]))
            closing = headers.get(b"connection") == b"close"
        self.pending = data[at:]
        if out:
            self.transport.write(out[0] if len(out) == 1 else b"".join(out))
        if closing:
            self.transport.close()


async def main():
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
