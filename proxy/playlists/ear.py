"""What tracks without a genre sound like: styles by ear, beside the others' tags and never over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np

from proxy.arrays import Doubles, Floats, Ints, Mask
from proxy.library.index import Index
from proxy.playlists import lexicon, phrases
from proxy.playlists.evidence import evidence_of
from proxy.playlists.lexicon import run
from proxy.playlists.query import Query
from proxy.playlists.wish import Wish
from proxy.sound.styles import SURE, TAGS, Style, heard_as

# In deviations above the library's mean: from one on a track is ranked. What stands out by two is taken for
# what was asked, as in meaning; where the network is sure, one is enough: in a library full of jazz no jazz
# stands out much.
FULL, NEAR, RANKED = 3.0, 2.0, 1.0

Wanted = tuple[str, ...]
"""Tags of the networks that are one wish together."""

# What the networks have no tag for. Over 152 tracks of game music 7 of the 8 that answered these four best
# were orchestral.
_ORCHESTRA = ("strings", "violin", "classical", "cello")
_MEANT = {"orchestra": _ORCHESTRA, "orchestral": _ORCHESTRA, "symphony": _ORCHESTRA, "rap": ("Hip-Hop",)}


@lru_cache(maxsize=1)
def ear_of(index: Index) -> Ear:
    return Ear(index)


class Ear:
    """Scores are in [0, 1] for tracks that were heard and carry no genre, 0 for all others. To be shared by
    threads: at worst one thing is worked out twice."""

    def __init__(self, index: Index) -> None:
        self._sonic = index.sonic
        self._alone: Mask = evidence_of(index).without_genre[index.sonic.heard]
        self.positions: Ints = index.sonic.heard[self._alone]
        self._styles: dict[str, Style] = {}

    def asked(self, wish: Wish, query: Query) -> list[Wanted]:
        """What a prompt asks for of which the networks tell: genres, words that are tags, and the lexicon's
        rows, whose tags may be kinds of a tag of theirs: death metal is metal. Nothing where no track has to
        be told by ear."""
        if not len(self.positions):
            return []
        lists = lexicon.load()
        said = phrases.said(query.words, _tags(), idle=lists.idle)
        rows = [[tag for phrase in lists.rows[n].tags for tag in _kind(phrase)] for n in query.rows]
        return _distinct([*genres(wish.genres), *map(_named, said), *map(tuple, map(dict.fromkeys, rows))])

    def answers(self, wishes: Sequence[Wanted]) -> Floats:
        """How well each track answers several wishes, on average."""
        answers = np.zeros(len(self._sonic.known), dtype=np.float32)
        if wishes and len(self.positions):
            standing = [self._standing(wanted) for wanted in wishes]
            answers[self.positions] = np.mean([_answer(each) for each in standing], axis=0)
        return answers

    def sounding(self, wishes: Sequence[Wanted]) -> Mask:
        """Which tracks may be taken for one of these."""
        sounding = np.zeros(len(self._sonic.known), dtype=np.bool_)
        for wanted in wishes if len(self.positions) else ():
            sure = np.max([self._style(tag).likely for tag in wanted], axis=0) >= SURE
            sounding[self.positions] |= self._standing(wanted) >= np.where(sure, RANKED, NEAR)
        return sounding

    def stated(self, wishes: Sequence[Wanted], position: int) -> list[str]:
        """The tags among these that may be said of a track."""
        place = int(np.searchsorted(self.positions, position))
        if self.positions[place : place + 1].tolist() != [position]:
            return []
        tags = dict.fromkeys(tag for wanted in wishes for tag in wanted)
        return [tag for tag in tags if self._style(tag).stated[place]]

    def _standing(self, wanted: Wanted) -> Doubles:
        """Of the tracks at `positions`, as is what follows."""
        standing: Doubles = np.mean([self._style(tag).standing for tag in wanted], axis=0)
        return standing

    def _style(self, tag: str) -> Style:
        if tag not in self._styles:
            every = heard_as(tag, self._sonic.logits)
            alone = self._alone
            self._styles[tag] = Style(every.standing[alone], every.likely[alone], every.stated[alone])
        return self._styles[tag]


def _answer(standing: Doubles) -> Floats:
    answer: Floats = np.where(standing >= RANKED, np.clip(standing / FULL, 0, 1), 0).astype(np.float32)
    return answer


def genres(names: Iterable[str]) -> list[Wanted]:
    """Those of these genres that the networks have a tag for."""
    return _distinct(map(_named, names))


def _distinct(wishes: Iterable[Wanted]) -> list[Wanted]:
    return [wanted for wanted in dict.fromkeys(wishes) if wanted]


def _named(phrase: str) -> Wanted:
    return _tags().get(run(phrase), ())


@cache
def _kind(phrase: str) -> Wanted:
    """The tag that a phrase of the lexicon is, else the longest that it ends in."""
    words = run(phrase)
    held = [tag for tag in _tags() if words.endswith(tag)]
    return _tags()[max(held, key=len)] if held else ()


@cache
def _tags() -> dict[str, Wanted]:
    """By runs of words."""
    return {run(tag): (tag,) for tag in TAGS} | {run(word): tags for word, tags in _MEANT.items()}
