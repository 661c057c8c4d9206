"""What the first candidates have in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proxy.playlists import feedback
from proxy.playlists.evidence import evidence_of
from proxy.playlists.feedback import Model
from tests.factories import Shop, track

ROWS = [
    track(0, genres=("Jazz", "Cool Jazz")),
    track(1, genres=("Jazz", "Cool Jazz")),
    track(2, genres=("Jazz",)),
    track(3, genres=("Metal",)),
    track(4),
]


def test_the_first_are_by_distinct_artists_and_weigh_less_and_less() -> None:
    artist = np.array([7, 7, 8, 9, 8])
    model = feedback.first(np.array([4, 1, 0, 2, 3]), artist)
    assert model.positions.tolist() == [4, 1, 3]
    assert model.weights.sum() == pytest.approx(1)
    assert (np.diff(model.weights) < 0).all()


def test_ten_are_enough() -> None:
    assert len(feedback.first(np.arange(50), np.arange(50)).positions) == feedback.FIRST


def test_tags_that_agree_say_more_than_tags_that_do_not(tmp_path: Path) -> None:
    evidence = evidence_of(Shop(tmp_path, ROWS).index)
    everyone = np.arange(5)

    def alike(*firsts: int) -> list[float]:
        weights = np.full(len(firsts), 1 / len(firsts), dtype=np.float32)
        return [float(x) for x in feedback.by_tags(Model(np.array(firsts), weights), everyone, evidence)]

    agreeing, mixed = alike(0, 1), alike(0, 3)
    assert agreeing[0] == agreeing[1] == pytest.approx(1)
    assert 0 < agreeing[2] < 1
    assert agreeing[3] == agreeing[4] == 0
    assert max(mixed) < max(agreeing)
    assert alike(4) == [0] * 5
