"""From logits to tags that may be shown, to ranks and to energy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.arrays import Floats
from proxy.sound import styles
from proxy.sound.styles import (
    CALM,
    FAST,
    MSD,
    MTT,
    SLOW,
    TAGS,
    UNPROVEN,
    WILD,
    answering,
    energy,
    shown,
    standing,
)

GOLDEN = json.loads((Path(__file__).parent / "data" / "musicnn" / "golden.json").read_text(encoding="utf-8"))


def library(tracks: int, seed: int = 1) -> Floats:
    """Logits as they are: most tags unlikely in most tracks."""
    chance = np.random.default_rng(seed)
    usual = chance.uniform(-9, -4, len(TAGS))
    return (usual + chance.standard_normal((tracks, len(TAGS)))).astype(np.float32)


def logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def column(tag: str, *, of: str = "MSD") -> int:
    return MSD.index(tag) if of == "MSD" else len(MSD) + MTT.index(tag)


def test_the_tags_are_those_of_the_networks_in_their_order() -> None:
    assert list(MSD) == GOLDEN["MSD"]["labels"]
    assert list(MTT) == GOLDEN["MTT"]["labels"]
    assert styles.joined(np.zeros((3, 50), np.float32), np.ones((3, 50), np.float32))[1, 49:51].tolist() == [
        0,
        1,
    ]


def test_names_in_the_tables_are_tags() -> None:
    assert {*WILD, *CALM} <= {*MSD}
    assert {*FAST, *SLOW} <= {*MTT}
    assert {*TAGS} >= UNPROVEN


def test_a_track_stands_out_where_it_is_unlike_its_library() -> None:
    logits = library(200)
    logits[7, column("jazz")] = logit(0.3)
    stands = standing(logits)
    assert stands[:, column("jazz")].argmax() == 7
    assert stands.mean(axis=0) == pytest.approx(np.zeros(100), abs=1e-9)
    assert stands.std(axis=0) == pytest.approx(np.ones(100), abs=1e-9)


def test_a_difference_among_the_improbable_counts_little() -> None:
    """One in a million is as good as one in a hundred million."""
    logits = library(200)
    jazz = column("jazz")
    logits[:, jazz] = logit(1e-8)
    logits[5, jazz], logits[6, jazz] = logit(1e-6), logit(0.05)
    stands = standing(logits)[:, jazz]
    assert stands[6] > 10
    assert abs(stands[5] - stands[4]) < 0.01


@pytest.mark.parametrize("tracks", [0, 1, 2])
def test_a_library_of_hardly_any_tracks_has_standings_too(tracks: int) -> None:
    stands = standing(library(tracks))
    assert np.isfinite(stands).all()
    assert answering(stands, ["rock"]).shape == energy(stands).shape == (tracks,)


def test_tracks_answer_by_the_sum_of_the_tags_asked_for() -> None:
    logits = library(200)
    logits[3, [column("violin", of="MTT"), column("cello", of="MTT")]] += 4
    logits[4, column("violin", of="MTT")] += 4
    stands = standing(logits)
    fit = answering(stands, ["Violin", "cello", "no such tag"])
    assert np.argsort(-fit)[:2].tolist() == [3, 4]
    assert fit == pytest.approx(answering(stands, ["violin"]) + answering(stands, ["cello"]))
    assert not answering(stands, ["no such tag"]).any()
    assert answering(stands, []).shape == (200,)


def test_a_tag_of_both_networks_counts_once() -> None:
    stands = standing(library(200))
    both = (stands[:, column("metal")] + stands[:, column("metal", of="MTT")]) / 2
    assert answering(stands, ["metal"]) == pytest.approx(both)


@pytest.mark.parametrize(
    ("tag", "likely", "usual", "seen"),
    [
        ("jazz", 0.30, 0.01, True),
        ("jazz", 0.11, 0.04, True),
        ("jazz", 0.09, 0.01, False),  # not likely
        ("jazz", 0.30, 0.20, False),  # no more than usual
        ("female vocalists", 0.60, 0.01, False),
        ("80s", 0.60, 0.01, False),
        ("sad", 0.60, 0.01, False),
    ],
)
def test_a_tag_is_shown_where_it_is_sure_and_unusual(
    tag: str, likely: float, usual: float, seen: bool
) -> None:
    logits = library(200)
    logits[:, column(tag)] = logit(usual)
    logits[9, column(tag)] = logit(likely)
    assert (tag in shown(logits)[9]) is seen
    assert tag not in shown(logits)[8]


def test_at_most_four_are_shown_the_surest_first_and_none_twice() -> None:
    logits = np.full((200, 100), logit(0.01), dtype=np.float32)
    sure = {"rock": 0.3, "blues": 0.2, "metal": 0.4, "punk": 0.5, "country": 0.25}
    for tag, likely in sure.items():
        logits[0, column(tag)] = logit(likely)
    logits[0, column("metal", of="MTT")] = logit(0.6)
    assert shown(logits)[0] == ("metal", "punk", "rock", "country")


def test_a_small_library_shows_nothing() -> None:
    logits = library(99)
    logits[0, column("jazz")] = logit(0.9)
    assert set(shown(logits)) == {()}
    assert shown(np.concatenate([logits, logits[1:2]]))[0]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ([column(tag) for tag in WILD], [column(tag) for tag in CALM]),
        ([column(tag, of="MTT") for tag in FAST], [column(tag, of="MTT") for tag in SLOW]),
    ],
    ids=["MSD", "MTT"],
)
def test_energy_rises_with_wild_tags_of_either_network_and_falls_with_calm_ones(
    more: list[int], less: list[int]
) -> None:
    logits = library(300)
    logits[11, more] += 5
    logits[12, less] += 5
    energies = energy(standing(logits))
    assert energies.argmax() == 11
    assert energies.argmin() == 12


@given(st.integers(2, 40), st.integers(0, 1000))
def test_half_precision_keeps_the_order(tracks: int, seed: int) -> None:
    """Logits are stored so."""
    logits = library(tracks, seed)
    kept = energy(standing(logits.astype(np.float16)))
    assert kept == pytest.approx(energy(standing(logits)), abs=0.05)
