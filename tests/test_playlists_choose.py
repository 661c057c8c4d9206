"""Which candidates become the list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.playlists.choose import Choice, Limits, Pool, choose


def pool(
    durations: list[float],
    *,
    artists: list[int] | None = None,
    albums: list[int] | None = None,
    free: list[bool] | None = None,
    seeds: int = 0,
) -> Pool:
    """Candidates of falling relevance, each by an artist and on an album of its own unless told otherwise."""
    size = len(durations)
    return Pool(
        position=np.arange(size),
        relevance=np.linspace(1, 0.1, size, dtype=np.float32),
        duration=np.array(durations, dtype=np.float32),
        artist=np.array(range(size) if artists is None else artists, dtype=np.int64),
        album=np.array(range(size) if albums is None else albums, dtype=np.int64),
        free=np.array([False] * size if free is None else free),
        seeds=seeds,
    )


def seconds(of: Pool, choice: Choice) -> float:
    return float(of.duration[list(choice.chosen)].sum())


def test_the_most_relevant_are_taken_until_the_length_is_reached() -> None:
    assert choose(pool([200] * 10), Limits(seconds=600)).chosen == (0, 1, 2)


def test_a_count_is_met_exactly() -> None:
    assert choose(pool([100, 900, 200, 300]), Limits(songs=3)).chosen == (0, 1, 2)


def test_one_swap_brings_the_total_within_the_tolerance_and_costs_little() -> None:
    candidates = pool([400, 400, 400, 100, 250, 100])
    found = choose(candidates, Limits(seconds=1050))
    assert abs(seconds(candidates, found) - 1050) <= 60
    assert {0, 1} <= set(found.chosen)


def test_caps_hold() -> None:
    found = choose(pool([100] * 10, artists=[1] * 6 + [2, 3, 4, 5]), Limits(songs=6))
    assert found.chosen == (0, 1, 2, 6, 7, 8)
    assert found.relaxed == ()


def test_a_cap_gives_way_where_the_length_is_out_of_reach_with_it_and_that_is_told() -> None:
    found = choose(pool([100] * 6, artists=[1] * 6, albums=[1] * 6), Limits(songs=5))
    assert len(found.chosen) == 5
    assert found.relaxed == ("per_album", "per_artist")


def test_the_album_gives_way_first() -> None:
    found = choose(pool([100] * 4, artists=[1, 1, 2, 2], albums=[1] * 4), Limits(songs=4))
    assert found.relaxed == ("per_album",)


def test_a_cap_that_was_asked_for_never_gives_way() -> None:
    limits = Limits(songs=5, per_artist=1)
    found = choose(pool([100] * 6, artists=[1] * 6, albums=[1] * 6), limits, strict=["per_artist"])
    assert found.chosen == (0,)
    assert found.relaxed == ()


def test_songs_of_an_artist_asked_for_by_name_are_not_counted() -> None:
    found = choose(pool([100] * 6, artists=[1] * 6, albums=[1] * 6, free=[True] * 6), Limits(songs=6))
    assert len(found.chosen) == 6
    assert found.relaxed == ()


def test_seeds_stay_whatever_they_cost() -> None:
    candidates = pool([900, 900, 100, 100], artists=[1, 1, 1, 1], seeds=2, free=[True, True, False, False])
    assert choose(candidates, Limits(seconds=600)).chosen == (0, 1)
    assert set(choose(candidates, Limits(songs=1)).chosen) == {0, 1}


def test_nothing_to_choose_from_is_an_empty_list() -> None:
    assert choose(pool([]), Limits(seconds=600)).chosen == ()
    assert choose(pool([]), Limits(songs=3)).chosen == ()


pools = st.integers(0, 40).flatmap(
    lambda size: st.builds(
        pool,
        st.lists(st.floats(30, 900, width=32), min_size=size, max_size=size),
        artists=st.lists(st.integers(0, 6), min_size=size, max_size=size),
        albums=st.lists(st.integers(0, 12), min_size=size, max_size=size),
    )
)


@settings(max_examples=300, deadline=None)
@given(pools, st.floats(180, 7200), st.integers(1, 4), st.integers(1, 4))
def test_strict_caps_hold_and_no_song_comes_twice(
    candidates: Pool, length: float, per_artist: int, per_album: int
) -> None:
    limits = Limits(seconds=length, per_artist=per_artist, per_album=per_album)
    found = choose(candidates, limits, strict=["per_artist", "per_album"])
    chosen = list(found.chosen)
    assert len(set(chosen)) == len(chosen)
    assert found == choose(candidates, limits, strict=["per_artist", "per_album"])
    for group, cap in ((candidates.artist, per_artist), (candidates.album, per_album)):
        assert not chosen or np.bincount(group[chosen]).max() <= cap


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(120, 420, width=32), min_size=60, max_size=120), st.floats(1200, 7200))
def test_a_length_that_is_in_reach_is_met(durations: list[float], length: float) -> None:
    candidates = pool(durations)
    limits = Limits(seconds=length)
    if candidates.duration.sum() >= length:
        assert abs(seconds(candidates, choose(candidates, limits)) - length) <= limits.tolerance


@pytest.mark.parametrize(("minutes", "tolerance"), [(20, 60), (45, 60), (60, 72), (720, 864)])
def test_the_tolerance_is_a_minute_or_two_per_cent(minutes: float, tolerance: float) -> None:
    assert Limits(seconds=minutes * 60).tolerance == pytest.approx(tolerance)
