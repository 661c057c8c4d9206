"""A load generator for machines without wrk: GET over kept connections, figures as JSON when time is up.

It understands answers with a Content-Length only. All others count as failed.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from typing import cast
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.figures import percentile
from bench.relay.load import Sample

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
BUFFER = 256 * 1024


class Tally:
    """What all connections came to."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.bytes = 0
        self.failed = 0

    def sample(self, seconds: float) -> Sample:
        low, high = (percentile(self.latencies or [0.0], percent) * 1e6 for percent in (50, 99))
        return Sample(len(self.latencies) / seconds, self.bytes / seconds, low, high, self.failed)


class Connection(asyncio.BufferedProtocol):
    """One request after the other for as long as the connection is open."""

    def __init__(self, request: bytes, tally: Tally) -> None:
        self._request, self._tally = request, tally
        self._buffer = memoryview(bytearray(BUFFER))
        self._head = b""
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its type
        self._ask()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._tally.bytes += nbytes
        if self._left:
            self._left -= nbytes
        elif not self._begun(bytes(self._buffer[:nbytes])):
            return
        if self._left <= 0:
            self._tally.latencies.append(time.perf_counter() - self._started)
            self._ask()

    def _ask(self) -> None:
        self._started = time.perf_counter()
        self._transport.write(self._request)

    def _begun(self, data: bytes) -> bool:
        """Whether the head is there; what of the body is not yet is left."""
        self._head += data
        head, end, body = self._head.partition(b"\r\n\r\n")
        if not end:
            return False
        length, self._head = LENGTH.search(head + b"\r\n"), b""
        if length is None or not head.startswith(b"HTTP/1.1 200 "):
            self._tally.failed += 1
            self._transport.close()
            return False
        self._left = int(length[1]) - len(body)
        return True


async def main(address: str, connections: int, seconds: float) -> None:
    parts, tally, loop = urlsplit(address), Tally(), asyncio.get_running_loop()
    request = (
        f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: bench\r\n"
        "Accept: */*\r\nAccept-Encoding: gzip\r\n\r\n"
    ).encode()
    started = time.perf_counter()
    for _ in range(connections):
        await loop.create_connection(
            lambda: Connection(request, tally), parts.hostname or "", parts.port or 80
        )
    await asyncio.sleep(seconds)
    print(msgspec.json.encode(tally.sample(time.perf_counter() - started)).decode())


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
