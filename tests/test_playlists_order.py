"""In which order a list plays."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.playlists.order import arrange, repeats


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
    assert arrange(artists) == order


def test_seeds_stay_where_they_are() -> None:
    assert arrange([1, 1, 1, 2, 3], first=3) == [0, 1, 2, 3, 4]


@given(st.lists(st.integers(0, 5), max_size=30))
def test_where_it_can_be_it_is(artists: list[int]) -> None:
    order = arrange(artists)
    assert sorted(order) == list(range(len(artists)))
    most = max(Counter(artists).values(), default=0)
    least = max(2 * most - len(artists) - 1, 0)  # with so many songs by one artist no order does without
    assert repeats([artists[place] for place in order]) == least
