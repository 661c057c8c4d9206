"""HTTP/1.1 towards one server: connections kept alive, bytes in, bytes out.

Of our own because the relay must not change a byte and must not cost what a general client costs: through
httpx, 32 connections got half the requests a second that one got (httpcore walks all its connections for each
request), and h11 refuses targets that Navidrome takes. The parser is llhttp, by way of httptools.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

CONNECT_SECONDS = 3.0
IDLE_SECONDS = 30.0
MOST_IDLE = 64
READ_AHEAD = 64 * 1024  # bytes of a body that wait for a slow reader before upstream has to wait too

Headers = list[tuple[bytes, bytes]]


class Broken(Exception):
    """The connection ended, or spoke no HTTP, before the answer was whole; the message says which."""


class Head(NamedTuple):
    """Status and headers of an answer, the headers as they came."""

    status: int
    headers: Headers


class Connection(asyncio.Protocol):
    """One connection, one exchange at a time: `begin`, `write`, then `head` and `chunk` until b""."""

    def __init__(self) -> None:
        self.used_at = time.monotonic()
        self.heard = False  # whether a byte of this exchange's answer has come
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._broken = ""
        self._complete = True
        self._reusable = True

    def begin(self, method: str) -> None:
        self._parser = HttpResponseParser(self)
        self._bodiless = method == "HEAD"
        self._headers: Headers = []
        self._head: Head | None = None
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._until_close = False
        self._complete = self.heard = False

    async def write(self, data: bytes) -> None:
        """Raises Broken."""
        if self._broken or self._transport is None:
            raise Broken(self._broken)
        self._transport.write(data)
        await self._writable.wait()

    async def head(self) -> Head:
        """The final answer's, those of 1xx left out. Raises Broken."""
        while self._head is None:
            await self._news()
        return self._head

    async def chunk(self) -> bytes:
        """What has come of the body since the last call; b"" at its end. Raises Broken."""
        while not self._chunks:
            if self._complete:
                return b""
            await self._news()
        data = self._chunks.popleft() if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        if self._waiting > READ_AHEAD and self._transport and not self._transport.is_closing():
            self._transport.resume_reading()
        self._waiting = 0
        return data

    @property
    def is_reusable(self) -> bool:
        """Whether another exchange may follow this one."""
        open_still = self._transport is not None and not self._transport.is_closing()
        return open_still and self._complete and self._reusable and not self._chunks

    def close(self) -> None:
        """At once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    async def _news(self) -> None:
        if self._broken:
            raise Broken(self._broken)
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _tell(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._complete:  # nobody asked for it: what follows cannot be trusted
            self.close()
            return
        self.heard = True
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._break(f"what came is not HTTP ({type(error).__name__})")
            self.close()
        self._tell()

    def connection_lost(self, error: Exception | None) -> None:
        if self._head is not None and self._until_close and error is None:
            self._complete = True
        self._break("the connection was reset" if error else "the connection was closed")

    def _break(self, reason: str) -> None:
        self._broken = self._broken or reason
        self._reusable = False
        self._writable.set()
        self._tell()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._head is not None:  # an answer that nobody asked for, in one piece with the last
            self._reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head is None:  # after it they are trailers
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:
            self._headers = []
            return
        names = {name.lower() for name, _ in self._headers}
        self._until_close = not names & {b"content-length", b"transfer-encoding"}
        self._head = Head(status, self._headers)
        if self._bodiless:
            self._end()

    def on_body(self, data: bytes) -> None:
        if self._complete or not self._transport:
            return
        self._chunks.append(data)
        self._waiting += len(data)
        if self._waiting > READ_AHEAD:
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        if self._head is not None and not self._complete:
            self._end()

    def _end(self) -> None:
        self._complete = True
        self._reusable = self._reusable and self._parser.should_keep_alive()


class Pool:
    """The connections to the server of a URL. Closes those that nobody uses, and never waits for one."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: list[Connection] = []

    def idle(self) -> Connection | None:
        """The connection that was used last, if it is good still."""
        oldest = time.monotonic() - IDLE_SECONDS
        while self._idle:
            connection = self._idle.pop()
            if connection.is_reusable and connection.used_at > oldest:
                return connection
            connection.close()
        return None

    async def connect(self) -> Connection:
        """A new one. Raises OSError, TimeoutError among them."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(CONNECT_SECONDS):
            _, connection = await loop.create_connection(Connection, self._host, self._port, ssl=self._tls)
        return connection

    def release(self, connection: Connection, *, sent: bool) -> None:
        """After an exchange; `sent` where the whole request went out. What is not whole is closed."""
        if not (sent and connection.is_reusable and len(self._idle) < MOST_IDLE):
            connection.close()
            return
        connection.used_at = time.monotonic()
        self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
