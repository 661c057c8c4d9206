from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import respx

from proxy.errors import UpstreamRefused, UpstreamUnreachable
from proxy.navidrome import Account, ScanStatus, Server, Upstream, open_client
from tests import recordings

pytestmark = pytest.mark.anyio

URL = "http://navidrome.test"
PASSWORD = "correct horse"
SALT, TOKEN = "6afdff", "716f1bc34b6efb9401246bd7e4108b74"


@pytest.fixture
def navidrome() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        yield router


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with open_client() as client:
        yield Account(Upstream(client, URL), "ana", PASSWORD)


@pytest.fixture
def login(navidrome: respx.MockRouter) -> respx.Route:
    return navidrome.post("/auth/login").mock(side_effect=lambda _: recordings.response("auth_login"))


def plain(navidrome: respx.MockRouter, *, status: int = 404) -> None:
    navidrome.post("/auth/login").respond(status, text="404 page not found")


def form(call: respx.models.Call) -> dict[str, str]:
    return dict(parse_qsl(call.request.content.decode()))


def subsonic(**inside: Any) -> httpx.Response:
    return httpx.Response(200, json={"subsonic-response": {"status": "ok", **inside}})


def failed(code: int) -> httpx.Response:
    return subsonic(status="failed", error={"code": code, "message": "no"})


async def test_one_log_in_opens_both_apis(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    ping = navidrome.post("/rest/ping").mock(recordings.response("ping"))
    songs = navidrome.get("/api/song").mock(recordings.response("api_song_page"))
    assert not account.native
    await account.call("ping")
    await account.get("/api/song")
    assert account.native
    assert login.call_count == 1
    assert json.loads(login.calls.last.request.content) == {"username": "ana", "password": PASSWORD}
    sent = form(ping.calls.last)
    assert (sent["u"], sent["t"], sent["s"]) == ("ana", TOKEN, SALT)
    assert "p" not in sent
    assert songs.calls.last.request.headers["x-nd-authorization"] == "Bearer <jwt>"


async def test_each_reply_renews_the_token(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    songs = navidrome.get("/api/song").respond(200, json=[], headers={"x-nd-authorization": "second"})
    await account.get("/api/song")
    await account.get("/api/song")
    assert songs.calls.last.request.headers["x-nd-authorization"] == "Bearer second"


async def test_a_token_that_is_no_longer_good_means_one_new_log_in(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    navidrome.get("/api/song").mock(
        side_effect=[recordings.response("api_song_no_token"), recordings.response("api_song_page")]
    )
    assert len((await account.get("/api/song")).json()) == 3
    assert login.call_count == 2


async def test_a_token_that_is_never_good_does_not_mean_many_log_ins(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    navidrome.get("/api/song").mock(side_effect=lambda _: recordings.response("api_song_no_token"))
    with pytest.raises(UpstreamRefused) as caught:
        await account.get("/api/song")
    assert caught.value.http_status == 401
    assert login.call_count == 2


async def test_a_wrong_password_is_told_without_it(navidrome: respx.MockRouter, account: Account) -> None:
    navidrome.post("/auth/login").mock(recordings.response("auth_login_wrong"))
    with pytest.raises(UpstreamRefused, match="NAVIDROME_PASSWORD") as caught:
        await account.call("ping")
    assert caught.value.subsonic_code == 40
    assert PASSWORD not in str(caught.value)


async def test_too_many_log_ins_are_told_with_the_time_to_wait(
    navidrome: respx.MockRouter, account: Account
) -> None:
    login = navidrome.post("/auth/login").mock(recordings.response("auth_login_too_many"))
    with pytest.raises(UpstreamRefused, match="in 20 seconds") as caught:
        await account.log_in()
    assert caught.value.http_status == 429
    assert login.call_count == 1


async def test_a_server_in_trouble_is_not_taken_for_one_without_a_log_in(
    navidrome: respx.MockRouter, account: Account
) -> None:
    navidrome.post("/auth/login").respond(502, html="<h1>Bad Gateway</h1>")
    with pytest.raises(UpstreamRefused, match="HTTP 502"):
        await account.log_in()


@pytest.mark.parametrize("status", [200, 302, 403, 404, 405])
async def test_without_that_log_in_a_salted_token_is_used(
    navidrome: respx.MockRouter, account: Account, status: int
) -> None:
    plain(navidrome, status=status)
    ping = navidrome.post("/rest/ping").mock(side_effect=lambda _: subsonic())
    await account.call("ping")
    sent = form(ping.calls.last)
    assert sent["t"] == hashlib.md5((PASSWORD + sent["s"]).encode()).hexdigest()
    assert "p" not in sent
    assert not account.native


@pytest.mark.parametrize("code", [10, 41])
async def test_a_server_that_knows_no_tokens_gets_the_password(
    navidrome: respx.MockRouter, account: Account, code: int
) -> None:
    plain(navidrome)
    ping = navidrome.post("/rest/ping").mock(side_effect=[failed(code), subsonic()])
    await account.log_in()
    sent = form(ping.calls.last)
    assert sent["p"] == "enc:" + PASSWORD.encode().hex()
    assert "t" not in sent


async def test_a_wrong_password_is_not_sent_in_another_form(
    navidrome: respx.MockRouter, account: Account
) -> None:
    plain(navidrome)
    ping = navidrome.post("/rest/ping").mock(side_effect=lambda _: failed(40))
    with pytest.raises(UpstreamRefused, match="NAVIDROME_PASSWORD"):
        await account.log_in()
    assert ping.call_count == 1
    assert "p" not in form(ping.calls.last)


async def test_a_failed_call_is_refused_with_its_code(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    navidrome.post("/rest/getSong").mock(recordings.response("getSong_unknown"))
    with pytest.raises(UpstreamRefused, match=r"getSong: .+ \(code 70\)") as caught:
        await account.call("getSong", [("id", "nosuch")])
    assert caught.value.subsonic_code == 70


async def test_the_server_says_what_it_is_in_every_reply(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    ping = navidrome.post("/rest/ping").mock(recordings.response("ping"))
    assert await account.server() == Server(type="navidrome", version="dev")
    await account.server()
    assert ping.call_count == 1


async def test_the_scan_status_is_read(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    navidrome.post("/rest/getScanStatus").mock(recordings.response("getScanStatus"))
    assert await account.scan_status() == ScanStatus(
        scanning=False, count=82, last_scan="2026-11-23T08:54:21.080975571Z"
    )


@pytest.mark.parametrize("reply", [failed(0), failed(50), httpx.Response(404), subsonic()])
async def test_a_server_may_have_no_scan_status(
    navidrome: respx.MockRouter, login: respx.Route, account: Account, reply: httpx.Response
) -> None:
    navidrome.post("/rest/getScanStatus").mock(reply)
    assert await account.scan_status() is None


async def test_a_server_that_is_away_is_not_one_without_a_scan_status(
    navidrome: respx.MockRouter, login: respx.Route, account: Account
) -> None:
    navidrome.post("/rest/getScanStatus").mock(side_effect=httpx.ConnectError("refused"))
    with pytest.raises(UpstreamUnreachable):
        await account.scan_status()


@pytest.mark.parametrize("refused_at", ["/auth/login", "/rest/getScanStatus"])
async def test_a_wrong_password_is_not_a_missing_scan_status(
    navidrome: respx.MockRouter, account: Account, refused_at: str
) -> None:
    navidrome.post("/rest/getScanStatus").mock(failed(40))
    wrong = "auth_login_wrong" if refused_at == "/auth/login" else "auth_login"
    navidrome.post("/auth/login").mock(recordings.response(wrong))
    with pytest.raises(UpstreamRefused, match="NAVIDROME_PASSWORD"):
        await account.scan_status()


@pytest.mark.parametrize(
    ("user", "type_", "count"),
    [("getUser_admin", "navidrome", 82), ("getUser", "navidrome", None), ("getUser_admin", "gonic", None)],
)
async def test_only_an_admin_of_a_navidrome_knows_how_many_songs_there_must_be(
    navidrome: respx.MockRouter,
    login: respx.Route,
    account: Account,
    user: str,
    type_: str,
    count: int | None,
) -> None:
    navidrome.post("/rest/ping").mock(subsonic(type=type_))
    navidrome.post("/rest/getUser").mock(recordings.response(user))
    navidrome.post("/rest/getScanStatus").mock(recordings.response("getScanStatus"))
    assert await account.library_count() == count


async def test_the_albums_that_are_played_most_come_in_their_order(
    navidrome: respx.MockRouter, account: Account, login: respx.Route
) -> None:
    albums = {"albumList2": {"album": [{"id": "b"}, {"id": "a"}, {"name": "without an id"}]}}
    answer = {"subsonic-response": {"status": "ok", **albums}}
    asked = navidrome.post("/rest/getAlbumList2").mock(return_value=httpx.Response(200, json=answer))
    assert await account.frequent_albums(7) == ["b", "a"]
    assert {"type": "frequent", "size": "7"}.items() <= dict(
        parse_qsl(asked.calls.last.request.content.decode())
    ).items()


async def test_who_has_played_nothing_has_no_album(
    navidrome: respx.MockRouter, account: Account, login: respx.Route
) -> None:
    answer = {"subsonic-response": {"status": "ok", "albumList2": {}}}
    navidrome.post("/rest/getAlbumList2").mock(return_value=httpx.Response(200, json=answer))
    assert await account.frequent_albums(7) == []
