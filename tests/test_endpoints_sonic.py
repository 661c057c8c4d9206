"""getSonicSimilarTracks, findSonicPath and their extension, through the proxy."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import httpx
import numpy as np
import pytest
from msgspec import structs

from proxy.library import connect, index, sounds, transaction
from proxy.library.sonic import DIMENSION
from tests.factories import sound
from tests.fake_navidrome import Song
from tests.house import House, Listener, Tree, open_house

TRACKS, PATH, EXTENSIONS = "getSonicSimilarTracks", "findSonicPath", "getOpenSubsonicExtensions"


def matches(client: Listener, endpoint: str, **params: str) -> list[tuple[Tree, float]]:
    """The songs, and how similar they are."""
    tree = client.ask(endpoint, **params)
    assert tree["status"] == "ok", tree
    found = tree.get("sonicMatch", [])
    entries = [each["entry"][0] if client.way.format == "xml" else each["entry"] for each in found]
    return [(entry, float(each["similarity"])) for entry, each in zip(entries, found, strict=True)]


def heard_by(house: House, user: str) -> list[Song]:
    return list(house.world.visible(house.world.users[user]))


def of_genre(house: House, genre: str) -> str:
    return next(song.id for song in heard_by(house, "ana") if song.row["genre"] == genre)


def hidden(house: House) -> str:
    return next(song.id for song in house.world.songs.values() if song.library == 2)


def test_similar_tracks_come_by_falling_similarity(house: House, ana: Listener) -> None:
    seed = of_genre(house, "Jazz")
    found = matches(ana, TRACKS, id=seed)
    similarities = [similarity for _, similarity in found]
    assert len(found) == 10
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= similarity < 1 for similarity in similarities)
    assert similarities[0] > 0.5
    assert {song["id"] for song, _ in found} < {song.id for song in heard_by(house, "ana")} - {seed}
    assert len(matches(ana, TRACKS, id=seed, count="15")) == 15
    assert matches(ana, TRACKS, id=seed, count="0") == []


def test_a_track_that_went_meanwhile_is_left_out(house: House, ana: Listener) -> None:
    seed = of_genre(house, "Jazz")
    before = [song["id"] for song, _ in matches(ana, TRACKS, id=seed)]
    del house.world.songs[before[3]]
    assert [song["id"] for song, _ in matches(ana, TRACKS, id=seed)] == [*before[:3], *before[4:]]


def test_a_path_leads_from_one_song_to_the_other(house: House, ana: Listener) -> None:
    start, end = of_genre(house, "Jazz"), of_genre(house, "Folk")
    found = matches(ana, PATH, startSongId=start, endSongId=end, count="12")
    songs = [song for song, _ in found]
    assert (songs[0]["id"], songs[-1]["id"]) == (start, end)
    assert len({song["id"] for song in songs}) == 12
    assert found[0][1] == 1
    assert all(one["artist"] != other["artist"] for one, other in pairwise(songs))
    assert len(matches(ana, PATH, startSongId=start, endSongId=start)) == 1


def test_a_path_is_of_25_where_nothing_is_said(house: House, ana: Listener) -> None:
    songs = matches(ana, PATH, startSongId=of_genre(house, "Jazz"), endSongId=of_genre(house, "Folk"))
    assert 15 <= len(songs) <= 25  # seven artists, three songs of each, and the ends


@pytest.mark.parametrize(
    ("endpoint", "params"),
    [
        (TRACKS, {}),
        (TRACKS, {"id": "nosuch"}),
        (TRACKS, {"id": "another library's"}),
        (PATH, {}),
        (PATH, {"startSongId": "jazz"}),
        (PATH, {"endSongId": "jazz"}),
        (PATH, {"startSongId": "jazz", "endSongId": "nosuch"}),
        (PATH, {"startSongId": "another library's", "endSongId": "jazz"}),
    ],
)
def test_what_is_missing_is_code_10_and_what_is_unknown_code_70(
    house: House, ana: Listener, endpoint: str, params: dict[str, str]
) -> None:
    real = {"jazz": of_genre(house, "Jazz"), "another library's": hidden(house)}
    needed = {"id"} if endpoint == TRACKS else {"startSongId", "endSongId"}
    tree = ana.ask(endpoint, **{name: real.get(value, value) for name, value in params.items()})
    assert tree["status"] == "failed"
    assert tree["error"]["code"] == (70 if needed <= set(params) else 10)
    assert tree["type"] == "navidrome"


@pytest.mark.parametrize("endpoint", [TRACKS, PATH])
def test_who_is_refused_upstream_is_refused(house: House, ana: Listener, endpoint: str) -> None:
    ana.credentials["p"] = "wrong"
    seed = of_genre(house, "Jazz")
    assert ana.ask(endpoint, id=seed, startSongId=seed, endSongId=seed)["error"]["code"] == 40


def offered(client: Listener) -> dict[str, list[str]]:
    found = client.ask(EXTENSIONS)["openSubsonicExtensions"]
    return {each["name"]: [str(version) for version in each["versions"]] for each in found}


def test_the_extension_is_offered_beside_upstreams(house: House, ana: Listener) -> None:
    upstreams = offered(house.directly(way=ana.way))
    assert "sonicSimilarity" not in upstreams
    assert offered(ana) == {**upstreams, "sonicSimilarity": ["1"]}


def test_an_extension_that_upstream_has_is_not_offered_twice(house: House, ana: Listener) -> None:
    house.world.extensions["sonicSimilarity"] = [1]
    names = [each["name"] for each in ana.ask(EXTENSIONS)["openSubsonicExtensions"]]
    assert names.count("sonicSimilarity") == 1


def test_nothing_is_offered_while_the_index_is_empty(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False) as house:
        seed = of_genre(house, "Jazz")
        assert "sonicSimilarity" not in offered(house.listener())
        for endpoint in (TRACKS, PATH):
            answer = house.listener().send(endpoint, id=seed, startSongId=seed, endSongId=seed)
            assert answer.status_code == httpx.codes.NOT_FOUND


def test_what_was_heard_decides_over_what_tags_say(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        ana = house.listener()
        kind = hear_all(house, kinds=5)
        seed = of_genre(house, "Jazz")
        found = matches(ana, TRACKS, id=seed, count="4")
        assert {kind[song["id"]] for song, _ in found} == {kind[seed]}
        assert {song["genre"] for song, _ in found} != {"Jazz"}
        assert all(similarity > 0.5 for _, similarity in found)


def hear_all(house: House, *, kinds: int) -> dict[str, int]:
    """The kind of sound that each song of the house is given, whatever its tags say."""
    chance = np.random.default_rng(4)
    of_kind = chance.standard_normal((kinds, DIMENSION))
    kind = {song: number % kinds for number, song in enumerate(sorted(house.world.songs))}
    db = connect(house.path)
    with transaction(db):
        for song, number in kind.items():
            heard = sound(0, of_kind[number] + 0.3 * chance.standard_normal(DIMENSION))
            sounds.put(db, structs.replace(heard, track_id=song), now="now")
        index.announce(db)
    db.close()
    return kind
