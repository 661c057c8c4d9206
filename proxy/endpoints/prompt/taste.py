"""What a prompt needs to know of its owner's taste: asked upstream as whoever calls, in the time there is.

Nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from anyio import create_task_group, move_on_after

from proxy.errors import UpstreamError
from proxy.navidrome import taste as upstream
from proxy.navidrome.taste import Ask, Plays, PlaysOf
from proxy.playlists.prompt.own_lists import may_be_named
from proxy.playlists.taste import UNASKED, Taste, asks, asks_of_plays
from proxy.playlists.wish import Wish

MOST_LISTS = 10  # of those that one prompt names
LATE = f"{UNASKED} in time"

Lists = Mapping[str, Sequence[str]]  # ids by name: two may be called the same

log = structlog.get_logger()


async def lists_for(prompt: str, ask: Ask, owner: str, *, named: bool = False) -> Lists:
    """The owner's lists, asked for only where one is `named`, or the prompt may name one.

    There are none where upstream does not tell.
    """
    if not named and not may_be_named(prompt):
        return {}
    mine: dict[str, list[str]] = {}
    try:
        for found in await upstream.lists(ask):
            if found.owner in ("", owner):
                mine.setdefault(found.name, []).append(found.id)
    except UpstreamError as error:
        log.warning("the lists that a prompt may name are not known", reason=str(error))
    return mine


class Tastes:
    """`plays_of` tells ratings and plays; it may remember them. Stars and lists are asked anew each time:
    that is one quick call.
    """

    def __init__(self, plays_of: PlaysOf) -> None:
        self._plays_of = plays_of

    async def of(self, wish: Wish, ask: Ask, owner: str, lists: Lists, *, seconds: float) -> Taste | None:
        """What the wish needs of it, and None where it needs nothing.

        What upstream refuses, or has not told within the seconds, is None in the Taste. Never raises.
        """
        if not asks(wish):
            return None
        known: dict[str, Any] = {}
        with move_on_after(seconds) as time:
            async with create_task_group() as group:
                if wish.favourites:
                    group.start_soon(_told, known, "starred", partial(upstream.starred, ask))
                if wish.stars is not None or asks_of_plays(wish):
                    group.start_soon(_told, known, "plays", partial(self._plays_of, owner, ask))
                if wish.like_playlists:
                    group.start_soon(_told, known, "lists", partial(_songs, wish, lists, ask))
        if time.cancelled_caught:
            log.warning("there was no time to ask for all of a taste", asked=seconds, told=sorted(known))
        plays: Plays | None = known.get("plays")
        return Taste(
            starred=known.get("starred"),
            ratings=plays.ratings if plays else None,
            played=plays.played if plays else None,
            lists=known.get("lists"),
            why=LATE if time.cancelled_caught else UNASKED,
        )


async def _told(known: dict[str, Any], name: str, question: Callable[[], Awaitable[Any]]) -> None:
    try:
        known[name] = await question()
    except UpstreamError as error:
        log.warning("a part of a taste is not known", part=name, reason=str(error))


async def _songs(wish: Wish, lists: Lists, ask: Ask) -> Mapping[str, tuple[str, ...]]:
    named = [(name, playlist_id) for name in wish.like_playlists for playlist_id in lists.get(name, ())]
    songs: dict[str, tuple[str, ...]] = {}
    for name, playlist_id in named[:MOST_LISTS]:
        songs[name] = (*songs.get(name, ()), *await upstream.songs_of(ask, playlist_id))
    return songs
