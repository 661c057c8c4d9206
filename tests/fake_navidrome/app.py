"""The table of routes, and the layer around them that records requests and adds Navidrome's headers."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import auth, native, native_playlists, subsonic
from .envelope import compressible, json_reply, text_reply
from .world import Fault, Received, User, World

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
SECURITY_HEADERS = {
    "permissions-policy": "autoplay=(), camera=(), microphone=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
EXPOSED = "X-Content-Duration, X-Total-Count, X-Nd-Authorization"

NativeEndpoint = Callable[[World, User, Request], Response | Awaitable[Response]]

NATIVE: list[tuple[str, str, NativeEndpoint]] = [
    ("GET", "/api/song", native.list_songs),
    ("GET", "/api/song/{id}", native.show_song),
    ("GET", "/api/library", native.list_libraries),
    ("GET", "/api/missing", native.list_missing),
    ("GET", "/api/playlist", native_playlists.list_playlists),
    ("POST", "/api/playlist", native_playlists.create_playlist),
    ("GET", "/api/playlist/{id}", native_playlists.show_playlist),
    ("PUT", "/api/playlist/{id}", native_playlists.update_playlist),
    ("DELETE", "/api/playlist/{id}", native_playlists.delete_playlist),
    ("GET", "/api/playlist/{id}/tracks", native_playlists.list_tracks),
    ("POST", "/api/playlist/{id}/tracks", native_playlists.add_tracks),
    ("DELETE", "/api/playlist/{id}/tracks", native_playlists.remove_tracks),
]


def create_app(world: World) -> ASGIApp:
    """A Navidrome that answers out of ``world``, which may change between and during requests."""

    async def rest(request: Request) -> Response:
        return await subsonic.answer(world, request)

    async def login(request: Request) -> Response:
        return await native_reply(world, request, lambda: native.login(world, request))

    async def web_ping(request: Request) -> Response:
        return Response(".", headers={"content-type": "text/plain"})

    routes = [
        Route("/rest/{endpoint}", rest, methods=METHODS),
        Route("/auth/login", login, methods=["POST"]),
        *(Route(path, for_session(world, endpoint), methods=[method]) for method, path, endpoint in NATIVE),
        Route("/ping", web_ping),
        Route("/{path:path}", elsewhere, methods=METHODS),
    ]
    return Wire(Starlette(routes=routes), world)


async def elsewhere(request: Request) -> Response:
    """To the web interface, except under the prefixes that have no pages."""
    if request.method != "GET" or request.url.path.startswith(("/rest/", "/api/", "/auth/")):
        return text_reply(request, "404 page not found\n", status=404)
    reply = compressible(request, b'<a href="/app/">Found</a>.\n\n', "text/html; charset=utf-8", status=302)
    reply.headers["location"] = "/app/"
    return reply


def for_session(world: World, endpoint: NativeEndpoint) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind a token; each reply carries a fresh one."""

    async def answer(request: Request) -> Response:
        user = auth.session(world, request)
        if user is None:
            return json_reply(request, {"error": "Not authenticated"}, status=401)
        try:
            outcome = endpoint(world, user, request)
            reply = await outcome if inspect.isawaitable(outcome) else outcome
        except native.RefusedError as refused:
            reply = json_reply(request, {"error": refused.message}, status=refused.status)
        except native.AdminsOnlyError:
            reply = text_reply(request, "Access denied: admin privileges required\n", status=403)
        reply.headers["x-nd-authorization"] = auth.token(world, user)
        return reply

    async def guarded(request: Request) -> Response:
        return await native_reply(world, request, lambda: answer(request))

    return guarded


async def native_reply(world: World, request: Request, answer: Callable[[], Awaitable[Response]]) -> Response:
    """Nothing where the native API is switched off; else the ordered fault or the answer."""
    if not world.native:
        return text_reply(request, "404 page not found\n", status=404)
    fault = await subsonic.trouble(world, request.url.path)
    if fault is Fault.CRASH:
        return json_reply(request, {"error": "database is locked"}, status=500)
    if fault is Fault.EMPTY:
        return native.counted(request, [], 0)
    return await answer()


class Wire:
    """Records each request in ``world.requests`` and adds the CORS and security headers to each reply."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self.app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        body = await whole_body(receive)
        self.world.requests.append(received(scope, body))
        request = Request(scope)
        dressed = dressing(request, send)
        if is_preflight(request):
            return await preflight(request)(scope, receive, dressed)
        return await self.app(scope, replayed(body, receive), dressed)


async def whole_body(receive: Receive) -> bytes:
    parts = []
    while (message := await receive())["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    return b"".join(parts)


def replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever comes after it: the disconnect."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def received(scope: Scope, body: bytes) -> Received:
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    target = path + b"?" + query if query else path
    return Received(scope["method"], target, list(scope["headers"]), body)


def dressing(request: Request, send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            dress(MutableHeaders(raw=message["headers"]), request)
        await send(message)

    return dressed


def dress(headers: MutableHeaders, request: Request) -> None:
    own_vary = headers.getlist("vary")
    del headers["vary"]
    for value in ["Origin", *own_vary]:
        headers.append("vary", value)
    headers.update(SECURITY_HEADERS)
    if "origin" in request.headers:
        headers["access-control-allow-origin"] = "*"
    if "origin" in request.headers and not is_preflight(request):
        headers["access-control-expose-headers"] = EXPOSED


def is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def preflight(request: Request) -> Response:
    """Answered before anybody is asked for a password."""
    headers = {"access-control-allow-methods": request.headers["access-control-request-method"]}
    if asked := request.headers.get("access-control-request-headers"):
        headers["access-control-allow-headers"] = asked
    reply = Response(headers=headers)
    reply.headers.append("vary", "Access-Control-Request-Method")
    reply.headers.append("vary", "Access-Control-Request-Headers")
    return reply
