"""Which candidates become the list: the most relevant that fit its length, its caps, and no song twice.

First the most relevant songs are taken until the length is reached; then single swaps bring the total within
the tolerance at the least loss of relevance. Deterministic: ties go to the earlier candidate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints, Mask

PER_ARTIST, PER_ALBUM = 3, 2
TOLERANCE_SECONDS, TOLERANCE_SHARE = 60.0, 0.02
MOST_SONGS = 500
MOST_SWAPS = 8


class Pool(Struct, frozen=True):
    """What may be chosen, by falling relevance, seeds first; all arrays of one length.

    `free` marks songs that no cap counts: seeds, and songs by an artist who was asked for by name.
    """

    position: Ints
    relevance: Floats
    duration: Floats
    artist: Ints
    album: Ints
    free: Mask
    seeds: int = 0

    def __len__(self) -> int:
        return len(self.position)


class Limits(Struct, frozen=True):
    """`seconds` or `songs`, whichever was asked for; caps of None do not bind."""

    seconds: float | None = None
    songs: int | None = None
    per_artist: int | None = PER_ARTIST
    per_album: int | None = PER_ALBUM

    @property
    def tolerance(self) -> float:
        return max(TOLERANCE_SECONDS, TOLERANCE_SHARE * (self.seconds or 0))


class Choice(Struct, frozen=True):
    """Places in the pool, rising; `relaxed` names the caps that had to give way."""

    chosen: tuple[int, ...]
    relaxed: tuple[str, ...] = ()


def choose(pool: Pool, limits: Limits, *, strict: Sequence[str] = ()) -> Choice:
    """The best list that meets the limits; where none does, caps not in `strict` are lifted, album first.

    A cap that was lifted is told only where that brought songs.
    """
    found, relaxed = _attempt(pool, limits), []
    for cap in ("per_album", "per_artist"):
        if _reached(pool, limits, found):
            break
        if cap in strict or getattr(limits, cap) is None:
            continue
        limits = _without(limits, cap)
        more = _attempt(pool, limits)
        relaxed += [cap] if more != found else []
        found = more
    return Choice(found, tuple(relaxed))


def _attempt(pool: Pool, limits: Limits) -> tuple[int, ...]:
    taken = _fill(pool, limits)
    if limits.seconds is not None and len(pool):
        taken = _fit(pool, limits, taken)
    return tuple(np.flatnonzero(taken).tolist())


def _fill(pool: Pool, limits: Limits) -> Mask:
    """Seeds, then by relevance whatever the caps allow, until the length is reached."""
    taken = np.zeros(len(pool), dtype=np.bool_)
    artists, albums = _count(pool.artist), _count(pool.album)
    total = 0.0
    for place in range(len(pool)):
        if place >= pool.seeds and _full(limits, int(taken.sum()), total):
            break
        artist, album = pool.artist[place], pool.album[place]
        open_to = _below(artists[artist], limits.per_artist) and _below(albums[album], limits.per_album)
        if place >= pool.seeds and not (pool.free[place] or open_to):
            continue
        taken[place] = True
        artists[artist] += 1
        albums[album] += 1
        total += float(pool.duration[place])
    return taken


def _fit(pool: Pool, limits: Limits, taken: Mask) -> Mask:
    """Swap, add or drop single songs until the total is within the tolerance, or nothing helps any more."""
    assert limits.seconds is not None
    for _ in range(MOST_SWAPS):
        missing = limits.seconds - float(pool.duration[taken].sum())
        if abs(missing) <= limits.tolerance:
            break
        swap = _best_swap(pool, limits, taken, missing)
        if swap is None:
            break
        for place in swap:
            if place >= 0:
                taken[place] = not taken[place]
    return taken


def _best_swap(pool: Pool, limits: Limits, taken: Mask, missing: float) -> tuple[int, int] | None:
    """The song to take out and the one to put in (-1: none) that bring the total nearest.

    Among those that bring it within the tolerance, the one that costs the least relevance.
    """
    seed = np.arange(len(pool)) < pool.seeds
    out = np.append(np.flatnonzero(taken & ~seed), -1)
    put = np.append(np.flatnonzero(~taken), -1)
    gap = np.abs(missing + _padded(pool.duration, out)[:, None] - _padded(pool.duration, put)[None, :])
    gap[~_allowed(pool, limits, taken, out, put)] = np.inf
    best = float(gap.min())
    if best >= abs(missing):
        return None
    loss = _padded(pool.relevance, out)[:, None] - _padded(pool.relevance, put)[None, :]
    good = gap <= max(limits.tolerance, best)
    row, column = np.unravel_index(int(np.argmin(np.where(good, loss, np.inf))), gap.shape)
    return int(out[row]), int(put[column])


def _allowed(pool: Pool, limits: Limits, taken: Mask, out: Ints, put: Ints) -> Mask:
    """Which pairs of out (rows) and put (columns) keep the caps."""
    allowed = np.ones((len(out), len(put)), dtype=np.bool_)
    for group, cap in ((pool.artist, limits.per_artist), (pool.album, limits.per_album)):
        if cap is None:
            continue
        counts = np.bincount(group[taken], minlength=int(group.max(initial=0)) + 1)
        same = group[out][:, None] == group[put][None, :]
        same[out < 0] = False
        room = (counts[group[put]][None, :] - same < cap) | pool.free[put][None, :]
        room[:, put < 0] = True
        allowed &= room
    return allowed


def _reached(pool: Pool, limits: Limits, chosen: Sequence[int]) -> bool:
    if limits.songs is not None:
        return len(chosen) >= min(limits.songs, MOST_SONGS)
    total = float(pool.duration[list(chosen)].sum())
    return limits.seconds is None or abs(total - limits.seconds) <= limits.tolerance


def _full(limits: Limits, songs: int, total: float) -> bool:
    if limits.songs is not None:
        return songs >= min(limits.songs, MOST_SONGS)
    return songs >= MOST_SONGS or (limits.seconds is not None and total >= limits.seconds - limits.tolerance)


def _without(limits: Limits, cap: str) -> Limits:
    caps = {"per_artist": limits.per_artist, "per_album": limits.per_album, cap: None}
    return Limits(seconds=limits.seconds, songs=limits.songs, **caps)


def _padded(values: Floats, places: Ints) -> Floats:
    """Values at places, 0 where the place is -1: nothing taken out or put in."""
    return np.where(places >= 0, values[places], 0).astype(np.float32)


def _count(group: Ints) -> Ints:
    return np.zeros(int(group.max(initial=0)) + 1, dtype=np.int64)


def _below(count: int, cap: int | None) -> bool:
    return cap is None or count < cap
