"""Many small reads for one request of a client: a tenth of a millisecond each, where httpx takes a whole one.

On connections of their own, kept alive. What changes nothing may be asked twice, so a connection that
upstream has closed meanwhile is no failure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import repeat
from typing import NamedTuple
from urllib.parse import urlsplit

from proxy.errors import UpstreamUnreachable
from proxy.http1 import Headers
from proxy.http1.client import Broken, Connection
from proxy.http1.pool import Pool

Header = tuple[bytes, bytes]

AT_ONCE = 8  # of one request's
SECONDS = 60.0  # for one answer to begin


class Read(NamedTuple):
    status: int
    headers: Headers
    body: bytes


class Reads:
    """Posts forms to the server at `url`, a path such as `/music` included."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def all(self, posts: Sequence[tuple[str, bytes]], headers: Sequence[Header]) -> list[Read]:
        """The answers to forms, encoded already, at their paths, in order. Raises UpstreamUnreachable."""
        parts = urlsplit(self._url)
        before, host = parts.path.rstrip("/").encode(), parts.netloc.rpartition("@")[2].encode()
        shared = _shared(headers, host)
        waiting = iter(enumerate(posts))
        answers: dict[int, Read] = {}

        async def take_turns() -> None:
            for place, (path, form) in waiting:
                start = b"POST %b%b HTTP/1.1\r\n" % (before, path.encode())
                answers[place] = await self._read(b"%b%b%d\r\n\r\n%b" % (start, shared, len(form), form))

        try:
            await asyncio.gather(*(turn() for turn in repeat(take_turns, min(AT_ONCE, len(posts)))))
        except (Broken, OSError) as error:
            kind = type(error).__name__
            raise UpstreamUnreachable(
                f"Navidrome did not answer ({kind}). Is it running, and NAVIDROME_URL right?"
            ) from error
        return [answers[place] for place in range(len(posts))]

    def close(self) -> None:
        self._pool.close()

    @cached_property
    def _pool(self) -> Pool:
        return Pool(self._url)

    async def _read(self, request: bytes) -> Read:
        connection = self._pool.idle()
        if connection is not None:
            with suppress(Broken):
                return await self._on(connection, request)
        return await self._on(await self._pool.connect(), request)

    async def _on(self, connection: Connection, request: bytes) -> Read:
        sent = False
        try:
            connection.begin("POST")
            await connection.write(request)
            connection.give_up_in(SECONDS)
            head, body = await connection.final_head(), await connection.body()
            sent = True
        finally:
            self._pool.release(connection, sent=sent)
        return Read(head.status, head.headers, body)


def _shared(headers: Sequence[Header], host: bytes) -> bytes:
    """The headers of every request; the length of its form is to follow."""
    hosts = [] if any(name.lower() == b"host" for name, _ in headers) else [(b"Host", host)]
    lines = [b"%b: %b\r\n" % header for header in (*hosts, *headers)]
    return b"".join([*lines, b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "])
