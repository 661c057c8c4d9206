"""Ways from one song to another: their ends, their steps, and who follows whom."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.arrays import Floats
from proxy.library.index import Index
from proxy.playlists.likeness import likeness_of
from proxy.playlists.path import SMOOTH, even, path
from proxy.playlists.similar import PER_ARTIST, Near, primary
from tests.factories import NOW, Shop, track

# Genres are a ring: neighbours share one of two.
ROWS = [
    track(n, title=f"Song {n % 220}", artist=f"Artist {n % 60}", genres=(f"G{n % 12}", f"G{(n + 1) % 12}"))
    for n in range(240)
]
EVERYTHING = np.ones(len(ROWS), dtype=np.bool_)
places = st.integers(0, len(ROWS) - 1)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Shop(tmp_path_factory.mktemp("shop"), ROWS).index


def way(index: Index, start: int, end: int, count: int, **values: object) -> list[Near]:
    given = {"allowed": EVERYTHING, "owner": "ana", "day": NOW.date()} | values
    return path(start, end, likeness_of(index, "words"), index, count=count, **given)  # type: ignore[arg-type]


@given(places, places, st.integers(2, 40))
def test_a_way_has_its_ends_its_length_and_no_artist_twice_in_a_row(
    index: Index, start: int, end: int, count: int
) -> None:
    found = way(index, start, end, count)
    assert found == way(index, start, end, count)
    positions = [each.position for each in found]
    assert (positions[0], positions[-1]) == (start, end)
    assert found[0].similarity == 1
    if start == end:
        assert len(found) == 1
        return
    assert len(found) == count
    between = index.song[positions[1:-1]].tolist()
    assert len({*between, *index.song[[start, end]].tolist()}) == count - (
        index.song[start] == index.song[end]
    )
    by = primary(index)[positions]
    assert max(Counter(by[1:-1].tolist()).values(), default=0) <= PER_ARTIST
    if count > 2:
        assert all(one != other for one, other in pairwise(by.tolist()))


def test_a_way_of_one_song_is_its_start(index: Index) -> None:
    assert [near.position for near in way(index, 3, 30, 1)] == [3]


@pytest.mark.parametrize("count", [5, 10, 25, 40])
def test_steps_are_even(index: Index, count: int) -> None:
    likeness = likeness_of(index, "words")
    smooth = 0
    for start in range(0, 200, 20):
        positions = np.array([each.position for each in way(index, start, start + 30, count)])
        steps = np.diagonal(1 - likeness.between(positions), offset=1)
        smooth += steps.max() <= SMOOTH * steps.mean()
    assert smooth == 10


def test_a_line_is_walked_in_even_steps() -> None:
    at = np.linspace(0, 1, 101)
    distance = np.abs(at[:, None] - at).astype(np.float32)
    found = even(distance, np.arange(101), count=11)
    steps = np.abs(np.diff(at[found]))
    assert (found[0], found[-1], len(found)) == (0, 100, 11)
    assert steps.max() <= SMOOTH * steps.mean()


@given(st.integers(2, 12), st.integers(2, 14), st.randoms(use_true_random=False))
def test_no_place_comes_twice_however_few_there_are(size: int, count: int, chance: st.DataObject) -> None:
    square = np.array([[chance.random() for _ in range(size)] for _ in range(size)], dtype=np.float32)  # type: ignore[attr-defined]
    found = even(both_ways(square), np.full(size, -1), count=count)
    assert len(found) == len(set(found)) == min(count, size)
    assert (found[0], found[-1]) == (0, size - 1)


def both_ways(square: Floats) -> Floats:
    symmetric: Floats = (square + square.T).astype(np.float32)
    np.fill_diagonal(symmetric, 0)
    return symmetric


def test_only_allowed_songs_lie_between(index: Index) -> None:
    allowed = np.arange(len(index)) % 2 == 0
    positions = [each.position for each in way(index, 1, 51, 20, allowed=allowed)]
    assert allowed[positions[1:-1]].all()
    nothing = np.zeros(len(index), dtype=np.bool_)
    assert [each.position for each in way(index, 1, 51, 20, allowed=nothing)] == [1, 51]


def test_no_song_is_no_way(index: Index) -> None:
    assert way(index, 1, 51, 0) == []


def test_the_next_day_leads_another_way(index: Index) -> None:
    today = way(index, 1, 51, 12)
    assert way(index, 1, 51, 12, day=NOW.date() + timedelta(days=1)) != today
