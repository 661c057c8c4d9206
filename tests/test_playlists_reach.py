"""Whether any list meets a length or a count, decided."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.playlists.objective import Limits, Pool
from proxy.playlists.reach import reach
from proxy.playlists.terms import Caps, Terms
from tests.pools import pool, pools


def reached(candidates: Pool, limits: Limits) -> tuple[list[int], bool, bool]:
    nothing = np.zeros(0, dtype=np.float32)
    found = reach(Terms.of(candidates, limits, nothing), Caps.of(candidates, limits))
    return np.flatnonzero(found.taken).tolist(), found.inside, found.decided


def test_the_one_list_among_many_that_meets_the_length_is_found() -> None:
    odd = [900.0] * 20 + [333.0, 334.0, 335.0]
    assert reached(pool(odd), Limits(seconds=1002)) == ([20, 21, 22], True, True)


def test_songs_at_the_head_of_the_pool_are_preferred() -> None:
    assert reached(pool([200.0] * 9), Limits(seconds=600))[0] == [0, 1, 2]


def test_where_nothing_meets_it_the_nearest_is_named() -> None:
    assert reached(pool([500.0, 430.0, 900.0]), Limits(seconds=300)) == ([1], False, True)
    assert reached(pool([900.0, 100.0], seeds=1), Limits(seconds=300)) == ([0], False, True)


def test_tenths_of_a_second_count() -> None:
    assert reached(pool([240.1]), Limits(seconds=180)) == ([0], False, True)
    assert reached(pool([240.0]), Limits(seconds=180)) == ([0], True, True)


def test_a_cap_on_an_album_of_many_artists_holds() -> None:
    candidates = pool([200.0] * 4, album=[1, 1, 1, 2])
    assert reached(candidates, Limits(seconds=400, per_album=1)) == ([0, 3], True, True)
    assert not reached(candidates, Limits(seconds=600, per_album=1))[1]


def test_a_library_too_large_to_decide_says_so() -> None:
    of_one = [1] * 900
    candidates = pool([400.0 + n for n in range(900)], artist=of_one, album=[n % 40 for n in range(900)])
    assert not reached(candidates, Limits(seconds=43_200, per_artist=100, per_album=12))[2]


@settings(max_examples=200)
@given(pools(most=14), st.integers(0, 8))
def test_a_count_is_met_where_a_list_of_that_many_is_found_one_song_at_a_time(
    candidates: Pool, songs: int
) -> None:
    limits = Limits(songs=songs + candidates.seeds or 1, per_artist=1, per_album=1)
    places, inside, decided = reached(candidates, limits)
    assert decided
    assert inside == (len(places) == limits.songs)
    assert Caps.of(candidates, limits).kept(np.isin(np.arange(len(candidates)), places))
