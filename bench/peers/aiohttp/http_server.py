# SPDX-License-Identifier: MIT
"""HTTP on aiohttp over uvloop: GET is answered with a greeting, POST with the totals of an order. Prints its port."""
import asyncio
import json
import logging

import uvloop
from aiohttp import web

SERVER = {"Server": "bench"}


def totals(body):
    """The identity, number of pieces and price of an order."""
    order = json.loads(body)
    count = total = 0
    for item in order["items"]:
        count += item["quantity"]
        total += item["quantity"] * item["price"]
    return json.dumps({"id": order["id"], "count": count, "total": total})


async def hello(_):
    return web.Response(text="Hello, World!", headers=SERVER)


async def order(request):
    try:
        made = totals(await request.read())
    except (ValueError, LookupError, TypeError):
        return web.Response(status=400, text="not an order", headers=SERVER)
    return web.Response(text=made, content_type="application/json", headers=SERVER)


async def main():
    application = web.Application()
    application.add_routes([web.get("/", hello), web.post("/", order)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


# This version logs an exception for each connection that its client closes while a request is under way.
logging.getLogger("aiohttp.server").disabled = True
uvloop.install()
asyncio.run(main())
