"""The measures of the bench, and that its data is what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality import asked, by_ear, constructed, cpcd, measures
from bench.quality.rankers import ours
from bench.quality.report import Figure
from bench.quality.shelf import NOW, Shelf
from proxy.playlists import Sources, vocabulary_of
from proxy.playlists.chance import drawn
from proxy.playlists.prompt.spelling import distance
from proxy.sound.styles import TAGS
from tests.factories import Shop
from tests.kitchens import songs


def test_precision_counts_empty_places_as_misses() -> None:
    assert measures.precision([1, 2, 3], frozenset([1, 3]), 10) == 0.2
    assert measures.precision([], frozenset([1]), 10) == 0
    assert measures.precision([9] + [1] * 30, frozenset([9]), 1) == 1


def test_ndcg_is_1_for_the_best_ranking_and_falls_with_the_place() -> None:
    relevant = frozenset([1, 2])
    assert measures.ndcg([1, 2, 3], relevant, 25) == 1
    assert measures.ndcg([3, 1, 2], relevant, 25) == pytest.approx((0.63093 + 0.5) / (1 + 0.63093), abs=1e-4)
    assert measures.ndcg([3], relevant, 25) == 0
    assert measures.ndcg([3], frozenset(), 25) == 0


def test_the_cap_leaves_three_of_an_artist_in_their_order() -> None:
    artist = np.array([0, 0, 0, 0, 1, 0])
    assert measures.capped([5, 4, 3, 2, 1, 0], artist) == [5, 4, 3, 2]


def test_an_interval_holds_the_mean_and_is_the_same_again() -> None:
    values = np.random.default_rng(1).random(50, dtype=np.float32)
    found = measures.bootstrap(values)
    assert found.low < found.mean < found.high
    assert measures.bootstrap(values) == found
    assert measures.bootstrap(np.ones(5, dtype=np.float32)).high == 1


def test_ours_are_the_candidates_that_a_list_is_made_from_drawn_where_nothing_tells_them_apart(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path, songs(100))
    sources, credit = Sources(shop.db, shop.embedders), np.arange(100)
    shelf = Shelf(shop.db, shop.index, credit, vocabulary_of(shop.index), sources, seconds=0)
    everything = np.ones(100, dtype=np.bool_)
    assert ours(shelf, "1 h").tolist() == drawn(everything, owner="", day=NOW.date()).tolist()
    jazz = [shop.index.tags.of(position) for position in ours(shelf, "jazz").tolist()]
    assert jazz
    assert all("jazz" in tags for tags in jazz)


def test_cpcd_is_whole() -> None:
    data = cpcd.read()
    assert len(data.tracks) == 8850
    assert len(data.conversations) == 50
    assert all(task.wanted for task in data.turns)


def test_a_constructed_library_is_the_same_again_and_loses_what_it_is_told_to() -> None:
    library = constructed.library(artists=1)
    assert library == constructed.library(artists=1)
    tags = sum(len(track.genres) for track in library.tracks)
    left = sum(len(track.genres) for track in constructed.losing_tags(library.tracks, 0.7))
    assert left / tags == pytest.approx(0.3, abs=0.05)
    assert all(track.year for track in library.tracks)
    assert not any(track.year for track in constructed.losing_years(library.tracks, 1.0))


def test_every_prompt_has_something_to_be_found() -> None:
    library = constructed.library(artists=1)
    for task in (*asked.of_tags(library), *asked.of_moods(library), *asked.of_decades(library)):
        assert task.wanted, task.prompt


@given(st.integers(), st.sampled_from([task for pair in asked.TWINS for task in pair]))
def test_a_slip_is_one_edit_in_long_words_and_never_in_the_first_letter(seed: int, prompt: str) -> None:
    slipped = asked.with_slips(prompt, seed=seed).split()
    for word, written in zip(prompt.split(), slipped, strict=True):
        assert distance(word, written) <= (1 if len(word) > asked.LONG else 0)
        assert word[0] == written[0]


@pytest.mark.parametrize(
    ("measured", "limit", "most", "verdict"),
    [
        (0.2, 0.1, False, "reached"),
        (0.2, 0.1, True, "missed"),
        (0.2, None, False, ""),
        (0.1, 0.1, True, "reached"),
    ],
)
def test_a_figure_is_held_against_its_limit(
    measured: float, limit: float | None, most: bool, verdict: str
) -> None:
    assert Figure(name="x", measured=measured, limit=limit, most=most).verdict == verdict


def test_what_is_drawn_for_the_ear_stands_above_the_rest_as_far_as_was_measured() -> None:
    library = constructed.library(artists=2)
    found = {sound.track_id: sound.styles for sound in by_ear.sounds(library)}
    jazz = TAGS.index("jazz")
    inside = np.array([found[t][jazz] for t, style in library.style.items() if "jazz" in style.tags])
    outside = np.array([found[t][jazz] for t, style in library.style.items() if "jazz" not in style.tags])
    assert (inside[:, None] > outside).mean() == pytest.approx(0.95, abs=0.03)


def test_an_artists_tags_are_hidden_together() -> None:
    library = constructed.library(artists=4)
    left = by_ear.hiding_tags(library.tracks, 0.5)
    bare = {track.artist for track in left if not track.genres}
    assert not bare & {track.artist for track in left if track.genres}
    assert len(bare) / len({track.artist for track in left}) == pytest.approx(0.5, abs=0.1)
