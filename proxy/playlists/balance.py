"""Where several artists, genres or decades are asked for at once, a list gets some of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import structs

from proxy.arrays import Mask
from proxy.library.index import Index
from proxy.playlists.candidates import Candidates
from proxy.playlists.parts import of_genres
from proxy.playlists.prompt.aliases import head
from proxy.playlists.prompt.names import tokens_of
from proxy.playlists.wish import Wish


def balanced(found: Candidates, wish: Wish, index: Index) -> Candidates:
    """The candidates with the kinds that were asked for made equals: the best of each is as relevant as the
    best of any, and so on down. "Jazz and rock" is half jazz, also where nearly all jazz fits better than any
    rock; what is both at once keeps its place.
    """
    kinds = [mask[found.positions] for mask in _kinds(wish, index)]
    if len(kinds) < 2:
        return found
    alone = np.sum(kinds, axis=0) == 1
    members = [np.flatnonzero(kind & alone) for kind in kinds]
    best = np.zeros(max(map(len, members)), dtype=np.float32)
    for of_kind in members:
        best[: len(of_kind)] = np.maximum(best[: len(of_kind)], found.relevance[of_kind])
    relevance = found.relevance.copy()
    for of_kind in members:
        relevance[of_kind] = best[: len(of_kind)]
    order = np.argsort(-relevance, kind="stable")
    return structs.replace(
        found,
        positions=found.positions[order],
        relevance=relevance[order],
        meaning=found.meaning[order],
    )


def _kinds(wish: Wish, index: Index) -> Sequence[Mask]:
    """Which tracks are of each artist asked for; else of each to be resembled, each genre, each decade."""
    artists = [index.by_artists(spellings) for spellings in _distinct(wish.artists or wish.like)]
    genres = [of_genres(spellings, index) for spellings in _distinct(wish.genres)]
    decades: list[Mask] = [index.year - index.year % 10 == decade for decade in wish.decades]
    return artists or (genres if len(genres) > 1 else decades)


def _distinct(names: Iterable[str]) -> list[list[str]]:
    """The spellings of each name; somebody's band counts as theirs."""
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault("".join(head([token.word for token in tokens_of(name)])), []).append(name)
    return list(spellings.values())
