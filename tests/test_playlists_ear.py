"""Styles by ear: of what has no genre, never before what is tagged so; and of all where no tag says it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from proxy.library import Track
from proxy.library.sounds import Sound
from tests.factories import Shop, sound, track

SIZE = 160
TAGGED, BARE = range(10), range(10, 20)  # that sound like jazz, with the tag and without any
METAL = range(20, 30)  # that are tagged jazz, and sound like metal
JAZZ = "Jazz"


def tracks(*, with_tags: bool = True) -> list[Track]:
    tags = dict.fromkeys((*TAGGED, *METAL), (JAZZ,)) | dict.fromkeys(range(40, 100), ("Folk",))
    return [
        track(n, artist=f"Artist {n}", title="", album="", genres=tags.get(n, ()) if with_tags else ())
        for n in range(SIZE)
    ]


def sounds() -> list[Sound]:
    heard = {n: {"jazz": 0.5 + n / 100} for n in (*TAGGED, *BARE)} | {n: {"metal": 0.7} for n in METAL}
    heard |= {n: {"ambient": 0.3} for n in range(100, 110)} | {n: {"happy": 0.04} for n in range(110, 115)}
    return [sound(n, **heard.get(n, {})) for n in range(SIZE)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("mixed"), tracks(), embedders=(), heard=sounds())


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The same without any tag."""
    return Shop(tmp_path_factory.mktemp("bare"), tracks(with_tags=False), embedders=(), heard=sounds())


def numbers(found: list[Track]) -> list[int]:
    return [int(song.track_id[1:]) for song in found]


def test_of_a_genre_come_those_that_are_tagged_so_before_those_that_sound_so(shop: Shop) -> None:
    songs = shop.list(JAZZ, songs=40).songs
    relevance = {int(song.track_id[1:]): song.relevance for song in songs}
    assert set(relevance) == {*TAGGED, *METAL, *BARE}
    assert min(relevance[n] for n in (*TAGGED, *METAL)) > max(relevance[n] for n in BARE)


def test_what_is_stated_is_what_was_heard_of_songs_without_a_genre(shop: Shop) -> None:
    why = {int(song.track_id[1:]): song.why for song in shop.list(JAZZ, songs=40).songs}
    assert all("sounds like jazz" in why[n] for n in BARE)
    assert not any(reason.startswith("sounds") for n in (*TAGGED, *METAL) for reason in why[n])


def test_a_song_is_never_what_its_tag_denies(tmp_path: Path) -> None:
    """Where a tag of the library is metal, what is tagged jazz is none, however it sounds."""
    songs = [structs.replace(each, genres=("Metal",)) if n in range(120, 125) else each
             for n, each in enumerate(tracks())]  # fmt: skip
    shop = Shop(tmp_path, songs, embedders=(), heard=sounds())
    found = {*numbers(shop.songs("metal", songs=10))}
    assert found >= {*range(120, 125)}
    assert not found & {*METAL}


@pytest.fixture(scope="module")
def soundtracks(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A library of one genre, of which ten tracks sound of strings, ten of a voice and ten are calm."""
    of = {"strings": range(10), "female vocal": range(10, 20), "ambient": range(5, 15)}
    heard = [{tag: 0.5 for tag, tracks in of.items() if n in tracks} for n in range(SIZE)]
    return Shop(
        tmp_path_factory.mktemp("soundtracks"),
        [structs.replace(each, genres=("Soundtrack",)) for each in tracks()],
        embedders=(),
        heard=[sound(n, **likely) for n, likely in enumerate(heard)],
    )


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("strings", {*range(10)}),
        ("female vocal", {*range(10, 20)}),
        ("calm", {*range(5, 15)}),
        ("calm strings", {*range(5, 10)}),
        ("soundtrack with strings", {*range(10)}),
    ],
)
def test_what_no_tag_says_is_found_by_ear_among_all(
    soundtracks: Shop, prompt: str, expected: set[int]
) -> None:
    songs = soundtracks.list(prompt, songs=10).songs
    assert {int(song.track_id[1:]) for song in songs if song.relevance == 1} == expected


@pytest.mark.parametrize(
    ("prompt", "why"), [("strings", "sounds like strings"), ("female vocal", "by its sound")]
)
def test_what_was_heard_of_a_tagged_song_is_told_and_a_voice_is_not(
    soundtracks: Shop, prompt: str, why: str
) -> None:
    songs = soundtracks.list(prompt, songs=10).songs
    assert all(why in song.why for song in songs)
    assert not any("vocal" in reason for song in songs for reason in song.why)


def test_there_is_enough_to_choose_from_in_a_small_library(tmp_path: Path) -> None:
    """What no tag says ranks all that answer it more than most do."""
    songs = [structs.replace(each, genres=("Soundtrack",)) for each in tracks()[:40]]
    heard = [sound(n, strings=0.1 + n / 100) for n in range(40)]
    found = numbers(Shop(tmp_path, songs, embedders=(), heard=heard).songs("strings", songs=15))
    assert len(found) == 15
    assert min(found) >= 18


def test_a_word_that_one_tag_says_is_left_to_the_tags(tmp_path: Path) -> None:
    songs = [structs.replace(each, genres=("Strings",) if n == 50 else ("Soundtrack",))
             for n, each in enumerate(tracks())]  # fmt: skip
    heard = [sound(n, **({"strings": 0.5} if n < 10 else {})) for n in range(SIZE)]
    found = Shop(tmp_path, songs, embedders=(), heard=heard).list("strings", songs=5).songs
    assert [song.track_id for song in found] == ["t0050"]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("jazz", {*TAGGED, *BARE}),
        ("some heavy metal", {*METAL}),
        ("death metal", {*METAL}),
        ("something calm", {*range(100, 110)}),
        ("Jazz zum Lesen", {*TAGGED, *BARE}),
    ],
)
def test_a_library_without_any_tag_is_found_by_ear(bare: Shop, prompt: str, expected: set[int]) -> None:
    found = numbers(bare.songs(prompt, songs=len(expected)))
    assert {*found} == expected


def test_the_likelier_comes_first(bare: Shop) -> None:
    songs = bare.list(JAZZ, songs=20).songs
    relevance = {int(song.track_id[1:]): song.relevance for song in songs}
    assert relevance[19] == 1
    assert relevance[10] < relevance[19]


def test_moods_rank_and_are_never_stated(bare: Shop) -> None:
    songs = bare.list("happy", songs=5).songs
    assert {int(song.track_id[1:]) for song in songs} == {*range(110, 115)}
    assert not any(reason.startswith("sounds") for song in songs for reason in song.why)


def test_what_sounds_like_an_unwanted_genre_is_left_out_where_no_tag_says_otherwise(shop: Shop) -> None:
    found = {*numbers(shop.songs("anything without jazz", songs=100))}
    assert found
    assert not found & {*TAGGED, *BARE, *METAL}


def test_without_ears_nothing_changes(tmp_path: Path) -> None:
    deaf = Shop(tmp_path, tracks(), embedders=())
    assert {*numbers(deaf.songs(JAZZ, songs=40))} == {*TAGGED, *METAL}


def test_what_sounds_like_the_seeds_comes_first_and_says_so(tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    kinds = chance.standard_normal((4, 200))
    heard = [sound(n, kinds[n % 4] + 0.3 * chance.standard_normal(200)) for n in range(80)]
    seeded = Shop(tmp_path, [track(n, artist=f"Artist {n}") for n in range(80)], embedders=(), heard=heard)
    songs = seeded.list("", seeds=("t0001",), songs=12).songs
    assert {int(song.track_id[1:]) % 4 for song in songs} == {1}
    assert all(song.why == ("sounds like what you named",) for song in songs[1:])
