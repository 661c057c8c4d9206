"""The decade or genre whose turn it is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from proxy.library.index import Index
from proxy.recipes.picking import pick
from tests.factories import Shop
from tests.kitchens import songs


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Most is pop of one decade. Jazz and folk are enough for a list; soul is of one, punk two songs."""
    rows = [
        *songs(200, genres=("Pop",), year=1995),
        *(each for each in songs(230, genres=("Jazz",), year=1965)[200:]),
        *(each for each in songs(260, genres=("folk", "Pop"), year=1975)[230:]),
        *(each for each in songs(280, genres=("Soul",), artist="Only One", year=1985)[260:]),
        *(each for each in songs(282, genres=("Punk",), year=0)[280:]),
    ]
    return Shop(tmp_path_factory.mktemp("picking"), rows).index


def names(
    index: Index, what: str, *, seconds: float = 1800, owner: str = "ana", turns: int = 12
) -> list[str]:
    everything = np.ones(len(index), dtype=np.bool_)
    picked = [
        pick(what, index, everything, owner=owner, turn=turn, seconds=seconds)  # type: ignore[arg-type]
        for turn in range(turns)
    ]
    return [each.name if each else "" for each in picked]


def test_what_most_songs_are_and_what_is_too_little_is_left_out(index: Index) -> None:
    assert set(names(index, "genre")) == {"A week of Jazz", "A week of folk"}
    assert set(names(index, "decade")) == {"The 1960s", "The 1970s"}


def test_each_has_its_turn_before_one_comes_again(index: Index) -> None:
    found = names(index, "genre")
    assert all(one != other for one, other in pairwise(found))
    assert found == names(index, "genre")


def test_where_nothing_is_enough_nothing_is_picked(index: Index) -> None:
    assert set(names(index, "genre", seconds=9000)) == {""}


def test_the_tracks_are_those_of_what_was_picked_and_allowed(index: Index) -> None:
    allowed = np.arange(len(index)) % 30 != 0
    picked = pick("decade", index, allowed, owner="ana", turn=0, seconds=600)
    assert picked is not None
    first = int(picked.name.removeprefix("The ").removesuffix("s"))
    assert (picked.within == (allowed & (index.year // 10 * 10 == first))).all()
