# SPDX-License-Identifier: MIT
"""WebSocket echo on websockets over uvloop. Prints its port."""
import asyncio

import uvloop
import websockets


async def echo(socket):
    try:
        async for message in socket:
            await socket.send(message)
    except websockets.ConnectionClosed:
        pass


async def main():
    # No compression, as with the others; no ping meanwhile.
    async with websockets.serve(echo, "127.0.0.1", 0, compression=None, ping_interval=None, backlog=4096) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()


uvloop.install()
asyncio.run(main())
