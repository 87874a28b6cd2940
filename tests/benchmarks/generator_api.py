"""An API that costs next to nothing: answers each request at once, or after a while, by an event loop in C.

python tests/benchmarks/generator_api.py CORE SECONDS
"""

import asyncio
import os
import sys

import uvloop

BODY = b'{"id":"1","state":"queued","action":"accept","rule":null,"position":3}'
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Answering(asyncio.Protocol):
    """One connection; requests come whole, as a generator's small ones do."""

    after = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.after:
            asyncio.get_running_loop().call_later(self.after, self.answer)
        else:
            self.answer()

    def answer(self) -> None:
        self.transport.write(REPLY)  # type: ignore[attr-defined]


async def main(core: int, after: float) -> None:
    os.sched_setaffinity(0, {core})
    Answering.after = after
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=8192)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2])))
