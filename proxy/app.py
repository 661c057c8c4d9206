"""The one table of what is ours; its last line forwards everything else."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy import logs
from proxy.asgi import OUTCOMES, Endpoint, Native, NativeEndpoint, Subsonic, forward
from proxy.endpoints import api, native, playlists, search, similar, sonic
from proxy.endpoints.complaint import Complaint
from proxy.endpoints.own import health, metrics
from proxy.endpoints.own.routes import NAME, OWN_OUTCOMES, Aside, Own, own_routes, paths_of
from proxy.endpoints.prompt.maker import Maker
from proxy.endpoints.virtual import calls, covers
from proxy.resources import Resources

OpenResources = Callable[[], AbstractAsyncContextManager[Resources]]

SUBSONIC: Mapping[str, Endpoint] = {
    "createPlaylist": playlists.create_playlist,
    "updatePlaylist": playlists.update_playlist,
    "deletePlaylist": playlists.delete_playlist,
    "getPlaylists": playlists.get_playlists,
    "getPlaylist": calls.get_playlist,
    "getCoverArt": covers.get_cover_art,
    "download": calls.download,
    "createShare": calls.create_share,
    "savePlayQueue": calls.save_play_queue,
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
OURS = f"{NAME}/"
OWN_PATHS = [path for _, path in paths_of([own_routes(also=[api.routes()])])]


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


class Door:
    """Lets in what may be ours and forwards the rest at once: walking down the table is a sixth of a request.

    Whatever comes has a newer index loaded, so that the first list after a refresh seldom waits for it. A
    prefix is taken for the app's root, so that the table finds what lies under it.
    """

    def __init__(self, app: ASGIApp, table: Sequence[BaseRoute], prefixes: Sequence[str]) -> None:
        self._app = app
        self._own = Own(app, table)
        self._prefixes = prefixes
        paths = [route.path.partition("{") for route in table if isinstance(route, Route)]
        self._exact = frozenset(path for path, brace, _ in paths if not brace)
        self._begin = tuple({path for path, brace, _ in paths if brace})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        resources: Resources = scope["state"]["resources"]
        logs.REQUEST_ID.set(partial(resources.relay.hops.request_id, scope))
        resources.reader.ahead(now=time.monotonic())
        path: str = scope["path"]
        for prefix in self._prefixes:
            if path.startswith(prefix + "/"):
                scope["root_path"], path = prefix, path.removeprefix(prefix)
                break
        if path.startswith(OURS):
            return await self._own(scope, receive, send)
        if path in self._exact or path.startswith(self._begin):
            return await self._app(scope, receive, send)
        return await forward(scope, receive, send)


def _lifespan(open_resources: OpenResources) -> Callable[[Starlette], AbstractAsyncContextManager[Any]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with open_resources() as resources:
            maker = Maker(resources)
            resources.counts.know(
                ("requests", name, told) for name in (*SUBSONIC, *NATIVE) for told in OUTCOMES
            )
            resources.counts.know(("requests", path, told) for path in OWN_PATHS for told in OWN_OUTCOMES)
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
