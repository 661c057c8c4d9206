"""The libraries that recipes name, looked up upstream as whoever asks for his lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from anyio import fail_after
from msgspec import structs

from proxy.errors import UpstreamError
from proxy.navidrome import taste
from proxy.playlists.name import fold
from proxy.recipes.recipe import Caller, Recipe
from proxy.recipes.wrong import nearest

A_WHILE = timedelta(minutes=10)  # between two questions of one user
PATIENCE = 2.0  # seconds for a question: his lists wait for it

Names = Mapping[str, int]  # folded names of libraries, and their ids

log = structlog.get_logger()


class Libraries:
    """By user the libraries that upstream shows him, remembered; where it does not tell, as it told last."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, Names]] = {}

    async def known_to(self, caller: Caller, recipes: Sequence[Recipe], now: datetime) -> Caller:
        """With their names, where a recipe names any."""
        if not any(each.audience.named for each in recipes):
            return caller
        asked_at, names = self._known.get(caller.name, (None, None))
        if caller.ask and (asked_at is None or now - asked_at >= A_WHILE):
            names = await self._asked(caller, recipes, now) or names
        return structs.replace(caller, names=names)

    async def _asked(self, caller: Caller, recipes: Sequence[Recipe], now: datetime) -> Names | None:
        assert caller.ask
        try:
            with fail_after(PATIENCE):
                folders = await taste.folders(caller.ask)
        except (UpstreamError, TimeoutError) as error:
            log.warning("the libraries' names are not known", reason=str(error) or "time was up")
            return None
        names = {fold(name): number for number, name in folders.items()}
        self._known[caller.name] = now, names
        for sentence in unknown(recipes, list(folders.values())) if caller.is_admin else ():
            log.warning("a recipe is for a library that is not there", reason=sentence)
        return names


def looked_up(recipe: Recipe, names: Names) -> Recipe:
    """With the ids of the libraries that it names; of names that nobody has it says nothing."""
    audience = recipe.audience
    if not audience.named:
        return recipe
    found = {names[fold(name)] for name in audience.named if fold(name) in names}
    return structs.replace(recipe, audience=structs.replace(audience, libraries=audience.libraries | found))


def unknown(recipes: Sequence[Recipe], known: Sequence[str]) -> Iterator[str]:
    """A sentence for every library that a recipe names and that is none of the known, which are all."""
    for recipe in recipes:
        for name in recipe.audience.named:
            if fold(name) not in map(fold, known):
                near = f" Did you mean {nearest(name, known)}?" if known else ""
                yield f"{recipe.name} is for {name}, and no library is called so.{near}"
