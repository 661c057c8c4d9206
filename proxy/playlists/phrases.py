"""Which of the library's tags a prompt says word for word, and how well a track's tags answer it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from proxy.playlists.lexicon import singular

CARRIED_BY = 3  # tracks at least: a tag on fewer is a slip or a single record, and no list comes of it
LONGEST = 6  # words of a tag that are looked for; longer ones are sentences
HOLDS = 0.7  # what a tag is worth that holds the phrase among other words: cool jazz for jazz


def said(words: Sequence[str], tags: Collection[str], *, idle: Collection[str]) -> tuple[str, ...]:
    """The runs of words that are among `tags` (runs as of `lexicon.run`), the longest first, none twice.

    A word belongs to one run at most; a run of `idle` words alone is none.
    """
    free = [singular(word) for word in words]
    silent = _singulars(frozenset(idle))
    found: list[str] = []
    for size in range(min(LONGEST, len(free)), 0, -1):
        for start in range(len(free) - size + 1):
            part = free[start : start + size]
            phrase = f" {' '.join(part)} "
            if phrase in tags and not silent.issuperset(part):
                found.append(phrase)
                free[start : start + size] = [""] * size
    return tuple(dict.fromkeys(found))


@cache
def _singulars(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(singular, words))


def share(phrases: Sequence[str], words: Sequence[str]) -> float:
    """How much of what a prompt looks for the phrases say, from 0 to 1: all of it is a precise prompt."""
    inside = {word for phrase in phrases for word in phrase.split()}
    return sum(singular(word) in inside for word in words) / max(len(words), 1)


def weight(phrase: str) -> int:
    """A phrase of more words says more."""
    return len(phrase.split())
