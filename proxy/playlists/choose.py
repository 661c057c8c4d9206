"""Which candidates become the list: those that are worth most together and fit its length, caps and energy.

A greedy start, then exchanges of up to two songs for two; where these miss the length, it is decided exactly
whether any list meets it. What cannot be met gives way in this order: songs per album, songs per artist, both
(each cap doubled until it suffices), and then the length, or the count, to the nearest. Access, exclusions
and one recording of a song never do. The objective is in objective.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from msgspec import Struct, structs

from proxy.arrays import Floats, Ints, Mask
from proxy.playlists.energy import wanted
from proxy.playlists.exchange import improve
from proxy.playlists.objective import ENERGY, MILLION, MOST_SONGS, Limits, Pool, weights
from proxy.playlists.prices import prices
from proxy.playlists.reach import reach
from proxy.playlists.terms import Caps, Terms

STEPS = 400
GOLDEN = 0.618034  # steps of this share of a list visit all of it evenly, however many they are
# Where the energy of a list may go is told by twice as many of the best candidates as it will have, and by
# all that are at least half as relevant as the best.
SPAN, GOOD = 2, 0.5


class Choice(Struct, frozen=True):
    """Places in the pool, rising; `relaxed` names the caps that had to give way.

    `inside` says whether the length or count is met; where it is not, `decided` that no list meets it.
    `worth` is the objective of choice, in songs of four minutes.
    """

    chosen: tuple[int, ...]
    relaxed: tuple[str, ...] = ()
    inside: bool = True
    decided: bool = True
    timed_out: bool = False
    worth: float = 0.0


class Attempt(Struct, frozen=True):
    """The best list under some caps; `off` is how far it is outside its window."""

    taken: Mask
    off: int
    decided: bool
    worth: float


def never() -> bool:
    return False


def choose(
    pool: Pool, limits: Limits, *, strict: Sequence[str] = (), late: Callable[[], bool] = never
) -> Choice:
    """The best list that meets the limits; where none of as many songs as usual does, caps give way.

    Those in `strict` never do. `late` is asked between steps: from when it says so, the best list so far is
    returned and `timed_out`. Else the same pool and limits give the same list on every machine.
    """
    if not len(pool):
        return Choice((), inside=not (limits.songs or limits.seconds))
    if limits.songs is not None and limits.songs > MOST_SONGS:
        limits = structs.replace(limits, songs=MOST_SONGS)
    roomy = _roomy(pool, limits, strict)
    best = _attempt(pool, roomy, late)
    if best.off:
        best = _relaxed(pool, roomy, strict, best, late)
    relaxed = tuple(cap for cap in ("per_album", "per_artist") if _exceeded(pool, limits, cap, best.taken))
    chosen = tuple(np.flatnonzero(best.taken).tolist())
    return Choice(chosen, relaxed, best.off == 0, best.decided, late(), best.worth)


def targets(pool: Pool, limits: Limits, count: int) -> Floats:
    """The energy wanted at each of `count` places, by what the candidates have that are good enough.

    Not by the best alone: those of one kind are all alike, and a curve through them would be a line.
    """
    good = (np.arange(len(pool)) < SPAN * count) | (pool.relevance >= GOOD * pool.relevance.max(initial=0))
    return wanted(limits.curve, limits.level, count, pool.energy[good])


def expected(pool: Pool, limits: Limits) -> int:
    """About how many songs the list will have."""
    if not limits.timed:
        return min(limits.songs or len(pool), len(pool))
    return max(1, round((limits.seconds or 0) / max(float(np.median(pool.duration)), 1)))


def _attempt(pool: Pool, limits: Limits, late: Callable[[], bool]) -> Attempt:
    energies = targets(pool, limits, expected(pool, limits))
    terms, caps = Terms.of(pool, limits, energies), Caps.of(pool, limits)
    gain = prices(terms, caps)
    taken = _start(pool, limits, terms, caps, energies)
    taken = improve(terms, caps, taken, gain=gain, steps=STEPS, late=late)
    decided = True
    if terms.outside(taken) and not late():
        found = reach(terms, caps, nearer_than=terms.outside(taken))
        decided = found.decided
        if terms.outside(found.taken) < terms.outside(taken):
            taken = improve(terms, caps, found.taken, gain=gain, steps=STEPS, late=late)
    return Attempt(taken, terms.outside(taken), decided, terms.total(taken) / MILLION)


def _roomy(pool: Pool, limits: Limits, strict: Sequence[str]) -> Limits:
    """The limits with those caps loosened under which a list of its usual number of songs cannot be: of one
    album, two songs may be as long as the list, but they would be its longest rather than its best."""
    count = expected(pool, limits) if limits.timed else 0
    for cap, group in (("per_album", pool.album), ("per_artist", pool.artist)):
        most, counted = getattr(limits, cap), ~pool.free & (group >= 0)
        sizes = np.bincount(group[counted])
        while most and cap not in strict and most < sizes.max(initial=0):
            if np.minimum(sizes, most).sum() + (~counted).sum() >= count:
                break
            most *= 2
        limits = structs.replace(limits, **{cap: most})
    return limits


def _relaxed(
    pool: Pool, limits: Limits, strict: Sequence[str], first: Attempt, late: Callable[[], bool]
) -> Attempt:
    """The first attempt that is as near to the window as lifting every cap would bring it."""
    caps = [cap for cap in ("per_album", "per_artist") if cap not in strict and getattr(limits, cap)]
    lifted = _attempt(pool, structs.replace(limits, **dict.fromkeys(caps)), late) if caps else first
    if lifted.off >= first.off:
        return first
    for looser in _looser(pool, limits, caps):
        if late():
            break
        attempt = _attempt(pool, looser, late)
        if attempt.off <= lifted.off:
            return attempt
    return lifted


def _looser(pool: Pool, limits: Limits, caps: Sequence[str]) -> Iterator[Limits]:
    """Each cap alone, then both, doubled until no artist or album has more."""
    most = {"per_album": np.bincount(pool.album).max(), "per_artist": np.bincount(pool.artist).max()}
    for raised in [[cap] for cap in caps] + [list(caps)] * (len(caps) > 1):
        factor = 2
        while any(getattr(limits, cap) * factor < 2 * most[cap] for cap in raised):
            yield structs.replace(limits, **{cap: getattr(limits, cap) * factor for cap in raised})
            factor *= 2


def _exceeded(pool: Pool, limits: Limits, cap: str, taken: Mask) -> bool:
    """Whether a list has more of an artist or album than the cap as it was asked."""
    other = {"per_album": "per_artist", "per_artist": "per_album"}[cap]
    return not Caps.of(pool, structs.replace(limits, **{other: None})).kept(taken)


def _start(pool: Pool, limits: Limits, terms: Terms, caps: Caps, energies: Floats) -> Mask:
    """Seeds, then what is worth most for its length, for each wanted energy in turn, until all is full."""
    taken, weight = caps.seed.copy(), weights(pool, limits)
    rooms = [room.copy() for room in caps.room]
    worth = terms.worth / MILLION / np.maximum(weight, 1e-9)
    by_artist, by_album = caps.full(taken)
    left = np.where(caps.open & ~by_artist & ~by_album, worth, -np.inf)
    varied = len(energies) > 0 and energies.min() < energies.max()
    missing = terms.asked - int(terms.amount[taken].sum())
    for n in range(len(pool)):
        if missing <= 0 or not np.isfinite(left).any():
            break
        misfit = ENERGY * np.abs(pool.energy - energies[int(n * GOLDEN % 1 * len(energies))]) if varied else 0
        place = int(np.argmax(left - misfit))
        left[place] = -np.inf
        taken[place] = True
        missing -= int(terms.amount[place])
        for number, room in zip(caps.number, rooms, strict=True):
            _count(number, room, place, left)
    return taken


def _count(number: Ints, room: Ints, place: int, left: Floats) -> None:
    """One more of this song's artist or album; where that fills its room, the others are out."""
    if number[place] >= 0:
        room[number[place]] -= 1
        if room[number[place]] <= 0:
            left[number == number[place]] = -np.inf
