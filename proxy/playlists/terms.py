"""One choice in whole numbers: what each song is worth and uses up, and what artists and albums may give."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints, Mask
from proxy.playlists.objective import (
    ENERGY,
    LEVELS,
    MILLION,
    MILLISECONDS,
    OUTSIDE,
    SONG,
    Limits,
    Pool,
    millionths,
    weights,
    worth,
)


class Terms(Struct, frozen=True, kw_only=True):
    """The objective of choice over one pool, in whole numbers.

    A list is worth the sum of `worth` less |sum of each of `columns` − `goal`|: the first column is the
    length, the others count energy up to each level. `amount` (milliseconds or songs) must come within
    `slack` of `asked`; `price` is for each unit outside.
    """

    worth: Ints
    columns: Ints
    goal: Ints
    amount: Ints
    asked: int
    slack: int
    price: int

    @classmethod
    def of(cls, pool: Pool, limits: Limits, wanted: Floats) -> Terms:
        weight = weights(pool, limits)
        own, levels, goals = worth(pool, limits), np.zeros((len(pool), 0)), np.zeros(0)
        if len(wanted) and wanted.min() == wanted.max():
            own = own - millionths(ENERGY * weight * np.abs(pool.energy - wanted[0]))
        elif len(wanted):
            level = (np.arange(LEVELS) + 0.5) / LEVELS
            whole = (limits.seconds or 0) / SONG if limits.timed else float(limits.songs or 0)
            levels = weight[:, None] * (pool.energy[:, None] <= level) * ENERGY / LEVELS
            goals = (wanted[:, None] <= level).mean(axis=0) * whole * ENERGY / LEVELS
        length = pool.duration.astype(np.float64)[:, None] / SONG * (limits.seconds is not None)
        columns = millionths(np.concatenate([length, levels], axis=1))
        goal = millionths(np.concatenate([[(limits.seconds or 0) / SONG], goals]))
        common = {"worth": own, "columns": columns, "goal": goal}
        if limits.timed:
            asked, slack = (round(s * MILLISECONDS) for s in (limits.seconds or 0, limits.tolerance))
            price = round(OUTSIDE * MILLION / MILLISECONDS)
            return cls(amount=pool.milliseconds, asked=asked, slack=slack, price=price, **common)
        ones = np.ones(len(pool), dtype=np.int64)
        price = round(OUTSIDE * MILLION)
        return cls(amount=ones, asked=limits.songs or len(pool), slack=0, price=price, **common)

    def outside(self, taken: Mask) -> int:
        """How far the amount is from where it must be."""
        return max(0, abs(int(self.amount[taken].sum()) - self.asked) - self.slack)

    def total(self, taken: Mask) -> int:
        """What a list is worth, in millionths of a perfect song."""
        off = np.abs(self.columns[taken].sum(axis=0) - self.goal).sum()
        return int(self.worth[taken].sum() - off) - self.price * self.outside(taken)


class Caps(Struct, frozen=True):
    """Which songs may be taken at all, and how many of each artist and album besides the seeds.

    `number` has an artist and an album per song (rows), -1 where no cap counts it; `room` what each may have.
    """

    seed: Mask
    open: Mask
    number: Ints
    room: tuple[Ints, Ints]

    @classmethod
    def of(cls, pool: Pool, limits: Limits) -> Caps:
        seed = np.arange(len(pool)) < pool.seeds
        first = np.zeros(len(pool), dtype=np.bool_)
        first[np.unique(pool.song, return_index=True)[1]] = True
        number, room = [], []
        for group, cap in ((pool.artist, limits.per_artist), (pool.album, limits.per_album)):
            counted = np.bincount(group[seed], minlength=int(group.max(initial=0)) + 1)
            room.append(np.maximum((len(pool) if cap is None else cap) - counted, 0))
            number.append(np.where(pool.free | seed | (cap is None), -1, group))
        return cls(seed, first & ~seed, np.stack(number), (room[0], room[1]))

    def full(self, taken: Mask) -> tuple[Mask, Mask]:
        """Of which songs the artist's, of which the album's room is taken."""
        full = []
        for number, room in zip(self.number, self.room, strict=True):
            used = np.bincount(number[taken & (number >= 0)], minlength=len(room))
            full.append((number >= 0) & (used >= room)[number])
        return full[0], full[1]

    def kept(self, taken: Mask) -> bool:
        return not any(
            (np.bincount(number[taken & (number >= 0)], minlength=len(room)) > room).any()
            for number, room in zip(self.number, self.room, strict=True)
        )
