"""The tags of tracks as arrays: their own, and those that they inherit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.json import Decoder

from proxy.arrays import Floats, Ints, Mask
from proxy.library.artists import credited, fold, primary
from proxy.library.inheritance import Kin, inherited

_strings = Decoder(list[str])
_anything = Decoder(Any)


class Tags(Struct, frozen=True):
    """Which track carries which tag, as pairs of positions by track; `names` are in lower case and sorted.

    `inherited` is true of a pair where the track does not say so itself.
    """

    names: tuple[str, ...]
    track: Ints
    tag: Ints
    inherited: Mask

    def of(self, position: int) -> tuple[str, ...]:
        return tuple(self.names[n] for n in self.tag[self.track == position])

    def sums(self, weights: Floats, size: int) -> Floats:
        """Per track the sum of its tags' weights."""
        sums: Floats = np.bincount(self.track, weights=weights[self.tag], minlength=size).astype(np.float32)
        return sums


class Told(Struct, frozen=True):
    """What a track's row says of tags and kin: genres, then moods, each once, in lower case; its artists, the
    whole credit first, how they are compared, and the primary one; what its album is told apart by."""

    own: tuple[str, ...]
    credited: tuple[str, ...]
    artists: tuple[str, ...]
    primary: str
    album: str


def told(artist: str, artists: str | None, album_id: str, album: str, genres: str, moods: str) -> Told:
    """Of a row; `artists`, which older servers do not list, `genres` and `moods` are JSON."""
    listed = _names(artists) if artists else []
    everyone = credited(artist, listed)
    return Told(
        own=tuple(dict.fromkeys(tag.lower() for tag in (*texts(genres), *texts(moods)))),
        credited=everyone,
        artists=tuple(map(fold, everyone)),
        primary=fold(primary(artist, listed)),
        album=album_id or fold(f"{artist} {album}"),
    )


def _names(artists: str) -> list[str]:
    """Those that are such: an odd song must not stop the others."""
    listed = _anything.decode(artists)
    each = listed if isinstance(listed, list) else []
    names = [one.get("name") for one in each if isinstance(one, dict)]
    return [name for name in names if isinstance(name, str)]


def texts(listed: str) -> list[str]:
    """A JSON list of strings."""
    return [] if listed == "[]" else _strings.decode(listed)


def taken(rows: Sequence[Told]) -> list[tuple[str, ...]]:
    """Of each track the tags that it inherits."""
    return inherited([Kin(row.own, row.artists, row.album) for row in rows])


def tags(own: Sequence[Sequence[str]], more: Sequence[Sequence[str]]) -> Tags:
    """Arrays of each track's own tags and of those that it inherits."""
    names = tuple(sorted({tag for of_track in (*own, *more) for tag in of_track}))
    number = {name: n for n, name in enumerate(names)}
    both = [(*of_track, *taken) for of_track, taken in zip(own, more, strict=True)]
    return Tags(
        names=names,
        track=np.repeat(np.arange(len(both)), [len(of_track) for of_track in both]),
        tag=np.array([number[tag] for of_track in both for tag in of_track], dtype=np.int64),
        inherited=np.array(
            [place >= len(mine) for mine, all_ in zip(own, both, strict=True) for place in range(len(all_))],
            dtype=np.bool_,
        ),
    )
