"""What an owner has done with songs, asked upstream as him for the recipes that need it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import structlog
from anyio import fail_after

from proxy.errors import UpstreamError
from proxy.navidrome import taste
from proxy.navidrome.taste import Ask, Plays, PlaysOf
from proxy.recipes.recipe import Caller
from proxy.recipes.seeds import Habits

PATIENCE = 60.0  # seconds; Navidrome 0.63 took 3 to 7 for 100,000 songs on two busy cores

log = structlog.get_logger()


async def ask_upstream(owner: str, ask: Ask) -> Plays:
    return await taste.plays(ask)


async def habits_of(
    caller: Caller, lists: Collection[str], plays_of: PlaysOf, *, seconds: float = PATIENCE
) -> Habits | None:
    """With the songs of those of his playlists that are named, by name or id. None where upstream does not
    tell, or not in time, or there is no way to ask it as him.
    """
    if caller.ask is None:
        return None
    try:
        with fail_after(seconds):
            plays = await plays_of(caller.name, caller.ask)
            return Habits(plays, await _lists(caller.ask, caller.name, lists) if lists else {})
    except (UpstreamError, TimeoutError) as error:
        reason = str(error) or "time was up"
        log.warning("standing lists stay as they are: a taste is not known", reason=reason)
        return None


async def _lists(ask: Ask, owner: str, wanted: Collection[str]) -> dict[str, Sequence[str]]:
    """Of two lists of one name the owner's own counts. Those that are not there have no songs."""
    found = await taste.lists(ask)
    mine_last = sorted(found, key=lambda each: each.owner == owner)
    ids = {each.name: each.id for each in mine_last} | {each.id: each.id for each in found}
    return {name: await taste.songs_of(ask, ids[name]) for name in wanted if name in ids}
