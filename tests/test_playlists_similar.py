"""Songs like others: how many, which never, and that they turn over from day to day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.library.index import Index
from proxy.playlists.likeness import likeness_of
from proxy.playlists.similar import PER_ARTIST, Near, Seeds, primary, similar
from tests.factories import NOW, Shop, track

GENRES = ("Jazz", "Folk", "Ambient", "Techno", "Soul")
ROWS = [
    track(
        n,
        title=f"Song {n % 90}" + (" (Live)" if n >= 90 else ""),
        artist=f"Artist {n % 18}" + (" feat. Guest" if n % 7 == 0 else ""),
        genres=(GENRES[n % 5],) if n % 11 else (),
        library_id=n % 3,
    )
    for n in range(120)
]
EVERYTHING = np.ones(len(ROWS), dtype=np.bool_)
days = st.dates(date(2026, 1, 1), date(2027, 1, 1))
seeds_of_songs = st.lists(st.integers(0, len(ROWS) - 1), min_size=1, max_size=5, unique=True)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Shop(tmp_path_factory.mktemp("shop"), ROWS).index


def near(index: Index, seeds: Seeds, count: int, **values: object) -> list[Near]:
    given = {"allowed": EVERYTHING, "owner": "ana", "day": NOW.date()} | values
    return similar(seeds, likeness_of(index, "words"), index, count=count, **given)  # type: ignore[arg-type]


def positions(found: list[Near]) -> list[int]:
    return [each.position for each in found]


@given(seeds_of_songs, st.integers(1, 60), st.sets(st.integers(0, 2), min_size=1), days, st.text(max_size=5))
def test_of_songs_come_exactly_as_many_as_there_are_and_none_that_may_not(
    index: Index, songs: list[int], count: int, libraries: set[int], day: date, owner: str
) -> None:
    allowed = np.isin(index.library, sorted(libraries))
    seeds = Seeds(np.array(songs))
    found = near(index, seeds, count, allowed=allowed, day=day, owner=owner)
    assert found == near(index, seeds, count, allowed=allowed, day=day, owner=owner)
    given = positions(found)
    assert all(allowed[given])
    assert not set(index.song[given]) & set(index.song[songs])
    assert len(set(index.song[given])) == len(given)
    of_artist = Counter(primary(index)[given].tolist())
    assert max(of_artist.values(), default=0) <= PER_ARTIST
    assert [each.similarity for each in found] == sorted((each.similarity for each in found), reverse=True)
    assert len(given) == min(count, enough(index, allowed, songs))


def enough(index: Index, allowed: np.ndarray, songs: list[int]) -> int:  # type: ignore[type-arg]
    """How many different songs there are, three of an artist at most."""
    left = allowed & ~np.isin(index.song, index.song[songs])
    pairs = {(int(by), int(song)) for by, song in zip(primary(index)[left], index.song[left], strict=True)}
    return sum(min(number, PER_ARTIST) for number in Counter(by for by, _ in pairs).values())


@given(st.integers(1, 60), days)
def test_an_artists_radio_holds_some_of_his_own_and_three_of_each_other(
    index: Index, count: int, day: date
) -> None:
    own = np.flatnonzero(index.by_artists(["Artist 4"]))
    given = positions(near(index, Seeds(own, is_artist=True), count, day=day))
    assert len(given) == min(count, 17 * PER_ARTIST + len(set(index.song[own])))
    others = Counter(primary(index)[[place for place in given if place not in own]].tolist())
    assert max(others.values(), default=0) <= PER_ARTIST
    if count == 40:
        assert any(place in own for place in given)


def test_the_artists_own_are_spread_among_the_others(index: Index) -> None:
    own = np.flatnonzero(index.by_artists(["Artist 4"]))
    given = positions(near(index, Seeds(own, is_artist=True), 20))
    places = [n for n, place in enumerate(given) if place in own]
    assert len(places) >= 2
    assert 1 not in np.diff(places)


def test_the_next_day_and_the_next_owner_get_others(index: Index) -> None:
    seeds = Seeds(np.array([3]))
    today = set(positions(near(index, seeds, 10)))
    assert set(positions(near(index, seeds, 10, day=NOW.date() + timedelta(days=1)))) != today
    assert set(positions(near(index, seeds, 10, owner="ben"))) != today


def test_what_is_like_a_song_shares_its_genre(index: Index) -> None:
    jazz = np.flatnonzero(index.tagged(["jazz"]))
    found = positions(near(index, Seeds(jazz[:1]), 10))
    assert np.isin(found, jazz).mean() >= 0.8


def test_a_guest_does_not_make_another_artist(index: Index) -> None:
    by = primary(index)
    assert by[7] == by[25]  # "Artist 7 feat. Guest" and "Artist 7"
    assert by[7] != by[8]


def test_songs_by_nobody_are_by_nobody(tmp_path: Path) -> None:
    index = Shop(tmp_path, [track(n, artist="") for n in range(9)]).index
    assert set(primary(index)) == {-1}
    assert len(near(index, Seeds(np.array([0])), 8, allowed=np.ones(9, dtype=np.bool_))) == 8
