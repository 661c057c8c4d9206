"""What is ours where nobody is at the other end: a client that leaves, an upstream that is down."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from proxy import logs
from tests.calls import FORM, FORMATS, call, known_to_the_fake
from tests.differential import reply, tree
from tests.wire import address, between, listening, proxy_before


def test_a_client_that_leaves_in_the_middle_of_its_form_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    head = b"POST /rest/getPlaylists HTTP/1.1\r\nHost: h\r\nContent-Type: %b\r\nContent-Length: 9\r\n\r\nu="
    with listening() as nobody, proxy_before(address(nobody), tmp_path) as url, between(url, nobody) as wire:
        wire.ask(head % FORM)
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.fixture(scope="module")
def nobody() -> int:
    """A port on which nothing answers."""
    with listening() as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def bereft(nobody: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A proxy whose upstream is down."""
    with proxy_before(f"http://127.0.0.1:{nobody}", tmp_path_factory.mktemp("bereft")) as url:
        yield url


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    """The lines of the log, as they are when they are written."""
    lines: list[dict[str, Any]] = []

    def keep(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        lines.append(dict(event))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[logs.with_request_id, keep])
    yield lines
    structlog.configure(**before)


SUBSONIC: list[tuple[str, dict[str, str]]] = [
    ("ping", {}),
    ("stream.view", {"id": "x"}),
    ("getPlaylists", {}),
    ("createPlaylist", {"name": "robot: rainy jazz"}),
    ("createPlaylist.view", {"name": "no prompt"}),
    ("updatePlaylist", {"playlistId": "x", "name": "robot: rainy jazz"}),
    ("deletePlaylist", {"id": "x"}),
]
TYPES = {"json": b"application/json", "jsonp": b"application/javascript", "xml": b"application/xml"}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("endpoint", "params"), SUBSONIC)
def test_without_upstream_calls_fail_in_the_format_that_was_asked_for(
    bereft: str, endpoint: str, params: dict[str, str], format: str, method: str
) -> None:
    given = known_to_the_fake().credentials | params | FORMATS[format]
    found = reply(bereft, call(method, endpoint, given).raw)
    assert found.line == b"HTTP/1.1 200 OK"
    assert (b"content-type", TYPES[format]) in found.headers
    assert error_in(tree(found)) == "0"


def error_in(tree: Any) -> str:
    """The code."""
    if isinstance(tree[1], dict) and "subsonic-response" in tree[1]:
        return str(tree[1]["subsonic-response"]["error"]["code"])
    return str(tree[3]["error"][0][1]["code"])


@pytest.mark.parametrize("path", [b"/rest", b"/share/x", b"/app/", b"/rest/getPlaylists?a=%zz"])
@pytest.mark.parametrize("method", [b"GET", b"POST", b"PUT"])
def test_without_upstream_all_else_is_a_bad_gateway(bereft: str, path: bytes, method: bytes) -> None:
    head = b"%b %b HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    found = reply(bereft, head % (method, path))
    assert found.line == b"HTTP/1.1 502 Bad Gateway"
    told = b"Navidrome did not answer (nobody listens there). Is it running, and NAVIDROME_URL right?\n"
    assert found.body == told


def test_the_proxy_recovers_when_upstream_is_back(bereft: str, nobody: int) -> None:
    body = b'{"subsonic-response":{"status":"ok","playlists":{"playlist":[]}}}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with listening(nobody) as upstream, between(bereft, upstream) as wire:
        for endpoint in (b"ping", b"getPlaylists"):
            client = wire.ask(b"GET /rest/%b?f=json HTTP/1.1\r\nHost: h\r\n\r\n" % endpoint)
            server = wire.upstream()
            server.head()
            server.send(answer)
            assert json.loads(client.body(client.head())) == json.loads(body)


@pytest.mark.parametrize("path", ["app/", "rest/ping?u=ana&p=x", "rest/getPlaylists?u=ana&p=x"])
def test_an_answer_that_upstream_did_not_write_names_its_request_and_the_log_does_too(
    bereft: str, path: str, told: list[dict[str, Any]]
) -> None:
    found = httpx.get(f"{bereft}/{path}")
    assert [line["request"] for line in told] == [found.headers["x-request-id"]]
    assert found.headers["x-frame-options"] == "DENY"
    assert found.headers["x-request-id"] != httpx.get(f"{bereft}/{path}").headers["x-request-id"]
