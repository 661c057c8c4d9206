"""Small pools of candidates: what a test does not name is different for each song, or unknown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from proxy.playlists.objective import Pool


def pool(durations: Sequence[float], *, seeds: int = 0, **values: Sequence[float]) -> Pool:
    """Candidates of falling relevance; of the arrays, those that are named as the fields of Pool are set."""
    size = len(durations)
    arrays = {
        "relevance": np.linspace(1, 0.1, size, dtype=np.float32),
        "artist": np.arange(size),
        "album": np.arange(size),
        "song": np.arange(size),
        "free": np.zeros(size, dtype=np.bool_),
        "lately": np.zeros(size, dtype=np.bool_),
        "energy": np.full(size, 0.5, dtype=np.float32),
        "loudness": np.full(size, np.nan, dtype=np.float32),
        "tempo": np.full(size, np.nan, dtype=np.float32),
        "sound": np.zeros((size, 0), dtype=np.float32),
        "tags": np.zeros((size, 0), dtype=np.float32),
    }
    arrays |= {name: np.array(value, dtype=arrays[name].dtype) for name, value in values.items()}
    duration = np.array(durations, dtype=np.float32)
    return Pool(position=np.arange(size), duration=duration, seeds=seeds, **arrays)


@st.composite
def pools(draw: st.DrawFn, *, most: int = 40, whole: bool = False) -> Pool:
    """Pools of every shape: few artists, albums of several, recordings of one song, up to three seeds."""
    size = draw(st.integers(0, most))

    def column(values: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(values, min_size=size, max_size=size))

    return pool(
        column(st.integers(30, 900) if whole else st.floats(30, 900, width=32)),
        seeds=draw(st.integers(0, min(3, size))),
        artist=column(st.integers(0, 6)),
        album=column(st.integers(0, 12)),
        song=column(st.integers(0, 3 * most)),
        free=column(st.sampled_from([False, False, False, True])),
        lately=column(st.booleans()),
        energy=column(st.floats(0, 1, width=32)),
    )
