"""The door that every answer of our own leaves by: with what Navidrome's carry, and its request's name."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proxy.hops import REQUEST_ID, SECURITY
from proxy.http1 import Headers


class Stamped:
    """Gives each answer of `app`, which may be a single Response, the security headers that Navidrome gives
    all of its own, and the name by which logs speak of the request. Upstream's headers stay as they are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id: str = scope["state"]["resources"].relay.hops.request_id(scope)
        stamp = [*SECURITY, (REQUEST_ID, request_id.encode())]

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with(stamp, message["headers"])}
            await send(message)

        await self._app(scope, receive, stamped)


def _with(stamp: Headers, headers: Headers) -> Headers:
    given = {name.lower() for name, _ in headers}
    return [*headers, *(header for header in stamp if header[0] not in given)]
