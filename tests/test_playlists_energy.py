"""How energetic a track is, and which energy is wanted where."""

from __future__ import annotations

import numpy as np
import pytest

from proxy.arrays import Floats
from proxy.playlists.energy import energy_of, percentiles, wanted
from proxy.playlists.wish import CURVES

NOTHING = np.full(4, np.nan, dtype=np.float32)
SILENT = np.zeros(4, dtype=np.float32)


def floats(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def test_the_loudest_and_fastest_of_a_library_has_the_most_energy() -> None:
    found = energy_of(floats(-20, -15, -10, -5), floats(70, 90, 120, 170), NOTHING, SILENT)
    assert found.values.tolist() == [0.125, 0.375, 0.625, 0.875]
    assert found.measured.all()


def test_what_a_track_sounds_like_outweighs_its_loudness() -> None:
    found = energy_of(floats(-5, -20, -15, -10), NOTHING, floats(0, 3, 2, 1), SILENT)
    assert found.values[1] > found.values[0]


def test_words_are_an_estimate_and_say_nothing_where_it_was_measured() -> None:
    found = energy_of(floats(-9, -9, np.nan, np.nan), NOTHING, NOTHING, floats(1, -1, 0.5, -1))
    assert found.values.tolist() == [0.5, 0.5, 0.75, 0.0]
    assert found.measured.tolist() == [True, True, False, False]
    assert found.estimated.tolist() == [False, False, True, True]


def test_where_nothing_is_known_energy_is_the_middle_and_neither_measured_nor_estimated() -> None:
    found = energy_of(NOTHING, NOTHING, NOTHING, SILENT)
    assert found.values.tolist() == [0.5] * 4
    assert not found.measured.any()
    assert not found.estimated.any()


def test_equals_share_a_percentile_and_the_unknown_have_none() -> None:
    assert percentiles(floats(2, 1, 2, 3)).tolist() == [0.5, 0.125, 0.5, 0.875]
    assert np.isnan(percentiles(NOTHING)).all()


def test_without_a_wish_for_energy_none_is_wanted() -> None:
    assert len(wanted("", None, 12, floats(0.1, 0.9))) == 0


@pytest.mark.parametrize("curve", ["", *CURVES])
def test_a_curve_stays_on_the_scale_and_has_a_value_for_each_place(curve: str) -> None:
    for level in (0.0, 0.5, 1.0):
        found = wanted(curve, level, 24, floats())
        assert len(found) == 24
        assert found.min() >= 0
        assert found.max() <= 1


@pytest.mark.parametrize(
    ("curve", "rises"),
    [("steady", "-" * 8), ("build", "+" * 8), ("wind down", "v" * 8), ("peak", "+++++vvv")],
)
def test_each_curve_goes_its_way(curve: str, rises: str) -> None:
    steps = np.diff(wanted(curve, 0.5, 9, floats()))
    assert "".join("+" if step > 0.01 else "v" if step < -0.01 else "-" for step in steps) == rises


@pytest.mark.parametrize(("songs", "waves"), [(6, 2), (16, 2), (48, 6)])
def test_waves_come_about_every_eight_songs(songs: int, waves: int) -> None:
    found = wanted("waves", 0.5, songs, floats())
    crossings = int((np.diff(np.sign(found - 0.5)) > 0).sum())
    assert crossings == waves


def test_without_a_level_a_curve_spans_what_the_candidates_have_less_their_outer_tenths() -> None:
    there = np.linspace(0.2, 0.4, 11, dtype=np.float32)
    found = wanted("build", None, 100, there)
    assert found.min() == pytest.approx(0.22, abs=0.01)
    assert found.max() == pytest.approx(0.38, abs=0.01)
    assert wanted("steady", None, 3, there).tolist() == pytest.approx([0.3] * 3)
