"""Styles by ear, beside tags and never over them: of tracks without a genre, of all where no tag says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np
from msgspec import Struct

from proxy.arrays import Doubles, Floats, Mask
from proxy.library.index import Index
from proxy.playlists import lexicon, phrases
from proxy.playlists.evidence import evidence_of
from proxy.playlists.lexicon import run
from proxy.playlists.query import Query
from proxy.playlists.wish import Wish
from proxy.sound.styles import SURE, TAGS, Style, heard_as

# In deviations above the library's mean: from one on a track is ranked beside others that are tagged so;
# where no tag says it, from the mean on, so that there is enough to choose from. What stands out by two is
# taken for what was asked, as in meaning; where the network is sure, one is enough: in a library full of jazz
# no jazz stands out much.
FULL, NEAR, RANKED = 3.0, 2.0, 1.0

Tags = tuple[str, ...]
"""Tags of the networks that are one wish together."""


class Wanted(Struct, frozen=True):
    """A wish, and whether a tag of the library says it: hearing then tells only of tracks without a genre.

    Of one that no tag says it tells of every track: where all are Soundtrack it knows the strings.
    """

    tags: Tags
    tagged: bool


# What the networks have no tag for. Over 152 tracks of game music 7 of the 8 that answered these four best
# were orchestral.
_ORCHESTRA = ("strings", "violin", "classical", "cello")
_MEANT = {"orchestra": _ORCHESTRA, "orchestral": _ORCHESTRA, "symphony": _ORCHESTRA, "rap": ("Hip-Hop",)}


@lru_cache(maxsize=1)
def ear_of(index: Index) -> Ear:
    return Ear(index)


class Ear:
    """Scores are in [0, 1], and 0 for tracks that were not heard or that tags tell of. To be shared by
    threads: at worst one thing is worked out twice."""

    def __init__(self, index: Index) -> None:
        self._sonic = index.sonic
        self._evidence = evidence_of(index)
        self._alone: Mask = self._evidence.without_genre[index.sonic.heard]
        self._all: Mask = np.ones(len(self._alone), dtype=np.bool_)
        self._styles: dict[str, Style] = {}

    def asked(self, wish: Wish, query: Query) -> list[Wanted]:
        """What a prompt asks for of which the networks tell: genres, words that are tags, and the lexicon's
        rows, whose tags may be kinds of a tag of theirs: death metal is metal. Nothing where no track has to
        be told by ear."""
        if not len(self._all):
            return []
        lists = lexicon.load()
        said = phrases.said(query.words, _tags(), idle=lists.idle)
        rows = (lists.rows[n].tags for n in query.rows)
        wanted = [self._wanted(_kinds(row), row) for row in rows]
        return self._telling([*map(self._named, (*wish.genres, *said)), *wanted])

    def genres(self, names: Iterable[str]) -> list[Wanted]:
        """Those of these genres that the networks have a tag for."""
        return self._telling(map(self._named, names))

    def answers(self, wishes: Sequence[Wanted]) -> Floats:
        """How well each track answers several wishes, on average."""
        answers = np.zeros(len(self._sonic.known), dtype=np.float32)
        if wishes:
            answers[self._sonic.heard] = np.mean([self._answer(wanted) for wanted in wishes], axis=0)
        return answers

    def sounding(self, wishes: Sequence[Wanted]) -> Mask:
        """Which tracks may be taken for one of these."""
        sounding = np.zeros(len(self._sonic.known), dtype=np.bool_)
        for wanted in wishes:
            sure = np.max([self._style(tag).likely for tag in wanted.tags], axis=0) >= SURE
            enough = self._standing(wanted) >= np.where(sure, RANKED, NEAR)
            sounding[self._sonic.heard] |= enough & self._told(wanted)
        return sounding

    def stated(self, wishes: Sequence[Wanted], position: int) -> list[str]:
        """The tags among these that may be said of a track."""
        if not self._sonic.known[position]:
            return []
        place = int(np.searchsorted(self._sonic.heard, position))
        told = (wanted.tags for wanted in wishes if self._told(wanted)[place])
        tags = dict.fromkeys(tag for each in told for tag in each)
        return [tag for tag in tags if self._style(tag).stated[place]]

    def _named(self, phrase: str) -> Wanted:
        tags = _named(phrase)
        return self._wanted(tags, (phrase, *tags))

    def _wanted(self, tags: Tags, said: Sequence[str]) -> Wanted:
        return Wanted(tags, tagged=self._evidence.carries(said))

    def _telling(self, wishes: Iterable[Wanted]) -> list[Wanted]:
        """Those that the networks have a tag for and that they have to tell of anybody."""
        anybody = self._alone.any()
        return [w for w in dict.fromkeys(wishes) if w.tags and (anybody or not w.tagged)]

    def _told(self, wanted: Wanted) -> Mask:
        """Of which of the tracks heard, as is what follows, the ear tells."""
        return self._alone if wanted.tagged else self._all

    def _answer(self, wanted: Wanted) -> Floats:
        standing = self._standing(wanted)
        ranked = self._told(wanted) & (standing >= (RANKED if wanted.tagged else 0))
        return np.where(ranked, np.clip(standing / FULL, 0, 1), 0).astype(np.float32)

    def _standing(self, wanted: Wanted) -> Doubles:
        standing: Doubles = np.mean([self._style(tag).standing for tag in wanted.tags], axis=0)
        return standing

    def _style(self, tag: str) -> Style:
        if tag not in self._styles:
            self._styles[tag] = heard_as(tag, self._sonic.logits)
        return self._styles[tag]


def genres(names: Iterable[str]) -> list[Tags]:
    """Tags for those of these genres that the networks have one for."""
    return [tags for tags in dict.fromkeys(map(_named, names)) if tags]


def _named(phrase: str) -> Tags:
    return _tags().get(run(phrase), ())


def _kinds(phrases: Iterable[str]) -> Tags:
    return tuple(dict.fromkeys(tag for phrase in phrases for tag in _kind(phrase)))


@cache
def _kind(phrase: str) -> Tags:
    """The tag that a phrase of the lexicon is, else the longest that it ends in."""
    words = run(phrase)
    held = [tag for tag in _tags() if words.endswith(tag)]
    return _tags()[max(held, key=len)] if held else ()


@cache
def _tags() -> dict[str, Tags]:
    """By runs of words."""
    return {run(tag): (tag,) for tag in TAGS} | {run(word): tags for word, tags in _MEANT.items()}
