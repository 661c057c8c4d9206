"""Real sockets for the tests: start, stop, lifespan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.live import serve


def app(events: list[str], *, broken: bool = False) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        events.append("started")
        if broken:
            raise RuntimeError("no database")
        yield
        events.append("stopped")

    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    return Starlette(routes=[Route("/", hello)], lifespan=lifespan)


def test_the_lifespan_of_the_app_spans_the_block() -> None:
    events: list[str] = []
    with serve(app(events)) as address:
        assert httpx.get(address).text == "hello"
        assert events == ["started"]
    assert events == ["started", "stopped"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_several_apps_are_served_at_once() -> None:
    with serve(app([])) as first, serve(app([])) as second:
        assert first != second
        assert httpx.get(first).text == httpx.get(second).text == "hello"


def test_an_app_that_does_not_start_is_told_at_once() -> None:
    with pytest.raises(RuntimeError, match="lifespan failed"), serve(app([], broken=True)):
        pytest.fail("the block was entered")


def test_a_failing_block_stops_the_server_all_the_same() -> None:
    events: list[str] = []
    with pytest.raises(ZeroDivisionError), serve(app(events)):
        _ = 1 / 0
    assert events == ["started", "stopped"]
