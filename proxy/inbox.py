"""The client's side of a request that is relayed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from proxy.http1 import says_upgrade


class ClientGone(Exception):
    """The client left in the middle of its request."""


class Inbox:
    """The client's side of one request: first its body, then the news that it has gone.

    Where it asks for a WebSocket, what follows the answer is the body.
    """

    def __init__(self, scope: Scope, receive: Receive, body: bytes | None) -> None:
        names = {name for name, _ in scope["headers"]}
        self.is_chunked = b"transfer-encoding" in names
        self.has_body = self.is_chunked or b"content-length" in names
        self.is_tunnel = b"upgrade" in names and says_upgrade(scope["headers"]) == b"websocket"
        self.is_live = body is None
        self.left = False
        self._receive = receive
        self._known = body
        self._read = asyncio.Event()
        if body is not None or not (self.has_body or self.is_tunnel):
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
        self.end()

    def end(self) -> None:
        """Nothing of a body follows."""
        self._read.set()

    async def watch(self, relaying: asyncio.Task[None]) -> None:
        """Cancel `relaying` when the client leaves; what it sends before that is for `body`."""
        await self._read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        relaying.cancel()


async def collected(receive: Receive, *, most: int) -> tuple[bytes | None, Receive]:
    """A body of at most so many bytes, or None; and what gives all that came of it once more, then the rest.

    Raises ClientDisconnect.
    """
    messages: list[Message] = []
    size, more = 0, True
    while more and size <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        messages.append(message)
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"".join(message.get("body", b"") for message in messages) if size <= most else None
    again = iter(messages)

    async def once_more() -> Message:
        return next(again, None) or await receive()

    return body, once_more
