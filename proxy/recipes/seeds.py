"""The songs that a list should resemble, out of what its owner has done with them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from heapq import nlargest

from msgspec import Struct

from proxy.navidrome.taste import Plays
from proxy.playlists.taste import Taste

MOST_SEEDS = 12  # drawn of those there are, so that the next period has others
MOST_PLAYED = 100
AT_LEAST = 2  # plays make a song a frequent one
RECENT = timedelta(days=14)
FORGOTTEN = timedelta(days=180)
CHERISHED_RATING, CHERISHED_PLAYS = 4, 3

# Hours of the owner's day, the first included.
TIMES: Mapping[str, tuple[int, int]] = {
    "morning": (5, 11),
    "midday": (11, 14),
    "afternoon": (14, 18),
    "evening": (18, 23),
    "night": (23, 29),
}
PLAYLIST = "playlist "  # and its name


class Habits(Struct, frozen=True):
    """What one user has done: with songs, and the songs of those of his playlists that a recipe names.

    `lists` are by name or id; `own` are the names of all of his, where they were asked for.
    """

    plays: Plays
    lists: Mapping[str, tuple[str, ...]] = {}
    own: tuple[str, ...] = ()

    @property
    def taste(self) -> Taste:
        """What a prompt may ask of it."""
        plays = self.plays
        return Taste(
            starred=frozenset(plays.loved), ratings=plays.ratings, played=plays.played, lists=self.lists
        )


def seeds(
    sources: Sequence[str], habits: Habits, *, today: date, hours_ahead: float, chance: random.Random
) -> tuple[str, ...]:
    """At most MOST_SEEDS of the songs that the sources have, each source's turn in order.

    `hours_ahead` is how much the owner's clocks are before UTC.
    """
    found: dict[str, None] = {}
    share = -(-MOST_SEEDS // max(len(sources), 1))
    for source in sources:
        songs = sorted(set(_songs(source, habits, today, hours_ahead)) - set(found))
        found |= dict.fromkeys(chance.sample(songs, min(share, len(songs))))
    return tuple(found)


def unknown_lists(named: Sequence[str], habits: Habits | None) -> list[str]:
    """Those of which he has none of that name or id, nor may read one."""
    return [name for name in named if habits is not None and name not in habits.lists]


def _songs(source: str, habits: Habits, today: date, hours_ahead: float) -> Iterable[str]:
    plays = habits.plays
    if source.startswith(PLAYLIST):
        return habits.lists.get(source.removeprefix(PLAYLIST), ())
    if source in TIMES:
        first, last = TIMES[source]
        return (
            song for song, hour in plays.hours.items() if first <= _local(hour, hours_ahead, first) < last
        )
    return SOURCES[source](plays, today)


def _local(hour: int, hours_ahead: float, first: int) -> float:
    """The hour by the owner's clocks; past midnight it goes on from 24."""
    return (hour + hours_ahead - first) % 24 + first


def _frequent(plays: Plays, today: date) -> Iterable[str]:
    often = ((count, song) for song, count in plays.counts.items() if count >= AT_LEAST)
    return (song for _, song in nlargest(MOST_PLAYED, often))


def _recent(plays: Plays, today: date) -> Iterable[str]:
    return (song for song, day in plays.played.items() if day is not None and day > today - RECENT)


def _forgotten(plays: Plays, today: date) -> Iterable[str]:
    rated = {song for song, rating in plays.ratings.items() if rating >= CHERISHED_RATING}
    often = {song for song, count in plays.counts.items() if count >= CHERISHED_PLAYS}
    return (song for song in {*plays.loved, *rated, *often} if _long_ago(plays.played.get(song), today))


def _long_ago(day: date | None, today: date) -> bool:
    return day is not None and day < today - FORGOTTEN


SOURCES: Mapping[str, Callable[[Plays, date], Iterable[str]]] = {
    "starred": lambda plays, today: plays.loved,
    "frequent": _frequent,
    "recent": _recent,
    "forgotten": _forgotten,
}
