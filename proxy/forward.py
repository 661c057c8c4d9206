"""The relay: a request goes upstream byte for byte, its answer comes back as it arrives.

What it changes: headers of the connection are dropped (RFC 9110, 7.6.1), those that say who is calling are
told by us, and `Remote-User` is never believed: from an address that Navidrome trusts it would make anyone an
admin. Bytes that no target may hold (raw UTF-8) are percent-encoded, which is the same to Go. A `?` with
nothing behind it is lost, for ASGI does not tell of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote_from_bytes, urlsplit

import httpx
import structlog
from msgspec import Struct
from starlette.types import Receive, Scope, Send

from proxy.errors import UpstreamUnreachable

Headers = list[tuple[bytes, bytes]]

CONNECT_SECONDS = 3.0

HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)
NEVER_BELIEVED = frozenset(
    b"forwarded remote-user true-client-ip x-forwarded-for x-forwarded-host x-forwarded-proto "
    b"x-forwarded-scheme x-real-ip".split()
)

IN_A_TARGET = bytes(range(0x21, 0x7F))  # httpx refuses to send any other

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

    def __init__(self, transport: httpx.AsyncBaseTransport, url: str) -> None:
        parts = urlsplit(url)
        self._transport = transport
        self._url = httpx.URL(f"{parts.scheme}://{parts.netloc}")
        self._path = parts.path.rstrip("/").encode()

    async def forward(self, scope: Scope, receive: Receive, send: Send, *, body: bytes | None = None) -> None:
        """Answer an ASGI request with upstream's answer; `body` is the request's where it was read already.

        When the client goes, the connection upstream is closed at once, whatever it was waiting for.
        """
        inbox = Inbox(scope, receive, body)
        relaying = asyncio.ensure_future(self._relay(scope, inbox, send))
        gone = asyncio.ensure_future(inbox.client_gone())
        try:
            await asyncio.wait({relaying, gone}, return_when=asyncio.FIRST_COMPLETED)
            if relaying.done() and not isinstance(relaying.exception(), ClientGone):
                relaying.result()
        finally:
            relaying.cancel()
            gone.cancel()
            await asyncio.gather(relaying, gone, return_exceptions=True)

    async def fetch(self, scope: Scope, *, body: bytes) -> Fetched:
        """Upstream's answer collected whole and not compressed: for small answers that we have to look at."""
        headers = [*request_headers(scope, without=(b"accept-encoding",)), (b"accept-encoding", b"identity")]
        response = await self._send(self._request(scope, headers, body))
        with _mapped():
            collected = b"".join([chunk async for chunk in response.aiter_raw()])
        return Fetched(response.status_code, answer_headers(response.headers.raw), collected)

    async def _relay(self, scope: Scope, inbox: Inbox, send: Send) -> None:
        body = inbox.body() if inbox.has_body else None
        response = await self._send(self._request(scope, request_headers(scope), body))
        try:
            headers = answer_headers(response.headers.raw)
            if response.status_code == 304:  # the server would wait for the body that a length here tells of
                headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
            await _pump(response, send)
        finally:
            await asyncio.shield(response.aclose())

    def _request(
        self, scope: Scope, headers: Headers, body: AsyncIterator[bytes] | bytes | None
    ) -> httpx.Request:
        target: bytes = self._path + scope["raw_path"]
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        timeout = {"connect": CONNECT_SECONDS, "read": None, "write": None, "pool": None}
        extensions = {"target": quote_from_bytes(target, IN_A_TARGET).encode(), "timeout": timeout}
        return httpx.Request(scope["method"], self._url, headers=headers, content=body, extensions=extensions)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        with _mapped():
            return await self._transport.handle_async_request(request)


class Inbox:
    """The client's side of one request: first its body, then the news that it has gone."""

    def __init__(self, scope: Scope, receive: Receive, body: bytes | None) -> None:
        self.has_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])
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

    async def client_gone(self) -> None:
        """Returns when the client has left; what it sends before that is for `body`."""
        await self._read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


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
    named = b",".join(value for name, value in headers if name.lower() == b"connection")
    return {name.strip().lower() for name in named.split(b",")}


async def _pump(response: httpx.Response, send: Send) -> None:
    try:
        async for chunk in response.aiter_raw():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except httpx.TransportError as error:
        # Without the last message the server cuts the connection: the client sees a cut as a cut.
        log.debug("upstream broke off", reason=type(error).__name__)
        return
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        kind = type(error).__name__
        told = f"Navidrome did not answer ({kind}). Is it running, and NAVIDROME_URL right?"
        raise UpstreamUnreachable(told) from error
