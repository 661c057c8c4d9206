"""In which order a list plays."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.arrays import Ints
from proxy.playlists.moves import Costs, Window, exchange, settle
from proxy.playlists.objective import Limits, Pool
from proxy.playlists.order import apart, arrange, cheapest, repeats
from proxy.playlists.wish import CURVES
from tests.pools import pool, pools

NO_WISH = Limits(songs=9)


def costs_by_chance(size: int, seed: int) -> Costs:
    chance = np.random.default_rng(seed)
    neighbours, near = (chance.integers(0, 1000, (size, size)) for _ in range(2))
    for pair in (neighbours, near):
        pair += pair.T
        np.fill_diagonal(pair, 0)
    return Costs.of(chance.integers(0, 1000, (size, size)), neighbours, near)


@pytest.mark.parametrize(
    ("artists", "order"),
    [
        ([], []),
        ([1, 2, 3], [0, 1, 2]),
        ([1, 1, 2], [0, 2, 1]),
        ([1, 1, 2, 3], [0, 2, 1, 3]),
        ([1, 2, 3, 3, 3], [2, 0, 3, 1, 4]),
    ],
)
def test_an_artist_does_not_come_twice_in_a_row(artists: list[int], order: list[int]) -> None:
    assert apart(artists) == order


def test_seeds_stay_where_they_are() -> None:
    assert apart([1, 1, 1, 2, 3], first=3) == [0, 1, 2, 3, 4]
    candidates = pool([200] * 6, seeds=3, energy=[0.9, 0.1, 0.9, 0.1, 0.5, 0.3])
    assert arrange(candidates, range(6), Limits(songs=6, curve="build")).places[:3] == (0, 1, 2)


@given(st.lists(st.integers(0, 5), max_size=30))
def test_where_it_can_be_it_is(artists: list[int]) -> None:
    order = apart(artists)
    assert sorted(order) == list(range(len(artists)))
    assert repeats([artists[place] for place in order]) == least_repeats(artists)


def least_repeats(artists: list[int]) -> int:
    """With so many songs by one artist no order does without."""
    most = max(Counter(artists).values(), default=0)
    return max(2 * most - len(artists) - 1, 0)


def test_where_nothing_speaks_for_another_order_the_most_relevant_come_first() -> None:
    assert arrange(pool([200] * 9), range(9), NO_WISH).places == tuple(range(9))


@pytest.mark.parametrize("curve", ["build", "wind down", "peak"])
def test_energy_goes_as_the_curve_does(curve: str) -> None:
    energies = np.random.default_rng(5).permutation(np.linspace(0.1, 0.9, 24))
    candidates = pool([200] * 24, energy=energies.tolist())
    found = arrange(candidates, range(24), Limits(songs=24, curve=curve, level=0.5))
    assert np.abs(candidates.energy[list(found.places)] - found.wanted).mean() < 0.1


def test_tempo_and_loudness_go_in_small_steps() -> None:
    tempo = [90, 140, 92, 143, 94, 146, 96, 149]
    found = arrange(pool([200] * 8, tempo=tempo), range(8), NO_WISH)
    assert [tempo[place] < 100 for place in found.places] in (
        [True] * 4 + [False] * 4,
        [False] * 4 + [True] * 4,
    )


def test_an_artist_with_two_songs_has_them_far_apart() -> None:
    found = arrange(pool([200] * 8, artist=[1, 1, 2, 3, 4, 5, 6, 7]), range(8), NO_WISH)
    assert abs(found.places.index(0) - found.places.index(1)) > 3
    assert found.spacing == 0


def test_what_an_order_costs_is_told_by_part() -> None:
    candidates = pool([200] * 3, energy=[0.2, 0.2, 0.2], artist=[1, 2, 1], loudness=[-20, -8, -20])
    found = arrange(candidates, range(3), Limits(songs=3, curve="steady", level=0.5))
    assert found.places == (0, 1, 2)
    assert found.energy == pytest.approx(0.9)
    assert found.transitions == pytest.approx(0.3)
    assert found.spacing == pytest.approx(0.15)


def test_what_comes_late_is_a_whole_order_and_says_so() -> None:
    candidates = pool([200] * 40, tempo=[90 + n * 37 % 60 for n in range(40)])
    found = arrange(candidates, range(40), NO_WISH, late=lambda: True)
    assert found.timed_out
    assert sorted(found.places) == list(range(40))
    assert not arrange(candidates, range(40), NO_WISH).timed_out


@pytest.mark.parametrize("seed", range(20))
def test_orders_of_seven_songs_are_the_cheapest_there_are_or_nearly(seed: int) -> None:
    costs = costs_by_chance(7, seed)
    best = min(costs.total(np.array(order)) for order in permutations(range(7)))
    assert costs.total(cheapest(costs, list(range(7)), first=0)) <= 1.03 * best


@pytest.mark.parametrize(("start", "stop"), [(0, 6), (4, 12), (9, 20), (16, 20)])
def test_a_settled_window_is_cheaper_and_leaves_the_rest_alone(start: int, stop: int) -> None:
    costs = costs_by_chance(20, start)
    order: Ints = np.arange(20)
    assert settle(costs, order, Window(start, stop, max(start - 3, 0), min(stop + 3, 20)))
    assert order[:start].tolist() == list(range(start))
    assert order[stop:].tolist() == list(range(stop, 20))
    assert sorted(order[start:stop].tolist()) == list(range(start, stop))
    assert costs.total(order) < costs.total(np.arange(20))
    assert not settle(costs, order, Window(start, stop, max(start - 3, 0), min(stop + 3, 20)))


@settings(max_examples=200)
@given(st.integers(2, 40), st.integers(0, 1000), st.integers(0, 5))
def test_exchanges_only_ever_make_an_order_cheaper_and_leave_none_that_would(
    size: int, seed: int, first: int
) -> None:
    costs, order = costs_by_chance(size, seed), np.arange(size)
    total = costs.total(order)
    while exchange(costs, order, first):
        assert costs.total(order) < total
        total = costs.total(order)
    assert order[:first].tolist() == list(range(min(first, size)))
    for one in range(first, size):
        for other in range(one + 1, size):
            turned = order.copy()
            turned[[one, other]] = turned[[other, one]]
            assert costs.total(turned) >= total


@settings(max_examples=700)
@given(pools(most=30), st.sampled_from(["", *CURVES]), st.none() | st.floats(0, 1))
def test_every_song_comes_once_seeds_first_artists_apart_and_twice_is_the_same(
    candidates: Pool, curve: str, level: float | None
) -> None:
    limits = Limits(songs=len(candidates), curve=curve, level=level)
    found = arrange(candidates, range(len(candidates)), limits)
    assert sorted(found.places) == list(range(len(candidates)))
    assert found.places[: candidates.seeds] == tuple(range(candidates.seeds))
    again = arrange(candidates, range(len(candidates)), limits)
    assert (found.places, found.energy, found.transitions) == (again.places, again.energy, again.transitions)
    if not candidates.seeds:
        artists = candidates.artist.tolist()
        assert repeats([artists[place] for place in found.places]) == least_repeats(artists)
