"""`POST /api/playlist` and `PUT /api/playlist/{id}`, as the web UI and Feishin name lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from proxy.endpoints.prompt.edits import FROZEN
from tests.fake_navidrome import PASSWORDS, Fault, auth
from tests.house import House, Playlist, broken, connections, genres

JAZZ = "ai: rainy jazz 3 min"
FOLK = "ai: folk 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
M3U = "#EXTM3U\n#PLAYLIST:ai: folk\n"


class WebUi:
    """Logged in as a user; every call goes through the proxy, as the web UI's do."""

    def __init__(self, http: httpx.Client, house: House, user: str = "ana") -> None:
        self._http = http
        self._house = house
        login = http.post(f"{house.url}/auth/login", json={"username": user, "password": PASSWORDS[user]})
        self.token: dict[str, str] = {"x-nd-authorization": f"Bearer {login.json()['token']}"}

    def send(self, method: str, path: str = "", **given: Any) -> httpx.Response:
        return self._http.request(
            method, f"{self._house.url}/api/playlist{path}", **{"headers": self.token} | given
        )

    def create(self, name: str, **more: Any) -> Playlist:
        reply = self.send("POST", json={"name": name, **more})
        assert reply.status_code == 200
        assert reply.json().keys() == {"id"}
        return self._house.directly().open(reply.json()["id"])

    def save(self, playlist: Playlist, **changes: Any) -> Playlist:
        """As its form does: the whole record, changed or not."""
        record = {"name": playlist.name, "comment": playlist.comment, "public": playlist.public}
        reply = self.send("PUT", f"/{playlist.id}", json=record | changes)
        assert reply.status_code == 200
        assert reply.json()["name"] == changes.get("name", playlist.name)
        return self._house.directly().open(playlist.id)


@pytest.fixture
def web_ui(house: House) -> Iterator[WebUi]:
    with connections() as http:
        yield WebUi(http, house)


def test_a_name_becomes_a_list_while_the_reply_is_upstreams(house: House, web_ui: WebUi) -> None:
    made = web_ui.create(JAZZ, comment="mine", public=True)
    assert genres(house, made) == {"Jazz"}
    assert (made.name, made.owner, made.public) == (JAZZ, "ana", True)
    assert made.comment.startswith("Jazz · rainy · ")


@pytest.mark.parametrize("carried", ["cookie", "query"])
def test_the_token_may_come_in_a_cookie_or_the_query(house: House, web_ui: WebUi, carried: str) -> None:
    token = auth.token(house.world, house.world.users["ana"])
    by = {"headers": {"cookie": f"jwt={token}"}} if carried == "cookie" else {"params": {"jwt": token}}
    reply = web_ui.send("POST", **{"headers": {}} | by, json={"name": JAZZ})
    assert house.directly().open(reply.json()["id"]).count > 1


def test_an_ordinary_name_is_none_of_ours(house: House, web_ui: WebUi) -> None:
    made = web_ui.create("Sunday", comment="mine")
    assert (made.count, made.comment) == (0, "mine")
    assert [received.path for received in house.world.requests if "/rest/" in received.path] == [
        "/rest/getPlaylist"  # the test's own
    ]


def test_a_smart_list_is_left_to_its_rules(house: House, web_ui: WebUi) -> None:
    made = web_ui.create(JAZZ, rules={"all": [{"is": {"genre": "Folk"}}]})
    assert genres(house, made) == {"Folk"}
    assert made.comment == ""
    assert house.calls("getUser") == 0


def test_renaming_makes_the_list_anew(house: House, web_ui: WebUi) -> None:
    made = web_ui.create(JAZZ)
    anew = web_ui.save(made, name=FOLK)
    assert (anew.id, anew.created, genres(house, anew)) == (made.id, made.created, {"Folk"})
    assert anew.comment.startswith("Folk · ")


def test_the_songs_of_a_list_renamed_to_a_prompt_stay_first(house: House, web_ui: WebUi) -> None:
    plain = house.directly().create("Sunday", BRIGHT)
    anew = web_ui.save(plain, name=JAZZ)
    assert anew.songs[0] == BRIGHT
    assert anew.count > 1


def test_saving_without_a_new_name_changes_nothing_else(house: House, web_ui: WebUi) -> None:
    made = web_ui.create(JAZZ)
    house.now.forward(61)
    assert web_ui.save(made, public=True).songs == made.songs
    house.now.forward(61)
    house.directly().update(made.id, songIndexToRemove="0")
    assert web_ui.save(made).songs == made.songs[1:]


def test_a_list_typed_while_we_were_away_is_made_when_it_is_saved(house: House, web_ui: WebUi) -> None:
    typed = house.directly().create(JAZZ)
    assert genres(house, web_ui.save(typed)) == {"Jazz"}


def test_one_that_was_emptied_is_not(house: House, web_ui: WebUi) -> None:
    made = web_ui.create(JAZZ)
    house.directly().update(made.id, songIndexToRemove=[str(place) for place in range(made.count)])
    assert web_ui.save(made).count == 0


def test_a_plain_name_keeps_the_list(house: House, web_ui: WebUi) -> None:
    made = web_ui.create(JAZZ)
    kept = web_ui.save(made, name="Sunday")
    assert (kept.name, kept.songs) == ("Sunday", made.songs)
    assert house.listener().create(JAZZ).id != made.id
    assert web_ui.save(kept, name=FOLK).songs[: made.count] == made.songs


def test_a_kept_list_that_is_deleted_is_no_prompt_that_was_renamed(house: House, web_ui: WebUi) -> None:
    kept = web_ui.save(web_ui.create(JAZZ), name="Sunday")
    ana = house.listener()
    ana.ask("deletePlaylist", id=kept.id)
    assert ana.create(FOLK, *kept.songs).songs[: kept.count] == kept.songs


@pytest.mark.parametrize(
    ("method", "given"), [("POST", {"json": {"ids": [BRIGHT]}}), ("DELETE", {"params": {"id": "1"}})]
)
def test_a_song_put_in_or_taken_out_is_an_edit_by_hand(
    house: House, web_ui: WebUi, method: str, given: dict[str, Any]
) -> None:
    made = web_ui.create(JAZZ)
    assert web_ui.send(method, f"/{made.id}/tracks", **given).status_code == 200
    edited = house.directly().open(made.id)
    assert edited.songs != made.songs
    assert FROZEN in edited.comment


def test_the_songs_of_other_lists_are_changed_without_us(house: House, web_ui: WebUi) -> None:
    own = web_ui.create("Sunday morning")
    assert web_ui.send("POST", f"/{own.id}/tracks", json={"ids": [BRIGHT]}).status_code == 200
    edited = house.directly().open(own.id)
    assert (edited.songs, edited.comment) == ((BRIGHT,), "")


def test_an_imported_file_is_none_of_ours(house: House, web_ui: WebUi) -> None:
    headers = web_ui.token | {"content-type": "audio/x-mpegurl"}
    web_ui.send("POST", headers=headers, content=M3U)
    assert house.world.requests[-1].body == M3U.encode()
    assert house.world.requests[-1].header("content-type") == "audio/x-mpegurl"
    assert house.calls("getUser") == 0


@pytest.mark.parametrize("body", [b"", b"[]", b'{"name": 5}', b'{"name": "ai: \\ud800 jazz"}', b"{", b"\xff"])
def test_a_body_that_is_no_record_has_upstreams_answer(house: House, web_ui: WebUi, body: bytes) -> None:
    through = web_ui.send("POST", content=body)
    assert through.status_code in (200, 422)
    assert house.world.requests[-1].body == body or through.status_code == 200


def test_a_body_too_deep_to_be_read_is_no_fault_of_ours(house: House, web_ui: WebUi) -> None:
    forged = {"x-nd-authorization": "Bearer a.eyJzdWIiOiJhbmEifQ.c"}
    with capture_logs() as lines:
        web_ui.send("POST", headers=forged, content=b"[" * 200_000)
    assert [line for line in lines if line["log_level"] == "error"] == []


@pytest.mark.parametrize(
    "token", ["nonsense", "a.b.c", "a.eyJzdWIiOjV9.c", "eyJhIjoxfQ.eyJzdWIiOiJhbmEifQ.forged"]
)
@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("PUT", "/nosuch")])
def test_a_wrong_token_is_upstreams_401_and_makes_nothing(
    house: House, web_ui: WebUi, token: str, method: str, path: str
) -> None:
    before = set(house.world.playlists)
    reply = web_ui.send(method, path, headers={"x-nd-authorization": f"Bearer {token}"}, json={"name": JAZZ})
    assert (reply.status_code, reply.json()) == (401, {"error": "Not authenticated"})
    assert set(house.world.playlists) == before


def test_somebody_elses_list_is_upstreams_to_refuse(house: House, web_ui: WebUi) -> None:
    theirs = house.listener("ben").create(JAZZ)
    house.world.playlists[theirs.id].public = True
    reply = web_ui.send("PUT", f"/{theirs.id}", json={"name": FOLK})
    assert (reply.status_code, reply.json()) == (403, {"error": "Permission denied"})


def test_an_admin_renames_somebodys_list_without_us(house: House, web_ui: WebUi) -> None:
    made = web_ui.create(JAZZ)
    with connections() as http:
        after = WebUi(http, house, "admin").save(made, name=FOLK)
    assert (after.name, after.songs, after.owner) == (FOLK, made.songs, "ana")


def test_the_reply_carries_upstreams_new_token(web_ui: WebUi) -> None:
    reply = web_ui.send("POST", json={"name": JAZZ})
    assert reply.headers["x-nd-authorization"].count(".") == 2


@pytest.mark.parametrize("endpoint", ["getUser", "updatePlaylist", "createPlaylist", "getPlaylist"])
def test_what_fails_after_it_was_created_creates_no_second_one(
    house: House, web_ui: WebUi, endpoint: str
) -> None:
    house.world.faults[endpoint] = Fault.CRASH
    reply = web_ui.send("POST", json={"name": JAZZ})
    assert [found.id for found in house.world.playlists.values() if found.name == JAZZ] == [
        reply.json()["id"]
    ]


def test_nor_does_a_fault_of_ours(house: House, web_ui: WebUi) -> None:
    own = house.url
    with broken(house) as house.url, capture_logs() as logs:
        reply = web_ui.send("POST", json={"name": JAZZ})
    house.url = own
    assert [found.id for found in house.world.playlists.values() if found.name == JAZZ] == [
        reply.json()["id"]
    ]
    assert [log["log_level"] for log in logs] == ["error"]


def test_without_a_database_the_list_is_typed(house: House, web_ui: WebUi, tmp_path: Any) -> None:
    before, own = set(house.world.playlists), house.url
    with house.proxy(db_path=str(tmp_path / "missing.db")) as house.url, capture_logs() as logs:
        made = web_ui.create(JAZZ)
        assert web_ui.save(made, name=FOLK).name == FOLK
    house.url = own
    assert made.count == 0
    assert set(house.world.playlists) == before | {made.id}
    assert [log["log_level"] for log in logs] == ["error"]


def test_upstream_away_is_a_bad_gateway(house: House, web_ui: WebUi) -> None:
    own = house.url
    with house.proxy(navidrome_url="http://127.0.0.1:9") as house.url:
        reply = web_ui.send("POST", json={"name": JAZZ})
    house.url = own
    assert reply.status_code == 502
