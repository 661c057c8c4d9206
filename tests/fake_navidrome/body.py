"""Large bodies: invented bytes in chunks, by range, watching whether the client is still there."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache

import anyio
import anyio.to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .world import Event, World

CHUNK = 65_536


@lru_cache(maxsize=32)
def block(seed: str) -> bytes:
    """One chunk that no other seed has and in which no two places look alike."""
    digests = (hashlib.sha256(f"{seed}:{index}".encode()).digest() for index in range(CHUNK // 32))
    return b"".join(digests)


def content(seed: str, start: int, stop: int) -> Iterator[bytes]:
    """Bytes ``start`` to ``stop`` of the endless file that belongs to ``seed``, in chunks."""
    while start < stop:
        offset = start % CHUNK
        size = min(CHUNK - offset, stop - start)
        yield block(seed)[offset : offset + size]
        start += size


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Start and stop of a single range, None for the whole; raises ValueError with Go's message."""
    if header is None or "," in header:
        return None
    if not (match := re.fullmatch(r"bytes=\s*(\d*)-(\d*)\s*", header)) or not any(match.groups()):
        raise ValueError("invalid range")
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if int(first) >= size:
        raise ValueError("invalid range: failed to overlap")
    return int(first), min(int(last) + 1, size) if last else size


async def wait_for(event: Event) -> None:
    """Events of either kind: a test may set it from another thread."""
    if isinstance(event, threading.Event):
        await anyio.to_thread.run_sync(event.wait, abandon_on_cancel=True)
    else:
        await event.wait()


class Body(Response):
    """A span of the bytes that belong to ``seed``; who goes before its end is noted in ``world.cut_off``.

    The length is only told where it stands among the headers, and then need not be true.
    """

    def __init__(
        self, world: World, seed: str, span: tuple[int, int], *, headers: Mapping[str, str], status: int = 200
    ) -> None:
        super().__init__(None, status_code=status)
        self.world = world
        self.seed = seed
        self.span = span
        self.is_complete = False
        self.raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            return await send({"type": "http.response.body", "body": b""})
        async with anyio.create_task_group() as group:
            group.start_soon(self.watch, receive, group.cancel_scope)
            await self.pour(send)
            group.cancel_scope.cancel()
        return None

    async def watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        """A server also reports a disconnect once the reply is complete; that one is no news."""
        while (await receive())["type"] != "http.disconnect":
            pass
        if not self.is_complete:
            self.world.cut_off.put(self.seed)
            scope.cancel()

    async def pour(self, send: Send) -> None:
        for number, chunk in enumerate(content(self.seed, *self.span)):
            if number == 1 and self.world.mid_stream:
                await wait_for(self.world.mid_stream)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        self.is_complete = True
        self.finished()
        await send({"type": "http.response.body", "body": b""})

    def finished(self) -> None:
        """What the end of the body changes."""
