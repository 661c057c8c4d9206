"""Who is credited with which tracks, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct

from proxy.arrays import Ints


class Credits(Struct, frozen=True, eq=False):
    """Which track is credited to whom, as pairs of positions; `number` of an artist's folded name.

    `tracks` counts those of each number.
    """

    track: Ints
    artist: Ints
    tracks: Ints
    number: dict[str, int]


def credits_of(credited: Sequence[Sequence[str]]) -> Credits:
    """Of the folded names that are credited with each track."""
    pairs = [(n, name) for n, names in enumerate(credited) for name in names]
    artist, number = numbers([name for _, name in pairs])
    track = np.array([n for n, _ in pairs], dtype=np.int64)
    return Credits(track, artist, np.bincount(artist, minlength=len(number)), number)


def numbers(keys: Iterable[str]) -> tuple[Ints, dict[str, int]]:
    """Each key by its number, in the order in which they come first, and the number of each."""
    number: dict[str, int] = {}
    numbered = np.fromiter((number.setdefault(key, len(number)) for key in keys), dtype=np.int64)
    return numbered, number
