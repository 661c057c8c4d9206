"""What tags and years say of tracks: lists, phrases, fingerprints, decades."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proxy.playlists.evidence import Evidence, evidence_of
from proxy.playlists.lexicon import run
from tests.factories import Shop, track

ROWS = [
    track(0, genres=("Ambient",)),
    track(1, genres=("Dark Ambient", "Drone"), year=1971),
    track(2, genres=("Death Metal",), year=1994),
    track(3, genres=("Death Metal", "Grunge"), year=1992),
    track(4, genres=("Death Metal",), year=1985),
    track(5, genres=("Death Metal",)),
    track(6),
]


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return evidence_of(Shop(tmp_path, ROWS).index)


def test_a_tag_counts_whole_or_in_part_and_the_less_the_more_tags_there_are(evidence: Evidence) -> None:
    scores = evidence.tagged(["ambient"], part=0.7)
    np.testing.assert_allclose(scores, [1, 0.7 / np.sqrt(2), 0, 0, 0, 0, 0], rtol=1e-6)


def test_energy_is_high_for_metal_and_low_for_ambient(evidence: Evidence) -> None:
    assert evidence.energy[0] == -1
    assert evidence.energy[2] > 0
    assert evidence.energy[6] == 0


def test_a_phrase_is_a_tag_of_three_tracks_and_is_said_by_those_that_hold_it(evidence: Evidence) -> None:
    assert evidence.phrases == {run("death metal")}
    np.testing.assert_allclose(evidence.says(run("ambient")), [1, 0.7, 0, 0, 0, 0, 0], rtol=1e-6)


def test_fingerprints_are_unit_rows(evidence: Evidence) -> None:
    positions = np.array([3, 6, 0, 1])
    place, _, weight = evidence.fingerprints(positions)
    assert place.tolist() == [0, 0, 2, 3, 3]
    squares = np.bincount(place, weights=weight**2, minlength=4)
    np.testing.assert_allclose(squares, [1, 0, 1, 1], rtol=1e-5)


def test_what_is_like_a_track_shares_its_tags(evidence: Evidence) -> None:
    alike = evidence.likeness(np.array([2]))
    assert alike[2] == pytest.approx(1)
    assert 0 < alike[3] < 1
    assert alike[0] == alike[6] == 0
    assert not evidence.likeness(np.array([], dtype=np.int64)).any()


def test_a_known_year_is_certain_and_tags_guess_the_rest(evidence: Evidence) -> None:
    nineties = evidence.decade(1990)
    assert nineties[[2, 3, 4]].tolist() == [1, 1, 0]
    assert nineties[5] > nineties[0]
    assert nineties[5] < 1
    assert (evidence.decade(1990, learnt=False)[[0, 5, 6]] == 0).all()
