"""What stands under our own name: health and metrics, also at a port of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from proxy.endpoints.health import live, nothing, ready
from proxy.endpoints.metrics import metrics

METRICS = "/metrics"
OWN: Mapping[str, Callable[[Request], Awaitable[Response]]] = {
    "/health/live": live,
    "/health/ready": ready,
    METRICS: metrics,
    "/{rest:path}": nothing,
}


def own_routes(*, metrics: bool = True, also: Sequence[BaseRoute] = ()) -> Mount:
    shown = [(path, endpoint) for path, endpoint in OWN.items() if metrics or path != METRICS]
    return Mount("/playlistgen", routes=[*also, *(Route(path, endpoint) for path, endpoint in shown)])


class Aside:
    """Two doors: what comes to the port for metrics finds health and metrics there, and nothing else."""

    def __init__(self, door: ASGIApp, port: int) -> None:
        self._door, self._port = door, port
        self._own = Starlette(routes=[own_routes()])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] == "http" and scope["server"][1] == self._port
        await (self._own if is_own else self._door)(scope, receive, send)
