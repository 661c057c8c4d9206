"""supysonic as the demo starts it: real, and different from Navidrome where its docstring says so."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from rich.console import Console

from proxy.demo import music, supysonic
from proxy.demo.client import Account, Listener, Song
from proxy.demo.processes import StepFailed
from proxy.demo.recording import Piece

NOWHERE = "00000000-0000-0000-0000-000000000000"

PIECES = (
    Piece(
        file="Ines/Rain/01 Rain.mp3",
        sound="jazz",
        seconds=21,
        bpm=80,
        title="The Rain Has Keys",
        artist="Ines Calderwood",
        album="The Rain Has Keys",
        number=1,
        year=1959,
        genres=("Vocal Jazz", "Jazz"),
        moods=("rainy",),
    ),
    Piece(
        file="Blum/Grau/01 Puddle.flac", sound="jazz", seconds=3, bpm=90, title="Puddle Etude", artist="Blum"
    ),
    Piece(file="unsorted/Track 07.ogg", sound="rock", seconds=2, bpm=120),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    folder = tmp_path_factory.mktemp("a house") / "ümlaut & space"
    made = music.make(folder / "music", PIECES, Console(file=io.StringIO()))
    with supysonic.serving(folder / "supysonic", made.folder, os.environ) as account:
        yield account


@pytest.fixture
def listener(house: Account) -> Iterator[Listener]:
    listener = Listener(house)
    listener.log_in()
    yield listener
    for one in listener.call("getPlaylists")["playlists"].get("playlist", []):
        listener.call("deletePlaylist", id=one["id"])
    listener.close()


def songs(listener: Listener) -> dict[str, dict[str, Any]]:
    found = listener.call("search3", query="", songCount="10")["searchResult3"]["song"]
    return {song["title"]: song for song in found}


def ask(house: Account, endpoint: str, method: str = "GET", **parameters: str) -> httpx.Response:
    everything = {"u": house.user, "p": house.password, "c": "test", "f": "json", **parameters}
    return httpx.request(method, f"{house.url}/rest/{endpoint}", params=everything)


def ok(answer: dict[str, Any]) -> dict[str, Any]:
    return {"subsonic-response": {"status": "ok", **answer}}


def code(reply: httpx.Response) -> int | None:
    error = reply.json()["subsonic-response"].get("error")
    return error["code"] if error else None


def test_it_takes_a_plain_password_and_no_token(house: Account, listener: Listener) -> None:
    assert listener.plain_password
    assert code(ask(house, "ping")) is None
    assert code(ask(house, "ping", p="enc:" + house.password.encode().hex())) is None
    assert code(ask(house, "ping", p="wrong")) == 40
    token = {"u": house.user, "t": "0" * 32, "s": "salt", "c": "test", "f": "json"}
    assert code(httpx.get(f"{house.url}/rest/ping", params=token)) == 10


def test_its_envelope_has_neither_type_nor_open_subsonic(listener: Listener) -> None:
    assert listener.call("ping") == {"status": "ok", "version": "1.12.0"}


def test_the_demos_user_is_an_administrator(listener: Listener) -> None:
    user = listener.call("getUser", username=supysonic.USER)["user"]
    assert user["username"] == supysonic.USER
    assert user["adminRole"] is True
    assert "folder" not in user


def test_an_empty_query_gives_every_song_in_pages(listener: Listener) -> None:
    pages = [
        listener.call("search3", query="", songCount="2", songOffset=offset)["searchResult3"].get("song", [])
        for offset in ("0", "2", "4")
    ]
    assert [len(page) for page in pages] == [2, 1, 0]
    assert len({song["id"] for page in pages for song in page}) == len(PIECES)


def test_a_song_carries_its_first_genre_and_its_path_in_the_folder(listener: Listener) -> None:
    song = songs(listener)["The Rain Has Keys"]
    assert song["path"] == PIECES[0].file
    assert song["genre"] == "Vocal Jazz"
    assert song["year"] == 1959
    assert song["duration"] == 21
    assert not {"coverArt", "moods", "bpm", "genres"} & song.keys()


def test_a_file_without_tags_is_named_after_itself(listener: Listener) -> None:
    song = songs(listener)["Track 07.ogg"]
    assert (song["artist"], song["album"]) == ("[unknown]", "[non-album tracks]")
    assert "genre" not in song


def test_a_created_list_is_found_by_its_name(listener: Listener) -> None:
    assert "playlist" not in listener.call("createPlaylist", name="ai: rain & tea")
    made = listener.create("ai: rain & tea")
    assert made.name == "ai: rain & tea"
    assert made.entry == ()


@respx.mock
def test_of_lists_with_one_name_the_newest_is_opened() -> None:
    lists = [
        {"id": day, "name": name, "created": f"2026-11-{day}T10:00:00"}
        for day, name in (("21", "rain"), ("23", "rain"), ("22", "rain"), ("24", "sun"))
    ]
    respx.post(path="/rest/createPlaylist").respond(json=ok({}))
    respx.post(path="/rest/getPlaylists").respond(json=ok({"playlists": {"playlist": lists}}))
    opened = respx.post(path="/rest/getPlaylist").respond(json=ok({"playlist": lists[1]}))
    listener = Listener(Account("http://127.0.0.1:1", "u", "p"))
    listener.create("rain")
    listener.close()
    assert "id=23" in opened.calls.last.request.content.decode()


def test_songs_are_replaced_added_and_removed_by_form(listener: Listener) -> None:
    rain, puddle, track = (
        songs(listener)[title]["id"] for title in ("The Rain Has Keys", "Puddle Etude", "Track 07.ogg")
    )
    made = listener.create("Three")
    listener.call("createPlaylist", playlistId=made.id, songId=rain)
    listener.call("updatePlaylist", playlistId=made.id, songIdToAdd=puddle, comment="x" * 600)
    listener.call("updatePlaylist", playlistId=made.id, songIdToAdd=track, songIndexToRemove="0", name="Two")
    opened = listener.open(made.id)
    assert opened.name == "Two"
    assert opened.comment == "x" * 600
    assert [song.id for song in opened.entry] == [puddle, track]


def test_a_list_that_never_had_songs_takes_a_comment_only_with_its_first_song(listener: Listener) -> None:
    made = listener.create("Bare")
    with pytest.raises(StepFailed, match="InternalServerError"):
        listener.call("updatePlaylist", playlistId=made.id, comment="why")
    song = songs(listener)["Puddle Etude"]["id"]
    listener.call("updatePlaylist", playlistId=made.id, comment="why", songIdToAdd=song)
    assert listener.open(made.id).comment == "why"


def test_a_comment_is_listed_and_cannot_be_cleared(listener: Listener) -> None:
    made = listener.create("Noted")
    listener.call("createPlaylist", playlistId=made.id)
    listener.call("updatePlaylist", playlistId=made.id, comment="why")
    listener.call("updatePlaylist", playlistId=made.id, comment="")
    (listed,) = listener.call("getPlaylists")["playlists"]["playlist"]
    assert listed["comment"] == "why"
    assert not {"changed", "coverArt"} & listed.keys()


@pytest.mark.parametrize(
    ("endpoint", "parameters", "status", "expected"),
    [
        ("getScanStatus", {}, 200, 0),
        ("getOpenSubsonicExtensions", {}, 404, 0),
        ("getSimilarSongs2", {"id": NOWHERE}, 404, 0),
        ("getUser", {}, 200, 10),
        ("search3", {}, 200, 10),
        ("createPlaylist", {"name": "x", "songId": NOWHERE}, 200, 70),
        ("createPlaylist", {"name": "x", "songId": ""}, 200, 0),
        ("getPlaylist", {"id": NOWHERE}, 200, 70),
        ("getPlaylist", {"id": "no-uuid"}, 200, 0),
        ("stream", {"id": NOWHERE}, 200, 70),
    ],
)
def test_what_it_lacks_it_says_with_these_codes(
    house: Account, endpoint: str, parameters: dict[str, str], status: int, expected: int
) -> None:
    reply = ask(house, endpoint, **parameters)
    assert (reply.status_code, code(reply)) == (status, expected)


def test_it_knows_no_delete_verb_and_no_native_api(house: Account) -> None:
    assert ask(house, "deletePlaylist", method="DELETE", id=NOWHERE).status_code == 405
    assert httpx.post(f"{house.url}/auth/login", json={}).status_code == 404


def test_a_song_begins_to_play(listener: Listener) -> None:
    song = songs(listener)["The Rain Has Keys"]
    beginning = listener.begin(Song(id=song["id"]))
    assert beginning.content_type == "audio/mpeg"
    assert beginning.length >= 64 * 1024


def test_a_range_of_a_song_is_partial_content(house: Account, listener: Listener) -> None:
    song = songs(listener)["The Rain Has Keys"]
    asked = {"u": house.user, "p": house.password, "c": "test", "id": song["id"]}
    reply = httpx.get(f"{house.url}/rest/stream", params=asked, headers={"Range": "bytes=10-19"})
    assert (reply.status_code, len(reply.content)) == (206, 10)
    assert reply.headers["content-range"] == f"bytes 10-19/{song['size']}"


def test_no_music_is_a_sentence(listener: Listener) -> None:
    with pytest.raises(StepFailed, match="stream: HTTP 200 with application/json instead of music"):
        listener.begin(Song(id=NOWHERE))


def test_a_wrong_password_is_a_sentence_without_it(house: Account) -> None:
    listener = Listener(Account(house.url, house.user, "not-this-one"))
    with pytest.raises(StepFailed, match=r"ping: Wrong username or password\. \(code 40\)") as failed:
        listener.log_in()
    listener.close()
    assert "not-this-one" not in str(failed.value)


def test_it_stops_with_the_block_and_its_playlists_stay(tmp_path: Path) -> None:
    made = music.make(tmp_path / "music", PIECES[-1:], Console(file=io.StringIO()))
    for expected in ((), ("Kept",)):
        with supysonic.serving(tmp_path / "supysonic", made.folder, os.environ) as account:
            listener = Listener(account)
            listener.log_in()
            lists = listener.call("getPlaylists")["playlists"].get("playlist", [])
            assert tuple(one["name"] for one in lists) == expected
            listener.create("Kept")
        assert not listener.ready()
        listener.close()


def test_a_set_up_that_fails_names_the_step_and_the_log(tmp_path: Path) -> None:
    with (
        pytest.raises(StepFailed, match="supysonic-cli folder add ended with exit code") as failed,
        supysonic.serving(tmp_path / "supysonic", tmp_path / "nowhere", os.environ),
    ):
        pass
    assert failed.value.log is not None
    assert "nowhere" in failed.value.log.read_text(encoding="utf-8")
