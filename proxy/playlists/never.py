"""What no list on this server gets: the house's own rules, and what nobody wants unless they ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from functools import cache, lru_cache

import numpy as np
from msgspec import Struct

from proxy.arrays import Mask
from proxy.library.index import Index
from proxy.playlists import lexicon
from proxy.playlists.evidence import evidence_of
from proxy.playlists.wish import Wish

DECEMBER = 12
USUAL = 0.5  # of a library's tracks have a song's length; one of sketches or of symphonies is wanted as it is


class Never(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of the house, which no prompt lifts; and those that one does by asking.

    `genres` and `words` (of titles, albums and tags) in any case, `artists` however written, `paths` as
    patterns with * and ? over upstream's whole path. By asking: songs under `shortest` or over `longest`
    seconds, `spoken` word, and `christmas` songs outside of December.
    """

    genres: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    shortest: float = 45.0
    longest: float = 900.0
    spoken: bool = True
    christmas: bool = True


def spared(wish: Wish, index: Index, *, never: Never, day: date) -> Mask:
    """The tracks that the rules leave for this wish on this day."""
    spared: Mask = ~_ruled_out(index, never)
    usual: Mask = (index.duration >= never.shortest) & (index.duration <= never.longest)
    if wish.shortest is None and wish.longest is None and usual.sum() >= USUAL * len(index):
        spared &= usual
    if never.spoken and not _asks(wish, "spoken"):
        spared &= ~_spoken(index)
    if never.christmas and day.month != DECEMBER and not _asks(wish, "christmas"):
        spared &= ~_christmas(index)
    return spared


@lru_cache(maxsize=1)
def _ruled_out(index: Index, never: Never) -> Mask:
    out: Mask = index.tagged(never.genres) | index.by_artists(never.artists) | _saying(index, never.words)
    matching = [any(fnmatchcase(path, pattern) for pattern in never.paths) for path in index.paths]
    out |= np.array(matching, dtype=np.bool_)
    return out


@lru_cache(maxsize=1)
def _spoken(index: Index) -> Mask:
    return evidence_of(index).carrying(_phrases()["spoken"])


@lru_cache(maxsize=1)
def _christmas(index: Index) -> Mask:
    return _saying(index, _phrases()["christmas"])


def _saying(index: Index, phrases: Sequence[str]) -> Mask:
    said = [index.saying(phrase) for phrase in phrases]
    found: Mask = np.logical_or.reduce([np.zeros(len(index), dtype=np.bool_), *said])
    return found


def _asks(wish: Wish, name: str) -> bool:
    """Whether a prompt says one of the phrases, or a genre that it names holds one."""
    asked = [lexicon.run(text) for text in (wish.text, *wish.genres)]
    return any(lexicon.run(phrase) in text for phrase in _phrases()[name] for text in asked)


@cache
def _phrases() -> dict[str, list[str]]:
    return lexicon.sections("never.txt")
