"""The one table of what is ours; its last line forwards everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy import logs
from proxy.endpoints import (
    api,
    covers,
    filling,
    health,
    metrics,
    native,
    playlists,
    search,
    similar,
    sonic,
    virtual_lists,
)
from proxy.endpoints.answers import named, secured
from proxy.endpoints.call import Call, Rejected, rendered
from proxy.endpoints.complaint import Complaint
from proxy.endpoints.own import Aside, own_routes
from proxy.endpoints.prompt_playlists import Maker
from proxy.errors import LibraryError, UpstreamRefused, UpstreamUnreachable
from proxy.forward import Unasked
from proxy.http1 import INFORMATIONAL
from proxy.inbox import collected
from proxy.navidrome import Upstream
from proxy.resources import Resources
from proxy.subsonic import reply
from proxy.subsonic.params import FORM, BadParams, Params

Endpoint = Callable[[Call, Maker], Awaitable[Response | None]]
NativeEndpoint = Callable[[Request, bytes, Maker, Resources], Awaitable[Response | None]]
OpenResources = Callable[[], AbstractAsyncContextManager[Resources]]

SUBSONIC: Mapping[str, Endpoint] = {
    "createPlaylist": playlists.create_playlist,
    "updatePlaylist": playlists.update_playlist,
    "deletePlaylist": playlists.delete_playlist,
    "getPlaylists": filling.get_playlists,
    "getPlaylist": virtual_lists.get_playlist,
    "getCoverArt": covers.get_cover_art,
    "download": virtual_lists.download,
    "createShare": virtual_lists.create_share,
    "search2": search.search2,
    "search3": search.search3,
    "getSimilarSongs": similar.similar_songs,
    "getSimilarSongs2": similar.similar_songs2,
    "getOpenSubsonicExtensions": sonic.extensions,
    "getSonicSimilarTracks": sonic.similar_tracks,
    "findSonicPath": sonic.find_path,
}
NATIVE: Mapping[str, tuple[frozenset[str], NativeEndpoint]] = {
    "/api/playlist": (frozenset({"POST"}), native.playlist),
    "/api/playlist/": (frozenset({"POST"}), native.playlist),
    "/api/playlist/{playlist_id}": (frozenset({"PUT"}), native.playlist),
    "/api/playlist/{playlist_id}/tracks": (frozenset({"POST", "DELETE"}), native.tracks),
    "/api/playlist/{playlist_id}/tracks/{place}": (frozenset({"PUT", "DELETE"}), native.tracks),
}

OUTCOMES = ("answered", "handed on", "failed", "away")

AWAY = "Navidrome cannot be reached. Is it running?"  # its address is for the log, not for every client
MOST_BODY = 10 * 1024 * 1024  # of a form, as in Go; what is longer is upstream's alone

log = structlog.get_logger()


def create_app(
    open_resources: OpenResources, *, prefixes: Sequence[str] = (), metrics_port: int = 0
) -> ASGIApp:
    """The proxy as an ASGI app for `proxy.http1.server`; what it holds open lives as long as its lifespan.

    `prefixes` are the paths under which clients may reach us, besides none. Where there is a `metrics_port`
    metrics are told there only, and nothing else but our health.
    """
    table = routes(metrics=not metrics_port)
    app = Starlette(
        routes=table,
        lifespan=_lifespan(open_resources),
        exception_handlers={ClientDisconnect: lambda request, error: Response(status_code=499)},
    )
    door = Door(app, table, prefixes)
    return Aside(door, metrics_port) if metrics_port else door


def routes(*, metrics: bool = True) -> list[BaseRoute]:
    ours = [(name, Subsonic(name, endpoint)) for name, endpoint in SUBSONIC.items()]
    return [
        *(Route(f"/rest/{name}", endpoint) for name, endpoint in ours),
        *(Route(f"/rest/{name}.view", endpoint) for name, endpoint in ours),
        *(Route(path, Native(path, methods, endpoint)) for path, (methods, endpoint) in NATIVE.items()),
        own_routes(metrics=metrics, also=[api.routes()]),
        Mount("", forward),
    ]


def bad_gateway(sentence: str) -> Response:
    return secured(PlainTextResponse(f"{sentence}\n", 502))


async def forward(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    body: bytes | None = None,
    away: Callable[[str], Response] | None = None,
) -> None:
    """Upstream's answer; where it is away, what `away` makes of the sentence that says so."""
    try:
        await scope["state"]["resources"].relay.forward(scope, receive, send, body=body)
    except UpstreamUnreachable as error:
        log.warning("upstream is away", reason=str(error))
        request = Request(scope, receive)
        request.state.resources.counts.add("requests", "relay", "away")
        if away is None and isinstance(error, Unasked) and is_form(request):
            body, _ = await _body(request, receive, send)
        answer = away or away_for(request, body)
        await named(request, answer(str(error)))(scope, receive, send)


def away_for(request: Request, body: bytes | None) -> Callable[[str], Response]:
    """A Subsonic client is told in the format that it asked for; anybody else by HTTP's 502."""
    path: str = request.scope["path"].removeprefix(request.scope["root_path"])
    if not path.startswith("/rest/"):
        return bad_gateway
    try:
        params = params_of(request, body)
    except BadParams:
        return bad_gateway
    return partial(_failed, params, request.state.resources.upstream)


class Door:
    """Lets in what may be ours and forwards the rest at once: walking down the table is a sixth of a request.

    A prefix is taken for the app's root, so that the table finds what lies under it.
    """

    def __init__(self, app: ASGIApp, table: Sequence[BaseRoute], prefixes: Sequence[str]) -> None:
        self._app = app
        self._prefixes = prefixes
        paths = [route.path.partition("{") for route in table if isinstance(route, Route)]
        self._exact = frozenset(path for path, brace, _ in paths if not brace)
        mounted = [f"{route.path}/" for route in table if isinstance(route, Mount) and route.path]
        self._begin = tuple({path for path, brace, _ in paths if brace} | set(mounted))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        logs.REQUEST_ID.set(partial(scope["state"]["resources"].relay.hops.request_id, scope))
        path: str = scope["path"]
        for prefix in self._prefixes:
            if path.startswith(prefix + "/"):
                scope["root_path"], path = prefix, path.removeprefix(prefix)
                break
        if path in self._exact or path.startswith(self._begin):
            return await self._app(scope, receive, send)
        return await forward(scope, receive, send)


class Subsonic:
    """An endpoint of ours. Whatever fails on our side, the client gets upstream's own answer."""

    def __init__(self, name: str, endpoint: Endpoint) -> None:
        self._name = name
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if is_escaped(request):
            return await forward(scope, receive, send)
        body = None
        if is_form(request):
            body, receive = await _body(request, receive, send)
            if body is None:
                return await forward(scope, receive, send)
        try:
            params = params_of(request, body)
        except BadParams:
            return await forward(scope, receive, send, body=body)
        away = partial(_failed, params, request.state.resources.upstream)
        ours = request.method != "OPTIONS"
        answer = self._answer(request, params) if ours else _handed_on()
        response = await guarded(request, self._name, answer, away)
        if response is None:
            return await forward(scope, receive, send, body=body, away=away)
        return await response(scope, receive, send)

    async def _answer(self, request: Request, params: Params) -> Response | None:
        resources: Resources = request.state.resources
        headers = resources.relay.request_headers(request.scope)
        call = Call(resources, params, headers, request.state.complaint)
        try:
            return await self._endpoint(call, request.state.maker)
        except Rejected as rejected:
            return call.answer(rejected.answer)


class Native:
    """A call of Navidrome's own API that may name a list or change its songs."""

    def __init__(self, name: str, methods: frozenset[str], endpoint: NativeEndpoint) -> None:
        self._name = name
        self._methods = methods
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method not in self._methods:
            return await forward(scope, receive, send)
        body, receive = await _body(request, receive, send)
        if body is None:
            return await forward(scope, receive, send)
        resources: Resources = request.state.resources
        answer = self._endpoint(request, body, request.state.maker, resources)
        response = await guarded(request, self._name, answer, bad_gateway)
        if response is None:
            return await forward(scope, receive, send, body=body)
        return await response(scope, receive, send)


async def guarded(
    request: Request, name: str, answer: Awaitable[Response | None], away: Callable[[str], Response]
) -> Response | None:
    """The answer of an endpoint of ours; None, for upstream to answer, where something fails on our side."""
    counts, outcome = request.state.resources.counts, "failed"
    try:
        response = await answer
        outcome = "answered" if response else "handed on"
        return response
    except UpstreamUnreachable as error:
        log.warning("upstream is away", reason=str(error))
        outcome = "away"
        return named(request, away(AWAY))
    except LibraryError as error:
        request.state.complaint.make(request.state.resources.now(), str(error))
    except UpstreamRefused as error:
        log.warning("upstream refused a call of ours: it answers", reason=str(error))
    except Exception:
        log.exception("an endpoint of ours failed: upstream answers", endpoint=request.url.path)
    finally:
        counts.add("requests", name, outcome)
    return None


async def _handed_on() -> None:
    """Nothing of ours: upstream answers."""


async def _body(request: Request, receive: Receive, send: Send) -> tuple[bytes | None, Receive]:
    """The whole body, also of a client that waits to be told that it is wanted; None where it is too long."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > MOST_BODY:
        return None, receive
    if request.headers.get("expect", "").lower() == "100-continue":
        await send({"type": INFORMATIONAL, "status": 100})
    return await collected(receive, most=MOST_BODY)


def params_of(request: Request, body: bytes | None) -> Params:
    """Raises BadParams."""
    content_type = request.headers.get("content-type", "")
    return Params.parse(request.scope["query_string"], body or b"", content_type)


def is_form(request: Request) -> bool:
    """Whether the body holds parameters: Go reads those of POST, PUT and PATCH only."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return request.method in ("POST", "PUT", "PATCH") and content_type == FORM


def is_escaped(request: Request) -> bool:
    """Starlette unescapes a path before it looks for its route; Navidrome does not, and answers 404."""
    return b"%" in request.scope["raw_path"]


def _failed(params: Params, upstream: Upstream, sentence: str) -> Response:
    return secured(rendered(params, reply.failed(upstream.envelope, 0, sentence)))


def _lifespan(open_resources: OpenResources) -> Callable[[Starlette], AbstractAsyncContextManager[Any]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_resources() as resources:
            maker = Maker(resources)
            resources.counts.know(
                ("requests", name, told) for name in (*SUBSONIC, *NATIVE) for told in OUTCOMES
            )
            resources.counts.know([("requests", "relay", "away")])
            yield {
                "resources": resources,
                "maker": maker,
                "complaint": Complaint(),
                "probe": health.Probe(resources),
                "library": metrics.Library(resources.reader),
            }
            maker.close()

    return lifespan
