"""What makes one list better than another."""

from __future__ import annotations

import numpy as np
import pytest

from proxy.playlists.objective import (
    MILLION,
    Limits,
    places,
    spacing,
    tempo_distance,
    transitions,
    worth,
)
from tests.pools import pool

ALL = np.arange(4)


def test_a_song_weighs_by_its_length_where_a_length_is_wanted_and_else_like_any_other() -> None:
    candidates = pool([240, 120], relevance=[0.5, 0.5])
    assert worth(candidates, Limits(seconds=600)).tolist() == [MILLION // 2, MILLION // 4]
    assert worth(candidates, Limits(songs=2)).tolist() == [MILLION // 2, MILLION // 2]


@pytest.mark.parametrize(
    ("one", "other", "cost"),
    [(120, 120, 0), (60, 120, 0.25), (120, 60, 0.25), (120, 127, 0.163), (100, 141.42, 1), (60, 200, 1)],
)
def test_half_and_double_time_are_near(one: float, other: float, cost: float) -> None:
    assert float(tempo_distance(np.array(one), np.array(other))) == pytest.approx(cost, abs=0.01)


def test_a_step_in_loudness_costs_and_the_unknown_costs_the_average() -> None:
    cost = transitions(pool([200] * 4, loudness=[-20, -14, -8, np.nan]), ALL)
    assert cost[0, 1] < cost[0, 2]
    assert cost[0, 3] == pytest.approx((cost[0, 1] + cost[0, 2] + cost[1, 2]) / 3, abs=2)


def test_songs_that_sound_alike_are_good_neighbours() -> None:
    cost = transitions(pool([200] * 4, sound=[[1, 0], [0.8, 0.6], [0, 1], [1, 0]]), ALL)
    assert cost[0, 3] == 0 < cost[0, 1] < cost[0, 2]


def test_tags_tell_of_two_songs_only_where_not_both_were_heard() -> None:
    heard, unheard, tagged = [[1, 0], [0.8, 0.6]], [[0, 0], [0, 0]], [[1, 0], [0, 1], [1, 0], [0, 1]]
    cost = transitions(pool([200] * 4, sound=heard + unheard, tags=tagged), ALL)
    by_ear = transitions(pool([200] * 2, sound=heard), ALL[:2])
    by_tags = transitions(pool([200] * 4, tags=tagged), ALL)
    assert cost[0, 1] == by_ear[0, 1] < by_tags[0, 1]
    assert (cost[2:] == by_tags[2:]).all()


def test_where_nothing_is_known_all_neighbours_are_equal_but_those_of_one_artist() -> None:
    cost = transitions(pool([200] * 4, artist=[1, 2, 3, 1]), ALL)
    assert cost[0, 1] == cost[1, 2] == 0
    assert cost[0, 3] >= MILLION * 10


def test_an_artist_near_costs_more_than_an_album_near_and_both_add_up() -> None:
    near = spacing(pool([200] * 4, artist=[1, 1, 2, 1], album=[1, 2, 1, 1]), ALL)
    assert 0 == near[1, 2] < near[0, 2] < near[0, 1] < near[0, 3]
    assert (near.diagonal() == 0).all()


def test_a_place_costs_by_how_far_its_energy_is_off_and_nothing_where_none_is_wanted() -> None:
    energies = np.array([0.2, 0.9], dtype=np.float32)
    assert places(energies, np.array([0.2, 0.4], dtype=np.float32)).tolist() == [
        [0, 200_000],
        [700_000, 500_000],
    ]
    assert not places(energies, np.zeros(0, dtype=np.float32)).any()
