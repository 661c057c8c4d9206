"""How much alike tracks are: calibrated, and by whatever is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.library.index import Index
from proxy.library.sonic import DIMENSION
from proxy.library.sounds import Sound
from proxy.playlists.likeness import Likeness, Scale, likeness_of
from tests.factories import Shop, sound, track

WORDS = ("rain", "sun", "road", "night", "blue", "fire", "sea")
ROWS = [
    track(n, title=f"{WORDS[n % 7]} {WORDS[n * n % 5]}", genres=(f"G{n % 4}", f"H{n % 9}")) for n in range(80)
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Shop(tmp_path_factory.mktemp("shop"), ROWS).index


def sounds(numbers: Sequence[int], *, kinds: int) -> list[Sound]:
    """Of a kind are those whose numbers leave the same remainder."""
    chance = np.random.default_rng(5)
    of_kind = chance.standard_normal((kinds, DIMENSION))
    return [sound(n, 2 + of_kind[n % kinds] + 0.3 * chance.standard_normal(DIMENSION)) for n in numbers]


@pytest.fixture(scope="module")
def half_heard(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Shop(tmp_path_factory.mktemp("heard"), ROWS, heard=sounds(range(0, 80, 2), kinds=5)).index


def everyone(index: Index) -> np.ndarray:  # type: ignore[type-arg]
    return np.arange(len(index))


@pytest.mark.parametrize("model", ["words", ""])
def test_the_same_is_1_and_the_median_pair_half(index: Index, model: str) -> None:
    square = likeness_of(index, model).between(everyone(index))
    pairs = square[np.triu_indices(len(square), 1)]
    assert (np.diagonal(square) == 1).all()
    assert np.median(pairs) == pytest.approx(0.5, abs=0.02)
    assert pairs.min() >= 0
    assert pairs.max() <= 1


def test_one_against_all_is_a_row_of_the_square(index: Index) -> None:
    likeness = likeness_of(index, "words")
    row = likeness.to(np.array([7]))
    np.testing.assert_allclose(row, likeness.between(everyone(index))[7], atol=0.01)


def test_those_that_share_more_are_more_alike(index: Index) -> None:
    likeness = likeness_of(index, "words").to(np.array([0]))
    assert likeness[36] > likeness[4] > likeness[1]  # both genres, one, none


def test_a_track_that_nothing_is_known_of_is_like_any_other(tmp_path: Path) -> None:
    rows = [*(track(n, genres=(f"G{n % 3}",)) for n in range(12)), track(12, artist="", album="", title="")]
    bare = Shop(tmp_path, rows, embedders=()).index
    likeness = likeness_of(bare, "").to(np.array([0]))
    assert likeness[12] == pytest.approx(0.5, abs=0.05)
    assert likeness[3] > likeness[12]


def test_an_empty_library_and_one_of_one_have_a_likeness(tmp_path: Path) -> None:
    assert Likeness([], 0).to(np.array([], dtype=np.int64)).tolist() == []
    one = Shop(tmp_path, [track(0)], embedders=()).index
    assert likeness_of(one, "").between(np.array([0])).tolist() == [[1]]


@pytest.mark.parametrize("model", ["words", ""])
def test_hearing_half_of_a_library_leaves_the_median_pair_at_half(half_heard: Index, model: str) -> None:
    square = likeness_of(half_heard, model).between(everyone(half_heard))
    assert np.median(square[np.triu_indices(len(square), 1)]) == pytest.approx(0.5, abs=0.02)


def test_what_sounds_alike_is_more_alike_than_what_shares_tags(half_heard: Index) -> None:
    alike = likeness_of(half_heard, "words").to(np.array([0]))
    assert alike[10] > alike[36]  # the kind of sound; both genres
    assert alike[20] > alike[4]  # the kind of sound and a genre; that genre alone


def test_of_what_was_not_heard_words_tell(index: Index, half_heard: Index) -> None:
    heard, unheard = (likeness_of(each, "words").to(np.array([1])) for each in (half_heard, index))
    np.testing.assert_array_equal(heard.argsort()[-20:], unheard.argsort()[-20:])


def test_sounds_alone_are_enough(tmp_path: Path) -> None:
    bare = [track(n, artist="", album="", title="") for n in range(40)]
    index = Shop(tmp_path, bare, embedders=(), heard=sounds(range(40), kinds=5)).index
    alike = likeness_of(index, "").to(np.array([0]))
    assert sorted(alike.argsort()[-8:].tolist()) == [0, 5, 10, 15, 20, 25, 30, 35]


@given(st.lists(st.floats(-1, 1, width=32), max_size=40))
def test_a_scale_rises_from_0_to_1_and_has_the_median_in_its_middle(values: list[float]) -> None:
    pairs = np.array(values, dtype=np.float32)
    scaled = Scale.of(pairs)(np.sort(np.append(pairs, 1).astype(np.float32)))
    assert scaled[-1] == 1
    assert (np.diff(scaled) >= 0).all()
    if len(pairs) > 0 and np.median(pairs) < 0.99:
        middle = Scale.of(pairs)(np.array([np.median(pairs)], dtype=np.float32))
        assert middle[0] == pytest.approx(0.5, abs=0.01)
