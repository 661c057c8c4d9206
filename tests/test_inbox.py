"""The client's side of a relayed request: its body, then the news that it has gone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from proxy.http1 import Headers
from proxy.inbox import ClientGone, Inbox

pytestmark = pytest.mark.anyio

GONE = {"type": "http.disconnect"}


def inbox(headers: Headers, *messages: dict[str, Any], body: bytes | None = None) -> Inbox:
    said = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(said)

    return Inbox({"headers": headers}, receive, body)


def part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_arrives_part_by_part_and_then_the_client_may_go() -> None:
    box = inbox([(b"content-length", b"4")], part(b"bo", more=True), part(b"dy", more=False), GONE)
    assert [data async for data in box.body()] == [b"bo", b"dy"]
    asked = asyncio.ensure_future(asyncio.sleep(60))
    await box.watch(asked)
    assert box.left
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_a_body_that_breaks_off_is_told_from_one_that_ends() -> None:
    box = inbox([(b"transfer-encoding", b"chunked")], part(b"bo", more=True), GONE)
    with pytest.raises(ClientGone):
        assert [data async for data in box.body()]


async def test_a_body_that_was_read_before_is_not_asked_for_again() -> None:
    box = inbox([(b"content-length", b"4")], body=b"read")
    assert [data async for data in box.body()] == [b"read"]


@pytest.mark.parametrize(
    ("headers", "is_tunnel"),
    [
        ([(b"connection", b"keep-alive, Upgrade"), (b"upgrade", b"WebSocket")], True),
        ([(b"connection", b"Upgrade, HTTP2-Settings"), (b"upgrade", b"h2c")], False),
        ([(b"upgrade", b"websocket")], False),
        ([], False),
    ],
)
async def test_only_a_websocket_makes_a_tunnel(headers: list[tuple[bytes, bytes]], is_tunnel: bool) -> None:
    assert inbox(headers).is_tunnel == is_tunnel
