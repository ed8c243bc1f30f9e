# SPDX-License-Identifier: MIT
"""Starts a loop that has nothing to do."""
import asyncio


async def main():
    pass


asyncio.run(main())
