# SPDX-License-Identifier: MIT
"""The client side of TCP echo with asyncio's protocols, which are faster than its streams: client.py MODE PORT N."""
import asyncio
import sys

mode, port, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
message = b"x" * 64


class RoundTrips(asyncio.Protocol):
    def __init__(self, count, ended):
        self.count, self.ended, self.missing = count, ended, 0

    def connection_made(self, transport):
        # The loop has set TCP_NODELAY.
        self.transport = transport
        self.next()

    def next(self):
        if self.count == 0:
            self.transport.close()
            return
        self.count -= 1
        self.missing = len(message)
        self.transport.write(message)

    def data_received(self, data):
        self.missing -= len(data)
        if self.missing == 0:
            self.next()

    def connection_lost(self, error):
        if error:
            self.ended.set_exception(error)
        else:
            self.ended.set_result(None)


async def round_trips(count):
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    await loop.create_connection(lambda: RoundTrips(count, ended), "127.0.0.1", port)
    await ended


async def main():
    if mode == "sequential":
        await round_trips(n)
    elif mode == "parallel":
        await asyncio.gather(*(round_trips(n // 100) for _ in range(100)))
    elif mode == "connect":
        for _ in range(n):
            await round_trips(1)


asyncio.run(main())
