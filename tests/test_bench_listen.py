"""How the listening bench reckons: what a label's pieces are found by, and which files took longest."""

from __future__ import annotations

import numpy as np
import pytest

from bench.listen.labels import NEIGHBOURS, auc, same
from bench.listen.speed import together
from bench.listen.worker import Spent


@pytest.mark.parametrize(
    ("scores", "expected"),
    [((3, 2, 1, 0), 1.0), ((0, 1, 2, 3), 0.0), ((1, 1, 1, 1), 0.5), ((3, 0, 2, 1), 0.5)],
)
def test_auc_is_how_often_the_right_one_scores_higher(scores: tuple[int, ...], expected: float) -> None:
    right = np.array([True, True, False, False])
    assert auc(np.array(scores, dtype=np.float64), right) == expected


def test_neighbours_are_told_by_direction_and_are_never_the_piece_itself() -> None:
    count = NEIGHBOURS + 1
    directions = np.repeat(np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32), count, axis=0)
    rows = directions * np.arange(1, 2 * count + 1, dtype=np.float32)[:, None] ** 0.1
    packages = np.repeat(["a", "b"], count)
    assert same(rows, packages) == 1.0
    assert same(rows, np.arange(2 * count).astype(str)) == 0.0


def test_a_file_takes_what_both_stages_take_of_it() -> None:
    spent = [
        Spent(stage, file, ffmpeg, 0.5, 9.0)
        for file, ffmpeg in (("a", 1.0), ("b", 2.0))
        for stage in ("measure", "hear")
    ]
    assert together(spent) == {"a": 3.0, "b": 5.0}
