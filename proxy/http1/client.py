"""HTTP/1.1 towards upstream: one connection, bytes in, bytes out."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from proxy.http1 import Headers

# Bytes read at once: more each time for a reader that keeps up, for large pieces make fast bodies, and fewer
# for one that lets upstream wait so long, for 200 slow listeners cost 200 times what waits for each of them.
LEAST_READ, MOST_READ = 16 * 1024, 256 * 1024
SLOW_SECONDS = 0.02
MOST_HEAD = 10 * 2**20  # bytes, as Go's client takes


class Broken(Exception):
    """The connection ended, or spoke no HTTP, before the answer was whole; the message says which."""


class Late(Broken):
    """The answer had not begun in the time given."""


class Head(NamedTuple):
    """Status and headers of an answer, the headers as they came."""

    status: int
    reason: bytes
    headers: Headers

    @property
    def is_final(self) -> bool:
        """Whether no other head follows. 101 is the last one of its connection."""
        return self.status >= HTTPStatus.OK or self.status == HTTPStatus.SWITCHING_PROTOCOLS


class Connection(asyncio.BufferedProtocol):
    """One connection, one exchange at a time: `begin`, `write`, then `head` and `chunk` until b"".

    `buffer` is what is read into. All connections of a loop may share it: the loop fills it and has it read
    without a step between.
    """

    def __init__(self, buffer: bytearray) -> None:
        self.used_at = time.monotonic()
        self.heard = False  # whether a byte of this exchange's answer has come
        self._buffer = memoryview(buffer)
        self._window = LEAST_READ
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._broken: Broken | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_complete = True
        self._until_close = False
        self._reusable = True

    def begin(self, method: str) -> None:
        self._parser = HttpResponseParser(self)
        self._bodiless = method == "HEAD"
        self._reason = b""
        self._headers: Headers = []
        self._heads: deque[Head] = deque()
        self._chunks: list[bytes] = []
        self._paused_at = 0.0
        self._head_size = 0
        self._is_tunnel = self._has_head = self._until_close = False
        self._is_complete = self.heard = False

    async def write(self, data: bytes) -> None:
        """Raises Broken."""
        if self._broken or self._transport is None:
            raise self._broken or Broken("there is no connection")
        self._transport.write(data)
        if not self._writable.is_set():
            await self._writable.wait()

    def give_up_in(self, seconds: float) -> None:
        """Break with Late where no head has come by then."""
        loop = asyncio.get_running_loop()
        if not (self._has_head or self._broken):
            self._timer = loop.call_later(seconds, self._be_late)

    async def head(self) -> Head:
        """The next one; those before the final one are 1xx. Raises Broken."""
        while not self._heads:
            await self._news()
        return self._heads.popleft()

    async def final_head(self, early: Callable[[Head], Awaitable[None]] | None = None) -> Head:
        """The final one; what comes before it goes to `early`, or nowhere. Raises Broken."""
        while not (head := await self.head()).is_final:
            if early is not None:
                await early(head)
        return head

    async def body(self) -> bytes:
        """The rest of it, whole. Raises Broken."""
        parts = []
        while part := await self.chunk():
            parts.append(part)
        return b"".join(parts)

    async def chunk(self) -> bytes:
        """What has come of the body since the last call; b"" at its end. Raises Broken."""
        while not self._chunks:
            if self._is_complete:
                return b""
            await self._news()
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        if self._paused_at:
            self._resume()
        return data

    @property
    def is_drained(self) -> bool:
        """Whether the answer is whole, and all of it was taken."""
        return self._is_complete and not self._chunks

    @property
    def is_reusable(self) -> bool:
        """Whether another exchange may follow this one."""
        open_still = self._transport is not None and not self._transport.is_closing()
        return open_still and self._reusable and self.is_drained

    def close(self) -> None:
        """At once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    async def _news(self) -> None:
        if self._broken:
            raise self._broken
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _untimed(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer[: self._window]

    def buffer_updated(self, nbytes: int) -> None:
        if self._is_complete:  # nobody asked for it: what follows cannot be trusted
            self.close()
            return
        self.heard = True
        is_awaited = self._waiter is not None and not self._waiter.done()
        self._feed(self._buffer[:nbytes])
        if is_awaited:
            self._tell()
        if self._chunks and not self._is_complete and (not is_awaited or nbytes == MOST_READ):
            self._pause()
        elif nbytes == self._window:
            self._window = min(2 * self._window, MOST_READ)
        if not self._has_head:
            self._limit_head(nbytes)

    def _feed(self, data: memoryview) -> None:
        if self._is_tunnel:
            self._chunks.append(bytes(data))
            return
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._is_tunnel = True
            self._feed(data[upgrade.args[0] :])
        except HttpParserError as error:
            self._break(Broken(f"what came is not HTTP ({type(error).__name__})"))
            self.close()

    def _limit_head(self, nbytes: int) -> None:
        self._head_size += nbytes
        if self._head_size > MOST_HEAD:
            self._break(Broken("its head does not end"))
            self.close()

    def _pause(self) -> None:
        """Upstream waits until the reader has come for what is here."""
        if self._transport and not (self._paused_at or self._transport.is_closing()):
            self._paused_at = time.monotonic()
            self._transport.pause_reading()

    def _resume(self) -> None:
        if time.monotonic() - self._paused_at > SLOW_SECONDS:
            self._window = max(self._window // 2, LEAST_READ)
        self._paused_at = 0.0
        if self._transport and not self._transport.is_closing():
            self._transport.resume_reading()

    def eof_received(self) -> None:
        """The transport closes then, and says so."""

    def connection_lost(self, error: Exception | None) -> None:
        if self._until_close and error is None:
            self._is_complete = True
        self._break(Broken("the connection was reset" if error else "the connection was closed"))

    def _be_late(self) -> None:
        self._break(Late("no answer in time"))
        self.close()

    def _break(self, reason: Broken) -> None:
        self._broken = self._broken or reason
        self._reusable = False
        self._untimed()
        self._writable.set()
        self._tell()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._has_head:  # an answer that nobody asked for, in one piece with the last
            self._reusable = False

    def on_status(self, reason: bytes) -> None:
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._has_head:  # after it they are trailers
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        head = Head(self._parser.get_status_code(), self._reason, self._headers)
        self._heads.append(head)
        self._has_head = head.is_final
        self._reason, self._headers = b"", []
        if not head.is_final:
            return
        self._untimed()
        names = {name.lower() for name, _ in head.headers}
        self._until_close = not names & {b"content-length", b"transfer-encoding"}
        if self._bodiless:
            self._end()

    def on_body(self, data: bytes) -> None:
        if not self._is_complete:
            self._chunks.append(data)

    def on_message_complete(self) -> None:
        switched = self._parser.get_status_code() == HTTPStatus.SWITCHING_PROTOCOLS
        if self._has_head and not self._is_complete and not switched:
            self._end()

    def _end(self) -> None:
        self._is_complete = True
        self._reusable = self._reusable and self._parser.should_keep_alive()
