"""getSimilarSongs and getSimilarSongs2, through the proxy."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fake_navidrome import Annotation, Fault, Song
from tests.house import House, Listener, Tree, open_house

BOTH = pytest.mark.parametrize("endpoint", ["getSimilarSongs", "getSimilarSongs2"])


def songs_of(client: Listener, endpoint: str, about: str, **params: str) -> list[Tree]:
    tree = client.ask(endpoint, id=about, **params)
    assert tree["status"] == "ok", tree
    found = tree[endpoint.replace("getS", "s")]
    return list(found.get("song", []))


def ids(songs: list[Tree]) -> list[str]:
    return [song["id"] for song in songs]


def heard_by(house: House, user: str) -> list[Song]:
    return list(house.world.visible(house.world.users[user]))


def of_genre(house: House, genre: str) -> list[Song]:
    return [song for song in heard_by(house, "ana") if song.row["genre"] == genre]


@BOTH
def test_of_a_song_come_others_of_its_kind_under_the_name_that_was_called(
    house: House, ana: Listener, endpoint: str
) -> None:
    seed = of_genre(house, "Jazz")[0]
    found = songs_of(ana, endpoint, seed.id, count="12")
    assert len(found) == 12
    assert seed.id not in ids(found)
    assert len(set(ids(found))) == 12
    assert max(Counter(song["artist"] for song in found).values()) <= 3
    assert "Jazz" in {song["genre"] for song in found[:3]}
    assert house.calls(endpoint) == 0


@BOTH
def test_of_an_album_and_of_a_playlist_come_songs_that_are_not_in_it(
    house: House, ana: Listener, endpoint: str
) -> None:
    jazz = of_genre(house, "Jazz")
    listed = house.world.add_playlist("ana", "Mine", [song.id for song in jazz[:4]])
    album = jazz[0].row["albumId"]
    for about, inside in (
        (listed.id, {song.id for song in jazz[:4]}),
        (album, {song.id for song in jazz if song.row["albumId"] == album}),
    ):
        found = songs_of(ana, endpoint, about, count="10")
        assert len(found) == 10
        assert not inside & set(ids(found))


@BOTH
def test_of_an_artist_come_his_own_and_others(house: House, ana: Listener, endpoint: str) -> None:
    artist = of_genre(house, "Jazz")[0].row
    found = songs_of(ana, endpoint, artist["artistId"], count="12")
    assert len(found) == 12
    by = Counter(song["artist"] for song in found)
    assert 1 <= by.pop(artist["artist"]) <= 4
    assert max(by.values()) <= 3


def test_the_same_call_gives_the_same_list_for_a_day(house: House, ana: Listener) -> None:
    seed = of_genre(house, "Folk")[0].id
    today = ids(songs_of(ana, "getSimilarSongs2", seed, count="10"))
    house.now.forward(60)
    assert ids(songs_of(ana, "getSimilarSongs2", seed, count="10")) == today
    house.now.forward(timedelta(days=1).total_seconds())
    assert ids(songs_of(ana, "getSimilarSongs2", seed, count="10")) != today


def test_another_user_gets_another_list_and_a_name_in_capitals_the_same(house: House, ana: Listener) -> None:
    seed = of_genre(house, "Folk")[0].id
    hers = ids(songs_of(ana, "getSimilarSongs", seed, count="10"))
    assert ids(songs_of(house.listener("ANA", ana.way), "getSimilarSongs", seed, count="10")) == hers
    assert ids(songs_of(house.listener("ben", ana.way), "getSimilarSongs", seed, count="10")) != hers


@pytest.mark.parametrize("client", ["test", "DSub", "SubMusic"])
def test_songs_are_as_the_caller_sees_them(house: House, ana: Listener, client: str) -> None:
    ana.credentials["c"] = client
    seed = of_genre(house, "Folk")[0].id
    marked = ids(songs_of(ana, "getSimilarSongs", seed, count="5"))[0]
    house.world.annotations[house.world.users["ana"].id, marked] = Annotation(
        starred_at="2026-01-01T00:00:00Z", rating=4, play_count=7
    )
    ana.way = type(ana.way)("POST", "json")
    direct = house.directly(way=ana.way, client=client)
    found = songs_of(ana, "getSimilarSongs", seed, count="5")
    assert found == [direct.ask("getSong", id=song)["song"] for song in ids(found)]


def test_only_songs_of_the_callers_libraries_come(house: House, ana: Listener) -> None:
    hers = {song.id for song in heard_by(house, "ana")}
    hidden = next(song for song in house.world.songs.values() if song.library == 2)
    found = songs_of(ana, "getSimilarSongs", of_genre(house, "Jazz")[0].id, count="500")
    assert set(ids(found)) <= hers
    assert ana.ask("getSimilarSongs", id=hidden.id)["error"]["code"] == 70
    assert songs_of(house.listener("admin", ana.way), "getSimilarSongs", hidden.id, count="5")


def test_a_song_that_went_meanwhile_is_left_out(house: House, ana: Listener) -> None:
    seed = of_genre(house, "Jazz")[0].id
    before = ids(songs_of(ana, "getSimilarSongs", seed, count="8"))
    del house.world.songs[before[2]]
    assert ids(songs_of(ana, "getSimilarSongs", seed, count="8")) == [*before[:2], *before[3:]]


@pytest.mark.parametrize(
    "params", [{}, {"id": ""}, {"id": "nosuch"}, {"id": "nosuch", "count": "3"}, {"count": "3"}]
)
@BOTH
def test_what_nobody_knows_gets_upstreams_own_error(
    house: House, ana: Listener, endpoint: str, params: dict[str, str]
) -> None:
    expected = house.directly(way=ana.way).ask(endpoint, **params)
    assert expected["error"]["code"] in (10, 70)
    assert ana.ask(endpoint, **params) == expected


@pytest.mark.parametrize("count", ["0", "-1"])
def test_no_songs_are_upstreams_no_songs(house: House, ana: Listener, count: str) -> None:
    assert songs_of(ana, "getSimilarSongs", of_genre(house, "Jazz")[0].id, count=count) == []


def test_a_count_that_is_none_is_the_usual_one(house: House, ana: Listener) -> None:
    seed = of_genre(house, "Jazz")[0].id
    usual = ids(songs_of(ana, "getSimilarSongs", seed))
    assert ids(songs_of(ana, "getSimilarSongs", seed, count="many")) == usual
    assert len(usual) > 15


def test_who_is_refused_upstream_is_refused(house: House, ana: Listener) -> None:
    ana.credentials["p"] = "wrong"
    assert ana.ask("getSimilarSongs", id=of_genre(house, "Jazz")[0].id)["error"]["code"] == 40


def test_upstream_answers_where_a_call_of_ours_fails(house: House, ana: Listener) -> None:
    seed = of_genre(house, "Jazz")[0].id
    house.world.faults["getSong"] = Fault.CRASH
    found = songs_of(ana, "getSimilarSongs", seed, count="4")
    assert len(found) == 4
    assert house.world.requests[-1].path.startswith("/rest/getSimilarSongs")


def test_upstream_answers_while_the_index_is_empty(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False) as house:
        seed = of_genre(house, "Jazz")[0].id
        assert songs_of(house.listener(), "getSimilarSongs", seed, count="4")
        assert house.calls("getSimilarSongs") == 1
