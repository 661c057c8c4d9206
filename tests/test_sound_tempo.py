"""Half and double time: the tag stands, unless what is heard says clearly that it is counted otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.sound.tempo import resolved


def felt(bpm: float, pace: float) -> float:
    return float(resolved(np.array([bpm], np.float32), np.array([pace], np.float32))[0])


@pytest.mark.parametrize(
    ("bpm", "pace", "expected"),
    [
        (120, 0.0, 120),
        (87, 1.5, 174),  # drum and bass, tagged in half time
        (174, 1.5, 174),
        (87, 0.0, 87),
        (150, -1.5, 75),  # a ballad, tagged in double time
        (75, -1.5, 75),
        (150, 0.0, 150),
        (40, 0.0, 80),
        (240, 0.0, 120),
        (87, np.nan, 87),
    ],
)
def test_the_tag_stands_unless_the_ear_is_sure(bpm: float, pace: float, expected: float) -> None:
    assert felt(bpm, pace) == expected


@pytest.mark.parametrize("bpm", [0.0, -1.0, np.nan])
def test_no_tag_is_no_tempo(bpm: float) -> None:
    assert np.isnan(felt(bpm, 0.0))


@given(bpm=st.floats(20, 400), pace=st.floats(-4, 4))
def test_it_is_the_tag_or_twice_or_half_of_it_and_stays_when_told_again(bpm: float, pace: float) -> None:
    found = felt(bpm, pace)
    assert any(np.isclose(found, factor * bpm, rtol=1e-5) for factor in (0.5, 1, 2))
    assert not found < felt(bpm, pace - 1)


def test_no_tracks_are_none() -> None:
    assert len(resolved(np.zeros(0, np.float32), np.zeros(0, np.float32))) == 0
