"""What length and energies would have to cost for a list to choose itself.

Lagrangian relaxation by subgradients: with prices, each song stands for itself and only the caps are left,
which a sort answers; what is then too long, or has too much of an energy, gets dearer, and so on.
"""

from __future__ import annotations

import numpy as np

from proxy.arrays import Doubles, Ints, Mask
from proxy.playlists.terms import Caps, Terms

ROUNDS = 40
SLOWER = 6  # rounds after which a step is half as long


def prices(terms: Terms, caps: Caps) -> Doubles:
    """Each song's worth less the price of what it uses up, in the round that limits most what a list can be
    worth; about 0 for the songs that are the last to be taken or the first to be left."""
    share = terms.amount / max(terms.asked, 1)
    scale = float(np.abs(terms.worth).sum()) / max(float(share.sum()), 1e-9)
    whole = np.maximum(terms.columns.sum(axis=0) / max(float(share.sum()), 1e-9), 1)
    cost, rent = np.zeros(len(terms.goal)), 0.0  # of a unit of each column, of the amount
    best, bound = terms.worth.astype(np.float64), np.inf
    for round_ in range(ROUNDS):
        gain = terms.worth - rent * scale * share
        for column, price in zip(terms.columns.T, cost, strict=True):
            gain = gain - price * column
        taken = caps.seed | _best_within(caps, gain)
        spare = (rent + abs(rent) * terms.slack / max(terms.asked, 1)) * scale
        limit = float(gain[taken].sum()) + float((cost * terms.goal).sum()) + spare
        if limit < bound:
            best, bound = gain, limit
        step = 1 / (1 + round_ / SLOWER)
        cost = np.clip(cost + step * (terms.columns[taken].sum(axis=0) - terms.goal) / whole, -1, 1)
        rent += step * min(max(float(share[taken].sum()) - 1, -1), 1)
    return best


def _best_within(caps: Caps, gain: Doubles) -> Mask:
    """The songs that gain, by falling gain as far as first the album's room and then the artist's goes."""
    taken: Mask = caps.open & (gain > 0)
    for number, room in reversed(list(zip(caps.number, caps.room, strict=True))):
        counted = np.flatnonzero(taken & (number >= 0))
        if len(counted):
            taken[counted[_rank(number[counted], gain[counted]) >= room[number[counted]]]] = False
    return taken


def _rank(group: Ints, gain: Doubles) -> Ints:
    """Of each song among those of its group, by falling gain, ties by place."""
    ordered = np.lexsort((-gain, group))
    sorted_group = group[ordered]
    starts = np.flatnonzero(np.append(True, sorted_group[1:] != sorted_group[:-1]))
    rank = np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))
    ranks = np.empty_like(rank)
    ranks[ordered] = rank
    return ranks
