# SPDX-License-Identifier: MIT
"""HTTP client on aiohttp over uvloop: PORT COUNT PARALLEL. That many tasks share COUNT requests."""
import asyncio
import sys

import aiohttp
import uvloop

port, left, parallel = map(int, sys.argv[1:])


async def get_all(session):
    global left
    while left > 0:
        left -= 1
        async with session.get(f"http://127.0.0.1:{port}/static") as response:
            text = await response.text()
            assert response.status == 200 and len(text) == 13, text


async def main():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=parallel)) as session:
        await asyncio.gather(*(get_all(session) for _ in range(parallel)))


uvloop.install()
asyncio.run(main())
