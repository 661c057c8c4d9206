"""The hard rules: what may stand in a list at all."""

from __future__ import annotations

import numpy as np

from proxy.arrays import Mask
from proxy.library.index import Index
from proxy.playlists import lexicon
from proxy.playlists.evidence import evidence_of
from proxy.playlists.never import spared
from proxy.playlists.request import Request
from proxy.playlists.versions import refused
from proxy.playlists.wish import Wish


def allowed(wish: Wish, request: Request, index: Index) -> Mask:
    """The tracks that the owner may hear, the house's rules leave, and the wish does not rule out."""
    allowed: Mask = (index.duration > 0) & spared(wish, index, never=request.never, day=request.day)
    allowed &= ~refused(wish, index, evidence_of(index), lexicon.load())
    allowed &= index.open_to(request.libraries)
    if request.within is not None:
        allowed &= request.within
    return allowed & _of_the_years(wish, index) & _of_the_length(wish, index) & ~_ruled_out(wish, index)


def _of_the_years(wish: Wish, index: Index) -> Mask:
    """Years hold to the letter; a song without one may be of a decade, which its tags then tell."""
    years = np.ones(len(index), dtype=np.bool_)
    if wish.years:
        years &= (index.year >= wish.years[0]) & (index.year <= wish.years[1])
    decade = index.year - index.year % 10
    if wish.decades:
        years &= (index.year == 0) | np.isin(decade, wish.decades)
    return years & ~np.isin(decade, wish.without_decades) & ~np.isin(index.year, wish.without_years)


def _of_the_length(wish: Wish, index: Index) -> Mask:
    length = np.ones(len(index), dtype=np.bool_)
    if wish.longest is not None:
        length &= index.duration <= wish.longest
    if wish.shortest is not None:
        length &= index.duration >= wish.shortest
    return length


def _ruled_out(wish: Wish, index: Index) -> Mask:
    out: Mask = index.by_artists(wish.without_artists) | index.tagged(wish.without_genres)
    for word in wish.without_words:
        out |= index.saying(word)
    return out
