"""What an owner has done with songs, asked upstream as him for the recipes that need it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import structlog
from anyio import fail_after, to_thread
from msgspec import Struct

from proxy.errors import UpstreamError
from proxy.navidrome import taste
from proxy.navidrome.taste import Ask, Plays, PlaysOf
from proxy.recipes.recipe import Caller
from proxy.recipes.seeds import Habits

PATIENCE = 60.0  # seconds; Navidrome 0.63 took 3 to 7 for 100,000 songs on two busy cores

log = structlog.get_logger()


async def ask_upstream(owner: str, ask: Ask) -> Plays:
    return await taste.plays(ask)


class Needs(Struct, frozen=True):
    """What a recipe takes of a user: his `plays`, whether `his_lists` are looked at, and which of these.

    `named` gives of the names of his own lists those that are meant; what it gives may be ids too, or lists
    that others share with him. True where it takes anything.
    """

    plays: bool
    his_lists: bool
    named: Callable[[Sequence[str]], Collection[str]]

    def __bool__(self) -> bool:
        return self.plays or self.his_lists


def together(needs: Sequence[Needs]) -> Needs:
    return Needs(
        plays=any(each.plays for each in needs),
        his_lists=any(each.his_lists for each in needs),
        named=lambda own: {name for each in needs for name in each.named(own)},
    )


async def habits_of(
    caller: Caller, needs: Needs, plays_of: PlaysOf, *, seconds: float = PATIENCE
) -> Habits | None:
    """None where upstream does not tell, or not in time, or there is no way to ask it as him."""
    if caller.ask is None:
        return None
    try:
        with fail_after(seconds):
            plays = await plays_of(caller.name, caller.ask) if needs.plays else Plays({}, {})
            if not needs.his_lists:
                return Habits(plays)
            return await _with_lists(plays, caller.ask, caller.name, needs.named)
    except (UpstreamError, TimeoutError) as error:
        reason = str(error) or "time was up"
        log.warning("standing lists stay as they are: a taste is not known", reason=reason)
        return None


async def _with_lists(
    plays: Plays, ask: Ask, owner: str, named: Callable[[Sequence[str]], Collection[str]]
) -> Habits:
    """Of two lists of one name the owner's own counts. Those that are not there have no songs."""
    found = await taste.lists(ask)
    own = [each.name for each in found if each.owner in ("", owner)]
    mine_last = sorted(found, key=lambda each: each.owner == owner)
    ids = {each.name: each.id for each in mine_last} | {each.id: each.id for each in found}
    wanted = await to_thread.run_sync(named, own)
    songs = {name: await taste.songs_of(ask, ids[name]) for name in wanted if name in ids}
    return Habits(plays, songs, tuple(own))
