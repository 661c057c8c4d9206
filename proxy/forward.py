"""The relay: a request goes upstream byte for byte, its answer comes back as it arrives.

What it changes: headers of the connection are dropped (RFC 9110, 7.6.1), those that say who is calling are
told by us, and `Remote-User` is never believed: from an address that Navidrome trusts it would make anyone an
admin. A `?` with nothing behind it is lost, for ASGI does not tell of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import structlog
from msgspec import Struct
from starlette.types import Message, Receive, Scope, Send

from proxy.errors import UpstreamUnreachable
from proxy.http1 import Broken, Connection, Head, Headers, Pool

HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)
NEVER_BELIEVED = frozenset(
    b"forwarded remote-user true-client-ip x-forwarded-for x-forwarded-host x-forwarded-proto "
    b"x-forwarded-scheme x-real-ip".split()
)
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS"})

log = structlog.get_logger()


class ClientGone(Exception):
    """The client left in the middle of its request."""


class Fetched(Struct, frozen=True):
    """An answer that was collected whole."""

    status: int
    headers: Headers
    body: bytes


class Relay:
    """Passes requests to one upstream. Raises UpstreamUnreachable only before an answer has begun."""

    def __init__(self, url: str) -> None:
        self._pool = Pool(url)
        self._path = urlsplit(url).path.rstrip("/").encode()

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
        headers = [*request_headers(scope, without=(b"accept-encoding",)), (b"accept-encoding", b"identity")]
        inbox = Inbox(scope, _nothing, body)
        async with self._exchange(scope, headers, inbox) as (connection, head):
            parts = []
            try:
                while part := await connection.chunk():
                    parts.append(part)
            except Broken as error:
                raise _unreachable(str(error)) from error
        return Fetched(head.status, answer_headers(head.headers), b"".join(parts))

    def close(self) -> None:
        self._pool.close()

    async def _relay(self, scope: Scope, inbox: Inbox, send: Send) -> None:
        async with self._exchange(scope, request_headers(scope), inbox) as (connection, head):
            headers = answer_headers(head.headers)
            if head.status == 304:  # the server would wait for the body that a length here tells of
                headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
            await send({"type": "http.response.start", "status": head.status, "headers": headers})
            await _pump(connection, send)

    @asynccontextmanager
    async def _exchange(
        self, scope: Scope, headers: Headers, inbox: Inbox
    ) -> AsyncIterator[tuple[Connection, Head]]:
        """A connection whose answer has begun, perhaps before the whole request was sent."""
        connection, head, upload = await self._begin(scope, headers, inbox)
        try:
            yield connection, head
        finally:
            sent = upload is None or (upload.done() and not upload.cancelled() and upload.exception() is None)
            if upload is not None:
                upload.cancel()
            self._pool.release(connection, sent=sent)

    async def _begin(
        self, scope: Scope, headers: Headers, inbox: Inbox
    ) -> tuple[Connection, Head, asyncio.Future[None] | None]:
        start = self._start_of(scope, headers, inbox)
        connection = self._pool.idle()
        if connection is not None:
            try:
                return await _ask(connection, scope["method"], start, inbox)
            except Broken as error:
                # Upstream had closed it, unseen by us. What changes nothing may be asked again.
                if connection.heard or scope["method"] not in IDEMPOTENT or inbox.has_body:
                    raise _unreachable(str(error)) from error
        try:
            return await _ask(await self._pool.connect(), scope["method"], start, inbox)
        except (OSError, Broken) as error:
            raise _unreachable(_reason(error)) from error

    def _start_of(self, scope: Scope, headers: Headers, inbox: Inbox) -> bytes:
        """The request line and the headers."""
        target: bytes = self._path + scope["raw_path"]
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        lines = [b"%b %b HTTP/1.1\r\n" % (scope["method"].encode(), target)]
        lines += [b"%b: %b\r\n" % header for header in headers]
        if inbox.is_chunked:
            lines.append(b"transfer-encoding: chunked\r\n")
        return b"".join([*lines, b"\r\n"])


async def _ask(
    connection: Connection, method: str, start: bytes, inbox: Inbox
) -> tuple[Connection, Head, asyncio.Future[None] | None]:
    """Send a request; its answer's head, and the upload where there is one. Raises Broken."""
    upload = None
    try:
        connection.begin(method)
        await connection.write(start)
        upload = asyncio.ensure_future(_upload(connection, inbox)) if inbox.has_body else None
        return connection, await connection.head(), upload
    except BaseException:
        connection.close()
        if upload is not None:
            upload.cancel()
        raise


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


class Inbox:
    """The client's side of one request: first its body, then the news that it has gone."""

    def __init__(self, scope: Scope, receive: Receive, body: bytes | None) -> None:
        names = {name for name, _ in scope["headers"]}
        self.is_chunked = b"transfer-encoding" in names
        self.has_body = self.is_chunked or b"content-length" in names
        self.left = False
        self._receive = receive
        self._known = body
        self._read = asyncio.Event()
        if body is not None or not self.has_body:
            self._read.set()

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises ClientGone where it breaks off."""
        if self._known is not None:
            yield self._known
            return
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            yield message.get("body", b"")
            more = message.get("more_body", False)
        self._read.set()

    async def watch(self, relaying: asyncio.Task[None]) -> None:
        """Cancel `relaying` when the client leaves; what it sends before that is for `body`."""
        await self._read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        relaying.cancel()


def request_headers(scope: Scope, *, without: Iterable[bytes] = ()) -> Headers:
    """The client's headers as upstream may see them, with the forwarding headers told by us."""
    dropped = HOP_BY_HOP | NEVER_BELIEVED | _named_in_connection(scope["headers"]) | set(without)
    kept = [(name, value) for name, value in scope["headers"] if name not in dropped]
    client = scope["client"][0].encode() if scope.get("client") else b"unknown"
    hosts = [(b"x-forwarded-host", value) for name, value in scope["headers"] if name == b"host"]
    return [*kept, (b"x-forwarded-for", client), *hosts, (b"x-forwarded-proto", scope["scheme"].encode())]


def answer_headers(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Upstream's headers less those of its connection to us."""
    headers = list(headers)
    dropped = HOP_BY_HOP | _named_in_connection(headers)
    return [(name, value) for name, value in headers if name.lower() not in dropped]


def _named_in_connection(headers: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    named = [value for name, value in headers if name.lower() == b"connection"]
    return {name.strip().lower() for value in named for name in value.split(b",")}


async def _pump(connection: Connection, send: Send) -> None:
    try:
        while part := await connection.chunk():
            await send({"type": "http.response.body", "body": part, "more_body": True})
    except Broken as error:
        # Without the last message the server cuts the connection: the client sees a cut as a cut.
        log.debug("upstream broke off", reason=str(error))
        return
    await send({"type": "http.response.body", "body": b""})


def _reason(error: Exception) -> str:
    """In words that do not tell where upstream is: clients read them too."""
    if isinstance(error, Broken):
        return str(error)
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    return "no connection in time" if isinstance(error, TimeoutError) else type(error).__name__


def _unreachable(reason: str) -> UpstreamUnreachable:
    return UpstreamUnreachable(
        f"Navidrome did not answer ({reason}). Is it running, and NAVIDROME_URL right?"
    )


async def _nothing() -> Message:
    raise AssertionError("the body was read already")
