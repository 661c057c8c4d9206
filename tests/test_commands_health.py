"""`playlistgen health`, as a container's health check runs it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from proxy.commands.health import health
from proxy.errors import UpstreamRefused, UpstreamUnreachable
from proxy.settings import Settings
from tests.live import serve


async def well(request: Request) -> PlainTextResponse:
    return PlainTextResponse("alive")


async def unwell(request: Request) -> PlainTextResponse:
    return PlainTextResponse("the index is empty", 503)


APP = Starlette(routes=[Route("/playlistgen/health/live", well), Route("/playlistgen/health/ready", unwell)])


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_server_that_is_up_and_not_ready_says_both(host: str) -> None:
    with serve(APP) as url:
        settings = Settings(listen_host=host, listen_port=urlsplit(url).port or 0)
        assert health(settings, live=True) == "alive"
        with pytest.raises(UpstreamRefused, match="not well: the index is empty"):
            health(settings, live=False)


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(UpstreamUnreachable, match=r"port 9 \(ConnectionRefusedError\)"):
        health(Settings(listen_port=9), live=True)
