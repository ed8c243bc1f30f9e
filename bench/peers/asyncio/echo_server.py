# SPDX-License-Identifier: MIT
"""TCP echo with asyncio's protocols, which are faster than its streams. Prints its port."""
import asyncio


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        # The loop has set TCP_NODELAY.
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def main():
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
