"""The order of the day: what chance decides is the same for one owner all day long, on every machine."""

from __future__ import annotations

import random
from datetime import date

import numpy as np

from proxy.arrays import Ints, Mask
from proxy.playlists.candidates import Candidates
from proxy.playlists.query import Query

MOST_DRAWN = 2000  # to choose a list from


def drawn(allowed: Mask, *, owner: str, day: date) -> Ints:
    """At most MOST_DRAWN of the tracks allowed, shuffled."""
    chance = random.Random(f"{owner}\n{day.isoformat()}")
    hat = np.flatnonzero(allowed).tolist()
    return np.array(chance.sample(hat, min(MOST_DRAWN, len(hat))), dtype=np.int64)


def where_equal(found: Candidates, query: Query, allowed: Mask, *, owner: str, day: date) -> Candidates:
    """The candidates; where nothing tells one from another ("my favourites, 1 h"), those that are drawn."""
    if query.words or found.parts.hit().any():
        return found
    positions = drawn(allowed, owner=owner, day=day)
    falling = np.linspace(1, 0, len(positions), dtype=np.float32)
    return Candidates(positions, falling, np.zeros(len(positions), dtype=np.float32), found.parts)
