"""Makes a choice better by exchanging up to two songs for up to two others, as long as that brings something.

All exchanges of a step are weighed at once, in whole numbers; of equal ones the first in the pool's order
wins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from proxy.arrays import Doubles, Ints, Mask
from proxy.playlists.terms import Caps, Terms

CELLS = 40_000  # of one matrix of exchanges
PROMISING = 120  # exchanges of which every two are tried together
TRIES = 64  # of the best such pairs, until one keeps the caps


def improve(
    terms: Terms, caps: Caps, taken: Mask, *, gain: Doubles, steps: int, late: Callable[[], bool]
) -> Mask:
    """The list after at most so many exchanges, or when nothing helps any more or it is late.

    `gain` is what each song is worth less the price of what it uses up: it tells what is promising.
    """
    taken = taken.copy()
    for _ in range(steps):
        if late():
            break
        near = _Near(terms, caps, taken, gain)
        swap = near.single() or near.double()
        if swap is None:
            break
        taken[list(swap)] ^= True
    return taken


class _Near:
    """The lists that one or two exchanges of at most one song for another make of this one."""

    def __init__(self, terms: Terms, caps: Caps, taken: Mask, gain: Doubles) -> None:
        self._terms, self._caps, self._taken, self._gain = terms, caps, taken, gain
        self._off = terms.columns[taken].sum(axis=0) - terms.goal
        self._amount = int(terms.amount[taken].sum()) - terms.asked
        self._now = self._loss(_NOTHING, _NOTHING)[0, 0]
        out = np.flatnonzero(taken & ~caps.seed)
        put = np.flatnonzero(caps.open & ~taken)
        most = max(CELLS // (len(out) + 1), 64)
        if len(put) > most:
            put = np.sort(put[np.argsort(-gain[put], kind="stable")[:most]])
        self._out, self._put = np.append(out, -1), np.append(put, -1)
        self._closed = self._shut()

    def single(self) -> tuple[int, ...] | None:
        """The songs to turn, in or out, for the best exchange of one; None where none brings anything."""
        loss = self._loss(self._out, self._put)
        loss[self._closed] = np.iinfo(np.int64).max
        best = int(np.argmin(loss))
        row, column = divmod(best, len(self._put))
        return _there(self._out[row], self._put[column]) if loss.flat[best] < self._now else None

    def double(self) -> tuple[int, ...] | None:
        """The same for the best two exchanges at once, among the promising ones."""
        out, put = self._promising()
        change = [more - less for less, more in zip(self._counted(out), self._counted(put), strict=True)]
        loss = self._short([each[:, None] + each[None, :] for each in change])
        better = np.flatnonzero(np.triu(loss < self._now, 1) & _apart(out) & _apart(put))
        for cell in better[np.argsort(loss.flat[better], kind="stable")][:TRIES].tolist():
            one, other = divmod(cell, len(out))
            turned = _there(out[one], out[other], put[one], put[other])
            changed = self._taken.copy()
            changed[list(turned)] ^= True
            if self._caps.kept(changed):
                return turned
        return None

    def _shut(self) -> Mask:
        """Which exchanges the caps forbid: an artist or album is full, and what goes is not of it."""
        shut = np.zeros((len(self._out), len(self._put)), dtype=np.bool_)
        for number, full in zip(self._caps.number, self._caps.full(self._taken), strict=True):
            closed = full[self._put] & (self._put >= 0)
            same = number[self._out][:, None] == number[self._put[closed]][None, :]
            shut[:, closed] |= ~(same & (self._out >= 0)[:, None])
        return shut

    def _promising(self) -> tuple[Ints, Ints]:
        """The songs that go and that come in the exchanges that the prices speak for, -1 for nobody."""
        gain = np.append(self._gain, 0.0)  # -1 is nobody
        loss = gain[self._out][:, None] - gain[self._put][None, :]
        loss[self._closed] = np.inf
        loss[-1, -1] = np.inf
        flat = loss.ravel()
        most = np.partition(flat, PROMISING)[PROMISING] if len(flat) > PROMISING else np.inf
        cells = np.flatnonzero((flat <= most) & (flat < np.inf))
        cells = cells[np.argsort(flat[cells], kind="stable")][:PROMISING]
        return self._out[cells // len(self._put)], self._put[cells % len(self._put)]

    def _loss(self, out: Ints, put: Ints) -> Ints:
        """What each exchange of out (rows) for put (columns) leaves the list short of."""
        change = zip(self._counted(out), self._counted(put), strict=True)
        return self._short([more[None, :] - less[:, None] for less, more in change])

    def _short(self, change: Sequence[Ints]) -> Ints:
        """The same for changes of worth, amount and each column."""
        worth, amount, *columns = change
        loss: Ints = (
            np.maximum(np.abs(self._amount + amount) - self._terms.slack, 0) * self._terms.price - worth
        )
        for off, column in zip(self._off.tolist(), columns, strict=True):
            loss += np.abs(off + column)
        return loss

    def _counted(self, places: Ints) -> list[Ints]:
        """What each song counts: worth, amount and every column; 0 for nobody."""
        parts = (self._terms.worth, self._terms.amount, *self._terms.columns.T)
        return [np.where(places >= 0, part[places], 0) for part in parts]


def _apart(places: Ints) -> Mask:
    """Which two exchanges do not have the same song on this side."""
    return np.asarray((places[:, None] != places[None, :]) | (places < 0))


def _there(*places: int) -> tuple[int, ...]:
    return tuple(int(place) for place in places if place >= 0)


_NOTHING: Ints = np.array([-1])
