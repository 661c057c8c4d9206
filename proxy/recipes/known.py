"""What a recipe has to know of each track and of its owner, and the order that it puts songs in."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import apsw

from proxy.library import columns
from proxy.library.index import Index
from proxy.navidrome.taste import Plays
from proxy.playlists import vocabulary_of
from proxy.playlists.prompt.own_lists import may_be_named
from proxy.playlists.reading import read
from proxy.playlists.taste import asks
from proxy.playlists.wish import Wish
from proxy.recipes.criteria import column_of, criteria_of, reads_taste
from proxy.recipes.fields import OF_TASTE, kind_of, name_of
from proxy.recipes.habits import Needs
from proxy.recipes.recipe import Recipe
from proxy.recipes.seeds import PLAYLIST, Habits

ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)

Columns = dict[str, Sequence[Any]]


def needs_of(recipe: Recipe, index: Index) -> Needs:
    """What it takes of its owner, its prompt read as in that library."""
    return Needs(
        plays=_takes_plays(recipe, index),
        his_lists=_takes_lists(recipe),
        named=lambda own: _lists_of(recipe, own, index),
    )


def _takes_plays(recipe: Recipe, index: Index) -> bool:
    """Whether it takes what its owner has starred, rated or played."""
    sorted_by_taste = any(field in OF_TASTE for field, _ in sorting(recipe))
    of_taste = sorted_by_taste or reads_taste(recipe.criteria) or asks(_wish(recipe, (), index))
    return bool(recipe.seeds) or of_taste


def _takes_lists(recipe: Recipe) -> bool:
    """Whether it takes the songs of a playlist, or its prompt may name one."""
    return bool(playlists_of(recipe)) or may_be_named(recipe.prompt)


def _lists_of(recipe: Recipe, own: Sequence[str], index: Index) -> Collection[str]:
    more = _wish(recipe, own, index).like_playlists if may_be_named(recipe.prompt) else ()
    return {*playlists_of(recipe), *more}


def _wish(recipe: Recipe, own: Sequence[str], index: Index) -> Wish:
    """Its prompt, slips put right: what it says of taste and lists is the same on every day."""
    if not recipe.prompt:
        return Wish()
    vocabulary = vocabulary_of(index)
    return read(recipe.prompt, index=index, vocabulary=vocabulary, now=ANY_DAY, playlists=own)


def sorting(recipe: Recipe) -> list[tuple[str, bool]]:
    """The fields that its songs are sorted by, and whether each falls."""
    if recipe.order in ("flow", "random"):
        return []
    parts = [part.strip() for part in recipe.order.split(",")]
    return [(name_of(part.lstrip("+-")), part.startswith("-")) for part in parts]


def takes_the_first(recipe: Recipe) -> bool:
    """Whether it is the first songs by its order that it wants, as nothing else says which."""
    return bool(sorting(recipe)) and not (recipe.prompt or recipe.seeds or recipe.curve or recipe.level)


def playlists_of(recipe: Recipe) -> tuple[str, ...]:
    """The names and ids of playlists whose songs it takes to make the list."""
    named = [source.removeprefix(PLAYLIST) for source in recipe.seeds if source.startswith(PLAYLIST)]
    criteria = criteria_of(recipe.criteria)
    within = [str(each.value) for each in criteria if kind_of(each.operator, each.field) == "playlist"]
    return tuple(dict.fromkeys([*named, *within]))


def columns_of(recipe: Recipe, habits: Habits | None, index: Index, db: apsw.Connection) -> Columns:
    """What the criteria and the order read of each track."""
    fields = {each.field for each in criteria_of(recipe.criteria) if not column_of(each).startswith(PLAYLIST)}
    fields.update(field for field, _ in sorting(recipe))
    known: Columns = {
        field: columns.column(db, field, index.rows) for field in sorted(fields - OF_TASTE.keys())
    }
    if habits is None:
        return known
    for field in sorted(fields & OF_TASTE.keys()):
        of = of_taste(field, habits.plays)
        known[field] = [of.get(song, 0 if OF_TASTE[field] == "number" else None) for song in index.ids]
    for each in criteria_of(recipe.criteria):
        if column_of(each).startswith(PLAYLIST):
            listed = frozenset(habits.lists.get(str(each.value), ()))
            known[column_of(each)] = [song in listed for song in index.ids]
    return known


def of_taste(field: str, plays: Plays) -> Mapping[str, Any]:
    of: dict[str, Mapping[str, Any]] = {
        "loved": dict.fromkeys(plays.loved, True),
        "dateloved": plays.loved,
        "rating": plays.ratings,
        "playcount": plays.counts,
        "lastplayed": plays.played,
    }
    return of[field]


def ordered(
    songs: Sequence[str], recipe: Recipe, known: Columns, index: Index, *, salt: str
) -> tuple[str, ...]:
    """In the recipe's order the songs, which came in small steps; at the end those whose field is unknown."""
    found = list(songs)
    if recipe.order == "random":
        random.Random(salt).shuffle(found)
    for field, falls in reversed(sorting(recipe)):
        worth = {song: _comparable(known[field][index.position[song]]) for song in found}
        there = [song for song in found if worth[song] is not None]
        there.sort(key=worth.__getitem__, reverse=falls)
        found = there + [song for song in found if worth[song] is None]
    return tuple(found)


def _comparable(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value.casefold()
    return (value[0].casefold() if value else None) if isinstance(value, list) else value
