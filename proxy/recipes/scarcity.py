"""Why a list is not what its recipe asks for, in a few words for its owner."""

from __future__ import annotations

import json
from datetime import date

from proxy.arrays import Mask
from proxy.recipes.criteria import matching
from proxy.recipes.known import Columns, of_taste, playlists_of
from proxy.recipes.recipe import Caller, Criterion, Group, Recipe
from proxy.recipes.seeds import Habits, unknown_lists

WAITS = "waits for {name}'s next visit"
UNTOLD = "Navidrome did not tell what it is made from"
NO_SEEDS = "by chance, until you have starred and played more"
DONE = {
    "loved": "starred",
    "dateloved": "starred",
    "rating": "rated",
    "playcount": "played",
    "lastplayed": "played",
}


def left(caller: Caller) -> str:
    """Why a list is not made that takes what only upstream knows of its owner, and upstream has not told."""
    return UNTOLD if caller.ask else WAITS.format(name=caller.name)


def unmet(recipe: Recipe, habits: Habits | None, like: tuple[str, ...]) -> str:
    """Why the list is not made of all that it should be, or does not resemble it; "" where it is and does."""
    told = absent_lists(recipe, habits)
    if like or not recipe.seeds:
        return told
    return f"by chance: {told}" if told else NO_SEEDS


def absent_lists(recipe: Recipe, habits: Habits | None) -> str:
    absent = [f"“{name}”" for name in unknown_lists(playlists_of(recipe), habits)]
    return f"there is no playlist {' or '.join(absent)}" if absent else ""


def narrowest(group: Group, known: Columns, habits: Habits | None, open_to: Mask, *, today: date) -> str:
    """How many of the songs open to the owner the criteria let in; of several that all must hold, which one
    lets in the fewest. "" of no criteria.
    """
    if not group.criteria:
        return ""

    def let_in(of: Criterion | Group) -> int:
        among = matching(Group(criteria=(of,)), known, size=len(open_to), today=today)
        return int((among & open_to).sum())

    counts = {each: let_in(each) for each in (group.criteria if group.match == "all" else (group,))}
    strictest = min(counts, key=counts.__getitem__)
    fewest, together = counts[strictest], let_in(group)
    told = "" if fewest else _never_done(strictest, habits)
    told = told or f"{_written(strictest)} lets in {fewest} of {open_to.sum()} songs"
    return told if together == fewest else f"{told}, and with the other criteria {together}"


def _never_done(each: Criterion | Group, habits: Habits | None) -> str:
    if isinstance(each, Group) or each.field not in DONE or habits is None:
        return ""
    return "" if of_taste(each.field, habits.plays) else f"nothing is {DONE[each.field]} yet"


def _written(each: Criterion | Group) -> str:
    """As in a recipe; of a group not what is in it."""
    if isinstance(each, Group):
        return f"{each.match} = […]"
    value = list(each.value) if isinstance(each.value, tuple) else each.value
    return f"{each.operator} = {{ {each.field} = {json.dumps(value, ensure_ascii=False, default=str)} }}"
