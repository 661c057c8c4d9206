"""Which candidates become the list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.arrays import Ints
from proxy.playlists.choose import Choice, choose
from proxy.playlists.objective import Limits, Pool
from proxy.playlists.wish import CURVES
from tests.pools import pool, pools


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
    found = choose(pool([100] * 10, artist=[1] * 6 + [2, 3, 4, 5]), Limits(songs=6))
    assert found.chosen == (0, 1, 2, 6, 7, 8)
    assert found.relaxed == ()


def test_a_cap_gives_way_where_the_length_is_out_of_reach_with_it_and_that_is_told() -> None:
    found = choose(pool([100] * 6, artist=[1] * 6, album=[1] * 6), Limits(songs=5))
    assert len(found.chosen) == 5
    assert found.relaxed == ("per_album", "per_artist")


def test_of_one_album_the_best_songs_come_rather_than_its_longest_two() -> None:
    candidates = pool([200] * 8 + [600] * 2, relevance=[0.9] * 8 + [0.1] * 2, album=[1] * 10)
    found = choose(candidates, Limits(seconds=1200))
    assert found.chosen == (0, 1, 2, 3, 4, 5)
    assert found.relaxed == ("per_album",)


def test_the_album_gives_way_first() -> None:
    found = choose(pool([100] * 4, artist=[1, 1, 2, 2], album=[1] * 4), Limits(songs=4))
    assert found.relaxed == ("per_album",)


def test_a_cap_that_was_asked_for_never_gives_way() -> None:
    limits = Limits(songs=5, per_artist=1)
    found = choose(pool([100] * 6, artist=[1] * 6, album=[1] * 6), limits, strict=["per_artist"])
    assert found.chosen == (0,)
    assert found.relaxed == ()


def test_songs_of_an_artist_asked_for_by_name_are_not_counted() -> None:
    found = choose(pool([100] * 6, artist=[1] * 6, album=[1] * 6, free=[True] * 6), Limits(songs=6))
    assert len(found.chosen) == 6
    assert found.relaxed == ()


def test_seeds_stay_whatever_they_cost() -> None:
    candidates = pool([900, 900, 100, 100], artist=[1, 1, 1, 1], seeds=2, free=[True, True, False, False])
    assert choose(candidates, Limits(seconds=600)).chosen == (0, 1)
    assert set(choose(candidates, Limits(songs=1)).chosen) == {0, 1}


def test_nothing_to_choose_from_is_an_empty_list() -> None:
    assert choose(pool([]), Limits(seconds=600)).chosen == ()
    assert choose(pool([]), Limits(songs=3)).chosen == ()


wishes = st.builds(
    Limits,
    seconds=st.floats(180, 7200),
    per_artist=st.integers(1, 4),
    per_album=st.integers(1, 4),
    curve=st.sampled_from(["", *CURVES]),
    level=st.none() | st.floats(0, 1),
) | st.builds(
    Limits,
    songs=st.integers(1, 30),
    per_artist=st.none() | st.integers(1, 4),
    per_album=st.none() | st.integers(1, 4),
    curve=st.sampled_from(["", *CURVES]),
)


@settings(max_examples=600)
@given(pools(most=30), wishes)
def test_strict_caps_hold_no_song_comes_twice_seeds_stay_and_twice_is_the_same(
    candidates: Pool, limits: Limits
) -> None:
    found = choose(candidates, limits, strict=["per_artist", "per_album"])
    assert found == choose(candidates, limits, strict=["per_artist", "per_album"])
    assert found.relaxed == ()
    more = list(found.chosen[candidates.seeds :])
    assert list(found.chosen[: candidates.seeds]) == list(range(candidates.seeds))
    seeds, counted = list(range(candidates.seeds)), [place for place in more if not candidates.free[place]]
    assert len({*candidates.song[more].tolist()} - {*candidates.song[seeds].tolist()}) == len(more)
    for group, cap in ((candidates.artist, limits.per_artist), (candidates.album, limits.per_album)):
        for number in set(group[counted].tolist()) if cap else ():
            given_already = int((group[seeds] == number).sum())
            assert int((group[counted] == number).sum()) <= max(cap - given_already, 0)


@settings(max_examples=300)
@given(pools(most=12, whole=True), st.integers(180, 2400), st.integers(1, 3), st.integers(1, 3))
def test_a_length_is_missed_only_where_no_list_meets_it(
    candidates: Pool, length: int, per_artist: int, per_album: int
) -> None:
    limits = Limits(seconds=length, per_artist=per_artist, per_album=per_album)
    found = choose(candidates, limits, strict=["per_artist", "per_album"])
    assert found.decided
    assert found.inside == (abs(seconds(candidates, found) - length) <= limits.tolerance)
    assert found.inside == any(
        abs(total - length) <= limits.tolerance for total in every_length(candidates, limits)
    )


def every_length(candidates: Pool, limits: Limits) -> set[int]:
    """The lengths of all lists that keep the caps, one by one."""
    seeds = list(range(candidates.seeds))
    caps = ((candidates.artist, limits.per_artist), (candidates.album, limits.per_album))
    lists: list[list[int]] = [seeds]
    known = set(candidates.song[seeds].tolist())
    for place in range(candidates.seeds, len(candidates)):
        if int(candidates.song[place]) not in known:
            known.add(int(candidates.song[place]))
            lists += [[*taken, place] for taken in lists if has_room(candidates, taken, place, caps)]
    return {int(candidates.duration[taken].sum()) for taken in lists}


def has_room(candidates: Pool, taken: list[int], place: int, caps: Sequence[tuple[Ints, int | None]]) -> bool:
    counted = [p for p in taken if p < candidates.seeds or not candidates.free[p]]
    return bool(candidates.free[place]) or all(
        cap is None or np.count_nonzero(group[counted] == group[place]) < cap for group, cap in caps
    )


@settings(max_examples=200)
@given(st.lists(st.floats(120, 420, width=32), min_size=60, max_size=120), st.floats(1200, 7200))
def test_a_length_that_is_in_reach_is_met(durations: list[float], length: float) -> None:
    candidates = pool(durations)
    limits = Limits(seconds=length)
    if candidates.duration.sum() >= length:
        assert abs(seconds(candidates, choose(candidates, limits)) - length) <= limits.tolerance


@pytest.mark.parametrize(("minutes", "tolerance"), [(20, 60), (45, 60), (60, 72), (720, 864)])
def test_the_tolerance_is_a_minute_or_two_per_cent(minutes: float, tolerance: float) -> None:
    assert Limits(seconds=minutes * 60).tolerance == pytest.approx(tolerance)


def test_a_plain_sum_would_prefer_short_songs_and_ours_does_not() -> None:
    candidates = pool([300, 300, 300, 100, 100, 100, 100, 100, 100], relevance=[1] * 3 + [0.8] * 6)
    assert choose(candidates, Limits(seconds=600)).chosen == (0, 1)


def test_the_first_recording_of_a_song_in_the_pool_is_the_one_that_comes() -> None:
    found = choose(pool([200] * 6, song=[1, 1, 1, 2, 2, 3]), Limits(songs=3))
    assert found.chosen == (0, 3, 5)


def test_a_recording_of_a_seed_does_not_come_again() -> None:
    found = choose(pool([200] * 4, song=[1, 1, 2, 3], seeds=1), Limits(songs=3))
    assert found.chosen == (0, 2, 3)


def test_what_was_served_lately_comes_where_it_is_much_more_relevant() -> None:
    relevance = [1, 0.7, 0.6, 0.1]
    late = [True, True, False, False]
    assert choose(pool([200] * 4, relevance=relevance, lately=late), Limits(songs=2)).chosen == (0, 2)


def test_an_energy_that_was_asked_for_outweighs_some_relevance() -> None:
    candidates = pool([200] * 6, energy=[0.1, 0.9, 0.1, 0.9, 0.1, 0.9])
    assert choose(candidates, Limits(songs=2, curve="steady", level=0.9)).chosen == (1, 3)


@pytest.mark.parametrize("curve", ["build", "wind down", "peak", "waves"])
def test_a_curve_gets_songs_for_all_of_its_range(curve: str) -> None:
    energies = [0.5] * 30 + np.linspace(0, 1, 30).tolist()
    candidates = pool([200] * 60, energy=energies, relevance=[0.9] * 60)
    found = candidates.energy[list(choose(candidates, Limits(songs=10, curve=curve, level=0.5)).chosen)]
    assert found.min() < 0.3
    assert found.max() > 0.7


def test_a_cap_gives_way_no_further_than_it_must() -> None:
    candidates = pool([100] * 30, artist=[1] * 20 + list(range(10, 20)), album=[1] * 20 + list(range(10, 20)))
    found = choose(candidates, Limits(songs=14, per_artist=4, per_album=2))
    assert found.relaxed == ("per_album",)
    assert sum(place < 20 for place in found.chosen) == 4


def test_two_albums_of_several_artists_are_held_to_their_caps_while_a_length_is_sought() -> None:
    candidates = pool([310, 290, 305, 295, 120], artist=[1, 2, 3, 4, 5], album=[1, 1, 2, 2, 2])
    found = choose(candidates, Limits(seconds=720, per_album=1), strict=["per_album"])
    assert not found.inside
    assert found.decided
    assert choose(candidates, Limits(seconds=715, per_album=2), strict=["per_album"]).inside


def test_where_no_list_meets_the_length_the_nearest_comes() -> None:
    found = choose(pool([500, 420, 800]), Limits(seconds=300))
    assert (found.chosen, found.inside, found.decided) == ((1,), False, True)


def test_what_comes_late_is_the_best_so_far_and_says_so() -> None:
    candidates = pool([200 + n for n in range(50)])
    found = choose(candidates, Limits(seconds=1800), late=lambda: True)
    assert found.timed_out
    assert found.chosen
    assert not choose(candidates, Limits(seconds=1800)).timed_out


@pytest.mark.parametrize("minutes", [3, 20, 75, 240, 720])
def test_lengths_from_three_minutes_to_twelve_hours_are_met(minutes: int) -> None:
    chance = np.random.default_rng(minutes)
    candidates = pool(chance.integers(60, 420, 600).tolist(), artist=chance.integers(0, 150, 600).tolist())
    limits = Limits(seconds=minutes * 60)
    assert abs(seconds(candidates, choose(candidates, limits)) - minutes * 60) <= limits.tolerance


def test_a_count_that_only_one_combination_of_artists_and_albums_allows_is_found() -> None:
    candidates = pool([200] * 6, artist=[1, 1, 2, 2, 3, 3], album=[1, 2, 2, 3, 3, 1])
    found = choose(candidates, Limits(songs=3, per_artist=1, per_album=1), strict=["per_artist", "per_album"])
    assert found.inside
    assert found.chosen in ((0, 2, 4), (1, 3, 5))


def test_a_length_that_no_exchange_of_two_songs_reaches_is_met_all_the_same() -> None:
    found = choose(pool([900, 900, 900, 340, 340, 340]), Limits(seconds=1020))
    assert (found.chosen, found.inside) == ((3, 4, 5), True)


def test_where_a_count_and_a_length_are_asked_for_the_count_holds_and_the_length_is_approached() -> None:
    candidates = pool([600] * 6 + [300] * 6)
    found = choose(candidates, Limits(songs=4, seconds=1200))
    assert len(found.chosen) == 4
    assert seconds(candidates, found) == 1200
