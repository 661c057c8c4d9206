"""One request and its answer on a client's connection, as the ASGI app sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple, Protocol

import structlog
from starlette.types import ASGIApp, Message, Scope

from proxy.http1 import INFORMATIONAL, Headers

READ_AHEAD = 64 * 1024  # bytes of a request's body that wait for the app before the client has to wait too
LARGE = 16 * 1024  # bytes; what is larger is not copied once more to go out as one piece
REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}
NO_CONTENT = (204, 304)

log = structlog.get_logger()


class Wire(Protocol):
    """What an exchange needs of its connection."""

    def write(self, *parts: bytes) -> None: ...
    async def writable(self) -> None: ...
    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def answered(self, *, keep_alive: bool) -> None: ...
    def tunnel(self) -> None: ...
    def cut(self, *, flush: bool) -> None: ...


class Framing(NamedTuple):
    """How the end of an answer's body is told: by its length, by chunks, by the end of the connection."""

    length: int | None = None
    is_chunked: bool = False

    @classmethod
    def of(cls, method: str, status: int, version: str, headers: Iterable[tuple[bytes, bytes]]) -> Framing:
        if method == "HEAD" or status in NO_CONTENT:
            return cls(length=0)
        for name, value in headers:
            if name.lower() == b"content-length":
                return cls(length=int(value))
        return cls(is_chunked=version == "1.1" and status != HTTPStatus.SWITCHING_PROTOCOLS)


class Exchange:
    """Collects a request's body for `receive`, and frames what is sent.

    An answer that ends before its length, or whose app ends before it, is cut: the client must not take a
    part for the whole. `receive` is for one task at a time.
    """

    def __init__(self, wire: Wire, scope: Scope, *, keep_alive: bool) -> None:
        self.scope = scope
        self.keep_alive = keep_alive
        self.is_over = False  # answered, or the client has gone
        self._wire = wire
        self._method: str = scope["method"]
        self._version: str = scope["http_version"]
        self._parts: list[bytes] = []
        self._waiting = 0
        self._is_whole = False
        self._is_told = False
        self._waiter: asyncio.Future[None] | None = None
        self._framing: Framing | None = None  # None until the answer has begun
        self._left = 0
        self._unsent = b""  # a head goes out with the first of its body where that follows at once

    # What the connection tells.

    def take(self, data: bytes) -> None:
        if self.is_over:
            return
        self._parts.append(data)
        self._waiting += len(data)
        if self._waiting > READ_AHEAD:
            self._wire.pause_reading()
        self._wake()

    def take_end(self) -> None:
        self._is_whole = True
        self._wake()

    def end(self) -> None:
        """The answer is out, or the client has gone."""
        self.is_over = True
        self._unsent = b""
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What the app calls.

    async def run(self, app: ASGIApp) -> None:
        try:
            await app(self.scope, self.receive, self.send)
        except Exception:
            if not self.is_over:
                log.exception("a request failed")
        finally:
            if not self.is_over:
                self._fail()

    async def receive(self) -> Message:
        while not (self._parts or self.is_over or (self._is_whole and not self._is_told)):
            self._wire.resume_reading()
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if self.is_over:
            return {"type": "http.disconnect"}
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        self._waiting = 0
        self._is_told = self._is_whole
        return {"type": "http.request", "body": body, "more_body": not self._is_whole}

    async def send(self, message: Message) -> None:
        """Waits while the client is slower than the app; says nothing where it has gone."""
        await self._wire.writable()
        if self.is_over:
            return
        if message["type"] == "http.response.body":
            self._write_body(message.get("body", b""), more=message.get("more_body", False))
        elif message["type"] == INFORMATIONAL:
            self._write(self._head(message, []))
        else:
            self._start(message)

    def _start(self, message: Message) -> None:
        status, headers = message["status"], message.get("headers", ())
        framing = Framing.of(self._method, status, self._version, headers)
        told: Headers = []
        if status == HTTPStatus.SWITCHING_PROTOCOLS:
            self.keep_alive = self._is_whole = self._is_told = False
            self._wire.tunnel()
        elif framing.is_chunked:
            told.append((b"Transfer-Encoding", b"chunked"))
        elif framing.length is None:
            self.keep_alive = False
        if not self.keep_alive and status != HTTPStatus.SWITCHING_PROTOCOLS:
            told.append((b"Connection", b"close"))
        self._unsent = self._head(message, told)
        self._framing, self._left = framing, framing.length or 0
        asyncio.get_running_loop().call_soon(self._flush)

    def _head(self, message: Message, told: Headers) -> bytes:
        """Status line and headers. Raises ValueError where one of them would break out of its line."""
        status = message["status"]
        reason = message.get("reason", REASONS.get(status, b""))
        lines = [b"HTTP/%b %d %b\r\n" % (self._version.encode(), status, reason)]
        lines += [b"%b: %b\r\n" % header for header in (*message.get("headers", ()), *told)]
        lines.append(b"\r\n")
        head = b"".join(lines)
        if head.count(b"\n") != len(lines) or head.count(b"\r") != len(lines):
            raise ValueError("a line break in an answer's header")
        return head

    def _write_body(self, data: bytes, *, more: bool) -> None:
        assert self._framing is not None, "the answer has not begun"
        if self._framing.is_chunked:
            self._write_chunk(data, last=not more)
        elif self._framing.length is None:
            self._write(data)
        elif self._method != "HEAD":
            self._left -= len(data)
            self._write(data if self._left >= 0 else data[: self._left])
        if more and self._left >= 0:
            return
        if self._left:
            self._fail()
            return
        self._flush()
        self.end()
        self._wire.answered(keep_alive=self.keep_alive)

    def _write_chunk(self, data: bytes, *, last: bool) -> None:
        end = b"0\r\n\r\n" if last else b""
        if data:
            self._write(b"%x\r\n" % len(data), data, b"\r\n" + end)
        elif end:
            self._write(end)

    def _write(self, *parts: bytes) -> None:
        parts, self._unsent = (self._unsent, *parts), b""
        if sum(map(len, parts)) > LARGE:
            self._wire.write(*parts)
        else:
            self._wire.write(b"".join(parts))

    def _flush(self) -> None:
        if self._unsent:
            self._write()

    def _fail(self) -> None:
        """Cut an answer that has begun, where its framing lets that be seen; else say 500."""
        self._flush()
        self.end()
        if self._framing is not None:
            framed = self._framing.is_chunked or self._framing.length is not None
            self._wire.cut(flush=framed)
            return
        self._wire.write(plain(500))
        self._wire.cut(flush=True)


def plain(status: int) -> bytes:
    """A whole answer that says its status and closes, in the form that Go's server gives it."""
    text = b"%d %b" % (status, REASONS[status])
    head = b"HTTP/1.1 %b\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n" % text
    return head + text
