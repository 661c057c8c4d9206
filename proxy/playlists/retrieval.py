"""Everything from a wish to the tracks that its list is chosen from; the bench measures it by this door."""

from __future__ import annotations

import numpy as np

from proxy.arrays import Ints, Mask
from proxy.library.index import Index
from proxy.playlists import chance
from proxy.playlists.balance import balanced
from proxy.playlists.candidates import POOL, Candidates, candidates
from proxy.playlists.meaning import Sources
from proxy.playlists.query import Query
from proxy.playlists.request import Request
from proxy.playlists.steps import ALL, Steps
from proxy.playlists.wish import Wish


def retrieved(
    wish: Wish,
    query: Query,
    request: Request,
    *,
    like: Ints,
    open_to: Mask,
    index: Index,
    sources: Sources,
    count: int = POOL,
    steps: Steps = ALL,
) -> Candidates:
    """The candidates among the tracks open to the owner, as many as `candidates` gives.

    Where nothing tells one from another they are drawn; of several kinds asked for the best of each are
    equals. `like` are positions that they should resemble beside the artists of the wish.
    """
    found = candidates(
        wish,
        query,
        like=np.concatenate([like, np.flatnonzero(index.by_artists(wish.like))]),
        allowed=open_to,
        index=index,
        sources=sources,
        count=count,
        deadline=request.deadline,
        steps=steps,
    )
    found = chance.where_equal(found, query, open_to, owner=request.owner, day=request.day)
    return balanced(found, wish, index)
