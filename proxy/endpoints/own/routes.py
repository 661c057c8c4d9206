"""What stands under our own name: the API, health and metrics, the latter also at a port of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from proxy.endpoints.answers import Stamped
from proxy.endpoints.own.health import live, nothing, ready
from proxy.endpoints.own.metrics import metrics

NAME = "/playlistgen"
METRICS = "/metrics"
OWN_OUTCOMES = ("2xx", "4xx", "5xx")
OWN: Mapping[str, Callable[[Request], Awaitable[Response]]] = {
    "/health/live": live,
    "/health/ready": ready,
    METRICS: metrics,
    "/{rest:path}": nothing,
}


def own_routes(*, metrics: bool = True, also: Sequence[BaseRoute] = ()) -> Mount:
    shown = [(path, endpoint) for path, endpoint in OWN.items() if metrics or path != METRICS]
    return Mount(NAME, routes=[*also, *(Route(path, endpoint) for path, endpoint in shown)])


def paths_of(routes: Iterable[BaseRoute], above: str = "") -> Iterator[tuple[Any, str]]:
    """Each endpoint of a table and its path there, which has names of parameters where a request has ids."""
    for route in routes:
        if isinstance(route, Route):
            yield route.endpoint, above + route.path
        elif isinstance(route, Mount) and route.routes:
            yield from paths_of(route.routes, above + route.path)
        elif isinstance(route, Mount):
            yield route.app, f"{above}{route.path}/{{rest:path}}"


class Own:
    """Stamps the answers of an app with these routes, and counts them by the paths in its table."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = Stamped(app)
        self._paths = dict(paths_of(routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                path, outcome = self._paths.get(scope.get("endpoint"), ""), f"{message['status'] // 100}xx"
                scope["state"]["resources"].counts.add("requests", path, outcome)
            await send(message)

        await self._app(scope, receive, counted)


class Aside:
    """Two doors: what comes to the port for metrics finds health and metrics there, and nothing else."""

    def __init__(self, door: ASGIApp, port: int) -> None:
        self._door, self._port = door, port
        routes = [own_routes()]
        self._own = Own(Starlette(routes=routes), routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] == "http" and scope["server"][1] == self._port
        await (self._own if is_own else self._door)(scope, receive, send)
