from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qsl

import httpx
import pytest
import respx

from proxy.errors import UpstreamRefused, UpstreamUnreachable
from proxy.navidrome import Upstream, open_client
from tests import recordings

pytestmark = pytest.mark.anyio

URL = "http://navidrome.test/music"
PARAMS = [("u", "ana"), ("p", "sesame"), ("v", "1.16.1"), ("c", "rec")]


@pytest.fixture
def navidrome() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL) as router:
        yield router


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as opened:
        yield opened


@pytest.fixture
def upstream(client: httpx.AsyncClient) -> Upstream:
    return Upstream(client, f"{URL}/")


def form_of(route: respx.Route) -> list[tuple[str, str]]:
    return parse_qsl(
        route.calls.last.request.content.decode(), keep_blank_values=True, errors="surrogateescape"
    )


async def test_an_answer_is_the_inside_of_the_reply(navidrome: respx.MockRouter, upstream: Upstream) -> None:
    navidrome.post("/rest/ping").mock(recordings.response("ping"))
    answer = await upstream.call("ping", PARAMS)
    assert answer.ok
    assert answer.tree["type"] == "navidrome"
    assert (answer.error_code, answer.error_message) == (0, "")
    assert any(name.lower() == b"set-cookie" for name, _ in answer.headers)


async def test_a_failed_answer_is_an_answer(navidrome: respx.MockRouter, upstream: Upstream) -> None:
    navidrome.post("/rest/ping").mock(recordings.response("ping_wrong_password"))
    answer = await upstream.call("ping", PARAMS)
    assert not answer.ok
    assert (answer.error_code, answer.error_message) == (40, "Wrong username or password")


async def test_a_subsonic_error_with_an_http_status_is_an_answer_too(
    navidrome: respx.MockRouter, upstream: Upstream
) -> None:
    body = {"subsonic-response": {"status": "failed", "error": {"code": 0, "message": "busy"}}}
    navidrome.post("/rest/ping").respond(429, json=body)
    assert (await upstream.call("ping", PARAMS)).error_message == "busy"


async def test_parameters_go_out_in_order_as_a_form_that_asks_for_json(
    navidrome: respx.MockRouter, upstream: Upstream
) -> None:
    route = navidrome.post("/rest/search3").mock(recordings.response("search3_nothing"))
    odd = [("f", "jsonp"), ("query", "Ü +&;%zz\udcff"), ("callback", "cb"), ("empty", ""), ("query", "2")]
    await upstream.call("search3", [*PARAMS, *odd])
    assert form_of(route) == [
        *PARAMS,
        ("query", "Ü +&;%zz\udcff"),
        ("empty", ""),
        ("query", "2"),
        ("f", "json"),
    ]
    assert route.calls.last.request.url.query == b""


async def test_the_callers_headers_are_passed_on_and_the_framing_is_ours(
    navidrome: respx.MockRouter, upstream: Upstream
) -> None:
    route = navidrome.post("/rest/ping").mock(recordings.response("ping"))
    given = [
        (b"User-Agent", b"Feishin"),
        (b"Cookie", b"nd-player-616e61=x"),
        (b"Content-Type", b"text/plain"),
        (b"Content-Length", b"1"),
        (b"Accept-Encoding", b"gzip, br"),
    ]
    await upstream.call("ping", PARAMS, headers=given)
    sent = route.calls.last.request.headers
    assert (sent["user-agent"], sent["cookie"]) == ("Feishin", "nd-player-616e61=x")
    assert sent.get_list("content-type") == ["application/x-www-form-urlencoded"]
    assert sent["content-length"] == str(len(route.calls.last.request.content))
    assert sent["accept-encoding"] == "gzip"
    await upstream.call("ping", PARAMS)
    assert "accept-encoding" not in route.calls.last.request.headers
    assert "user-agent" not in route.calls.last.request.headers


async def test_no_cookie_of_one_user_goes_out_with_the_next_call(
    navidrome: respx.MockRouter, upstream: Upstream
) -> None:
    route = navidrome.post("/rest/ping").mock(recordings.response("ping"))
    assert "set-cookie" in recordings.response("ping").headers
    await upstream.call("ping", PARAMS)
    await upstream.call("ping", [("u", "ben")])
    assert "cookie" not in route.calls.last.request.headers


@pytest.mark.parametrize("case", ["ping_semicolon", "unknown_endpoint", "unimplemented_endpoint", "web_root"])
async def test_what_is_not_subsonic_json_is_refused(
    navidrome: respx.MockRouter, upstream: Upstream, case: str
) -> None:
    reply = recordings.response(case)
    navidrome.post("/rest/ping").mock(reply)
    with pytest.raises(UpstreamRefused) as caught:
        await upstream.call("ping", PARAMS)
    assert caught.value.http_status == reply.status_code
    assert "NAVIDROME_URL" in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"subsonic-response": 1}', b"\xff\xfe", b"<html>"])
async def test_a_server_error_without_subsonic_is_refused(
    navidrome: respx.MockRouter, upstream: Upstream, body: bytes
) -> None:
    navidrome.post("/rest/ping").respond(502, content=body)
    with pytest.raises(UpstreamRefused, match="HTTP 502"):
        await upstream.call("ping", PARAMS)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("not HTTP"),
        httpx.ReadError("cut"),
        httpx.DecodingError("not gzip"),
    ],
)
async def test_no_answer_is_unreachable(
    navidrome: respx.MockRouter, upstream: Upstream, error: httpx.RequestError
) -> None:
    navidrome.post("/rest/ping").mock(side_effect=error)
    with pytest.raises(UpstreamUnreachable, match=r"^http://navidrome\.test/music .*[.?]$"):
        await upstream.call("ping", PARAMS)


@pytest.mark.parametrize("url", ["navidrome:4533", "", "http://[::1"])
async def test_an_address_that_is_none_is_unreachable(client: httpx.AsyncClient, url: str) -> None:
    with pytest.raises(UpstreamUnreachable, match="NAVIDROME_URL"):
        await Upstream(client, url).call("ping", PARAMS)


async def test_no_credential_stands_in_an_error(client: httpx.AsyncClient) -> None:
    with respx.mock() as router:
        router.post(host="navidrome.test").mock(side_effect=httpx.ConnectError("refused"))
        with pytest.raises(UpstreamUnreachable) as caught:
            await Upstream(client, "http://door:key@navidrome.test").call("ping", PARAMS)
    assert "sesame" not in str(caught.value)
    assert "key" not in str(caught.value)
