"""From logits to ranks, to tags that may be stated and to energy."""

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
    energy,
    heard_as,
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
    assert heard_as("rock", library(tracks).T).standing.shape == energy(stands).shape == (tracks,)


def test_a_tag_is_answered_by_its_standing_in_whatever_case() -> None:
    logits = library(200)
    logits[3, column("violin", of="MTT")] = logit(0.4)
    violin = heard_as("Violin", logits.T)
    assert violin.standing.argmax() == violin.likely.argmax() == 3
    assert violin.likely[3] == pytest.approx(0.4)
    assert violin.standing == pytest.approx(standing(logits)[:, column("violin", of="MTT")])


def test_a_tag_of_both_networks_counts_once() -> None:
    logits = library(200)
    logits[3, column("metal", of="MTT")] = logit(0.4)
    stands, metal = standing(logits), heard_as("metal", logits.T)
    both = (stands[:, column("metal")] + stands[:, column("metal", of="MTT")]) / 2
    assert metal.standing == pytest.approx(both)
    assert metal.likely[3] == pytest.approx(0.4)


def test_what_is_no_tag_is_answered_by_nobody() -> None:
    none = heard_as("no such tag", library(200).T)
    assert not none.standing.any()
    assert not none.stated.any()
    assert len(none.standing) == 200


@pytest.mark.parametrize(
    ("tag", "likely", "usual", "is_stated"),
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
def test_a_tag_is_stated_where_it_is_sure_and_unusual(
    tag: str, likely: float, usual: float, is_stated: bool
) -> None:
    logits = library(200)
    logits[:, column(tag)] = logit(usual)
    logits[9, column(tag)] = logit(likely)
    assert np.flatnonzero(heard_as(tag, logits.T).stated).tolist() == ([9] if is_stated else [])


def test_of_a_small_library_nothing_is_stated() -> None:
    logits = library(99)
    logits[0, column("jazz")] = logit(0.9)
    assert not heard_as("jazz", logits.T).stated.any()
    assert heard_as("jazz", np.concatenate([logits, logits[1:2]]).T).stated[0]


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
