"""How energetic every track of a generation is."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from proxy.arrays import Floats
from proxy.library.index import Index
from proxy.playlists.energy import Energy, energy_of
from proxy.playlists.evidence import evidence_of


@lru_cache(maxsize=1)
def energies(index: Index) -> Energy:
    """As measured, else as the tags say. A tempo alone, which may be a tag, measures nothing."""
    analysed = np.isfinite(index.loudness) | np.isfinite(index.heard_energy)
    tempo = np.where(analysed, index.tempo, np.nan).astype(np.float32)
    return energy_of(index.loudness, tempo, index.heard_energy, evidence_of(index).energy)


@lru_cache(maxsize=1)
def wildness(index: Index) -> Floats:
    """The same from -1 (calm) to 1 (wild); 0 where nothing is known."""
    return 2 * energies(index).values - 1
