"""The relay: a request goes upstream byte for byte, its answer comes back as it arrives.

What it changes: headers of the connection and those that say who is calling (`proxy.hops`), and the path's
prefix where Navidrome has another than we have. A WebSocket is relayed as what it is, bytes both ways.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from msgspec import Struct
from starlette.types import Message, Receive, Scope, Send

from proxy.counts import Counts, Spans
from proxy.errors import UpstreamUnreachable
from proxy.hops import Hops, Prefixes, answer_headers
from proxy.http1 import INFORMATIONAL, RAW, Headers
from proxy.http1.client import Broken, Connection, Head, Late
from proxy.http1.pool import Pool
from proxy.inbox import ClientGone, Inbox

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS"})
FIRST_BYTE_SECONDS = 60.0
# What may rightly take longer: a transcoder that starts, events that nobody sends, a whole album packed.
UNHURRIED = ("/rest/stream", "/rest/download", "/rest/hls", "/api/events", "/share/", "/jellyfin/")

OUTCOMES = ("1xx", "2xx", "3xx", "4xx", "5xx")
TO_BEGIN = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0)  # seconds

log = structlog.get_logger()


class Unasked(UpstreamUnreachable):
    """There was no connection: what the client sent is still to be read."""


class Fetched(Struct, frozen=True):
    """An answer that was collected whole."""

    status: int
    headers: Headers
    body: bytes


class Relay:
    """Passes requests to one upstream. Raises UpstreamUnreachable only before an answer has begun.

    `prefix` is the path under which clients reach us, "" for that of upstream's URL. `counts` are told of
    each answer, when it began, and of the bytes of its body.
    """

    def __init__(
        self,
        url: str,
        *,
        hops: Hops | None = None,
        prefix: str = "",
        first_byte_seconds: float = FIRST_BYTE_SECONDS,
        counts: Counts | None = None,
    ) -> None:
        self._pool = Pool(url)
        self.hops = hops or Hops()
        self._prefixes = Prefixes(ours=prefix, theirs=urlsplit(url).path)
        self._first_byte_seconds = first_byte_seconds
        counts = counts or Counts()
        self._row = counts.row
        self._outcomes = [counts.place("requests", "relay", outcome) for outcome in OUTCOMES]
        self._bytes = counts.place("relay_bytes")
        self._to_begin = Spans(counts, "relay_seconds", TO_BEGIN)

    async def forward(self, scope: Scope, receive: Receive, send: Send, *, body: bytes | None = None) -> None:
        """Answer an ASGI request with upstream's answer; `body` is the request's where it was read already.

        When the client goes, the connection upstream is closed at once, whatever it was waiting for.
        """
        inbox = Inbox(scope, receive, body)
        relaying = asyncio.current_task()
        assert relaying is not None
        watching = asyncio.ensure_future(inbox.watch(relaying))
        try:
            await self._relay(scope, inbox, send)
        except asyncio.CancelledError:
            if not inbox.left:
                raise
            relaying.uncancel()
        except UpstreamUnreachable:
            if not inbox.left:  # in the middle of an upload, whose connection was closed therefore
                raise
        finally:
            watching.cancel()

    async def fetch(self, scope: Scope, *, body: bytes) -> Fetched:
        """Upstream's answer collected whole and not compressed: for small answers that we have to look at."""
        headers = self.hops.request_headers(scope, without=(b"accept-encoding", b"expect"))
        headers.append((b"Accept-Encoding", b"identity"))
        inbox = Inbox(scope, _nothing, body)
        async with self._exchange(scope, headers, inbox, _dropped) as (connection, head):
            try:
                whole = await connection.body()
            except Broken as error:
                raise _unreachable(str(error)) from error
        return Fetched(head.status, answer_headers(head.headers, status=head.status), whole)

    def request_headers(self, scope: Scope, *, without: Iterable[bytes] = ()) -> Headers:
        """A request's headers as upstream may see them."""
        return self.hops.request_headers(scope, without=without)

    def close(self) -> None:
        self._pool.close()

    async def _relay(self, scope: Scope, inbox: Inbox, send: Send) -> None:
        begun = time.perf_counter()
        headers = self.hops.request_headers(scope, without=() if inbox.is_live else (b"expect",))
        if inbox.is_tunnel:
            headers += [(b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]
        async with self._exchange(scope, headers, inbox, send) as (connection, head):
            self._row[self._outcomes[min(head.status // 100, 5) - 1]] += 1
            self._to_begin.add(time.perf_counter() - begun)
            await send(
                {
                    "type": "http.response.start",
                    "status": head.status,
                    "reason": head.reason,
                    "headers": self._prefixes.back(answer_headers(head.headers, status=head.status)),
                }
            )
            if head.status == 101:
                await self._tunnel(connection, inbox, send)
                return
            if inbox.is_tunnel:
                inbox.end()
            await self._pump(connection, send)

    async def _tunnel(self, connection: Connection, inbox: Inbox, send: Send) -> None:
        """Bytes both ways until either side closes."""
        upload = asyncio.ensure_future(_upload(connection, inbox))
        try:
            await self._pump(connection, send)
        finally:
            upload.cancel()

    async def _pump(self, connection: Connection, send: Send) -> None:
        more = True
        try:
            while more:
                part = await connection.chunk()
                more = not connection.is_drained
                self._row[self._bytes] += len(part)
                await send({"type": "http.response.body", "body": part, "more_body": more})
        except Broken as error:
            # Without the last message the server cuts the connection: the client sees a cut as a cut.
            log.debug("upstream broke off", reason=str(error))

    @asynccontextmanager
    async def _exchange(
        self, scope: Scope, headers: Headers, inbox: Inbox, send: Send
    ) -> AsyncIterator[tuple[Connection, Head]]:
        """A connection whose final answer has begun, perhaps before the whole request was sent.

        The heads before the final one go to `send`.
        """
        connection, head, upload = await self._begin(scope, headers, inbox, send)
        try:
            yield connection, head
        finally:
            sent = upload is None or (upload.done() and not upload.cancelled() and upload.exception() is None)
            if upload is not None:
                upload.cancel()
            self._pool.release(connection, sent=sent)

    async def _begin(self, scope: Scope, headers: Headers, inbox: Inbox, send: Send) -> Begun:
        start = self._start_of(scope, headers, inbox)
        connection = self._pool.idle()
        seconds = None if self._is_unhurried(scope) else self._first_byte_seconds
        if connection is not None:
            try:
                return await _ask(connection, scope["method"], start, inbox, send, seconds)
            except Broken as error:
                # Upstream had closed it, unseen by us. What changes nothing may be asked again.
                changes = scope["method"] not in IDEMPOTENT or inbox.has_body
                if connection.heard or changes or isinstance(error, Late):
                    raise _unreachable(str(error)) from error
        try:
            connection = await self._pool.connect()
        except OSError as error:
            raise Unasked(str(_unreachable(_reason(error)))) from error
        try:
            return await _ask(connection, scope["method"], start, inbox, send, seconds)
        except Broken as error:
            raise _unreachable(str(error)) from error

    def _start_of(self, scope: Scope, headers: Headers, inbox: Inbox) -> bytes:
        """The request line and the headers."""
        target = self._prefixes.there(scope["extensions"][RAW].target)
        lines = [b"%b %b HTTP/1.1\r\n" % (scope["method"].encode("latin-1"), target)]
        lines += [b"%b: %b\r\n" % header for header in headers]
        if inbox.is_chunked:
            lines.append(b"Transfer-Encoding: chunked\r\n")
        return b"".join([*lines, b"\r\n"])

    def _is_unhurried(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return path.removeprefix(scope["root_path"]).startswith(UNHURRIED)


class Begun(NamedTuple):
    """An exchange whose final answer has begun; `upload` where the request has a body."""

    connection: Connection
    head: Head
    upload: asyncio.Future[None] | None


async def _ask(
    connection: Connection, method: str, start: bytes, inbox: Inbox, send: Send, seconds: float | None
) -> Begun:
    """Send a request and wait for its answer, for `seconds` after the last of the request. Raises Broken."""
    upload = None
    try:
        connection.begin(method)
        await connection.write(start)
        if inbox.has_body:
            upload = asyncio.ensure_future(_upload(connection, inbox))
            if seconds is not None:
                upload.add_done_callback(lambda _: connection.give_up_in(seconds))
        elif seconds is not None:
            connection.give_up_in(seconds)
        head = await connection.final_head(partial(_pass_on, send))
        if head.status == 101 and not inbox.is_tunnel:
            raise Broken("it went over to another protocol unasked")
        return Begun(connection, head, upload)
    except BaseException:
        connection.close()
        if upload is not None:
            upload.cancel()
        raise


async def _pass_on(send: Send, head: Head) -> None:
    """One of 1xx, which comes before the answer."""
    headers = answer_headers(head.headers, status=head.status)
    await send({"type": INFORMATIONAL, "status": head.status, "reason": head.reason, "headers": headers})


async def _upload(connection: Connection, inbox: Inbox) -> None:
    try:
        async for part in inbox.body():
            if part:
                await connection.write(b"%x\r\n%b\r\n" % (len(part), part) if inbox.is_chunked else part)
        if inbox.is_chunked:
            await connection.write(b"0\r\n\r\n")
    except ClientGone:
        inbox.left = True
        connection.close()
    except Broken:
        pass  # whoever waits for the answer hears of it


def _reason(error: OSError) -> str:
    """In words that do not tell where upstream is: clients read them too."""
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    return "no connection in time" if isinstance(error, TimeoutError) else type(error).__name__


def _unreachable(reason: str) -> UpstreamUnreachable:
    return UpstreamUnreachable(
        f"Navidrome did not answer ({reason}). Is it running, and NAVIDROME_URL right?"
    )


async def _nothing() -> Message:
    raise AssertionError("the body was read already")


async def _dropped(message: Message) -> None:
    """Where an answer is collected nobody waits for what comes before it."""
