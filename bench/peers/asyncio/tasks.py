# SPDX-License-Identifier: MIT
"""The workloads without I/O with asyncio: tasks.py NAME N [MORE]."""
import asyncio
import sys

name, n, more = sys.argv[1], int(sys.argv[2]), int(sys.argv[3] if len(sys.argv) > 3 else 0)


def nothing():
    pass


async def tasks():
    async def ten_yields():
        for _ in range(10):
            await asyncio.sleep(0)

    await asyncio.gather(*(ten_yields() for _ in range(n)))


async def spawn():
    async def empty():
        pass

    batch = 100
    for _ in range(n // batch):
        for _ in range(batch):
            asyncio.create_task(empty())
        await asyncio.sleep(0)


async def timers():
    loop = asyncio.get_running_loop()
    handles = [loop.call_later(i % 100 / 1000, nothing) for i in range(n)]
    for handle in handles[::2]:
        handle.cancel()
    await asyncio.sleep(0.1)


async def timer():
    loop = asyncio.get_running_loop()
    others = [loop.call_later(1000 + i / 1000, nothing) for i in range(more)]
    for i in range(n):
        loop.call_later(100 + i % 1000 / 1000, nothing).cancel()
        if i % 100 == 0:
            await asyncio.sleep(0)  # drops what was cancelled
    for handle in others:
        handle.cancel()


async def sleepers():
    sleeping = [asyncio.create_task(asyncio.sleep(600)) for _ in range(n)]
    await asyncio.sleep(0)
    print(n, flush=True)
    await asyncio.gather(*sleeping)


asyncio.run({"tasks": tasks, "spawn": spawn, "timers": timers, "timer": timer, "sleepers": sleepers}[name]())
