"""Standing lists on the command line: which there are, when they are made anew, and who has hidden which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path

import msgspec
from msgspec import Struct

from proxy.errors import PlaylistgenError
from proxy.library import migrate
from proxy.library.database import identity
from proxy.recipes.book import built_in, copy_beside, read_file
from proxy.recipes.period import period_of
from proxy.recipes.recipe import Audience, Recipe, named
from proxy.recipes.snapshots import Shelf, Snapshots
from proxy.recipes.wrong import nearest
from proxy.settings import Settings

NOT_MADE = "not made, or not well enough filled"


class Row(Struct, frozen=True, omit_defaults=True):
    """A recipe of the JSON form; `next` is when its list is made anew, null where that is on opening it.

    With a user: the `state` of his list, and its songs.
    """

    name: str
    key: str
    about: str
    refresh: str
    next: datetime | None
    audience: str = msgspec.field(name="for")
    state: str = ""
    list_name: str = ""
    songs: int = 0


def recipes_of(settings: Settings) -> tuple[Recipe, ...]:
    """Raises RecipeError."""
    if not settings.recipes_path:
        return built_in()
    return read_file(Path(settings.recipes_path), copy=copy_beside(Path(settings.db_path)))


def checked(file: Path) -> str:
    """A sentence about a file that is well. Raises RecipeError with one about what is not."""
    found = read_file(file)
    return f"{file}: {len(found)} recipe{'' if len(found) == 1 else 's'}, and all can be read."


def rows(settings: Settings, *, user: str, now: datetime) -> list[Row]:
    """Raises RecipeError and, where a user is named, LibraryError."""
    found = recipes_of(settings)
    if not user:
        return [_row(recipe, now) for recipe in found]
    snapshots = _snapshots(settings)
    try:
        shelf = snapshots.shelf(user)
    finally:
        snapshots.close()
    return [_of_user(_row(recipe, now), shelf) for recipe in found]


def hidden(settings: Settings, name: str, user: str, *, hide: bool, now: datetime) -> str:
    """Hide a user's list, or show it again; a sentence about it. Raises PlaylistgenError."""
    recipe = _named(recipes_of(settings), name)
    snapshots = _snapshots(settings)
    try:
        if hide:
            snapshots.hide(user, recipe.key, now=now)
        else:
            snapshots.show(user, recipe.key)
    finally:
        snapshots.close()
    return f"{recipe.name} is {'hidden from' if hide else 'shown to'} {user}."


def told(found: Sequence[Row], *, as_json: bool) -> str:
    """As JSON, or as a table."""
    if as_json:
        return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()
    from rich.console import Console
    from rich.table import Table

    headings = ["Recipe", "Made anew", "Next", "For", *(["List"] if any(row.state for row in found) else [])]
    shown = Table(*headings, box=None, pad_edge=False)
    for row in found:
        following = row.next.astimezone().strftime("%a %d %b %H:%M") if row.next else ""
        shown.add_row(row.name, row.refresh, following, row.audience, row.state)
    paper = StringIO()
    Console(file=paper, width=140, markup=False, highlight=False).print(shown)
    return "\n".join(line.rstrip() for line in paper.getvalue().splitlines())


def _named(found: Sequence[Recipe], name: str) -> Recipe:
    recipe = named(found, name)
    if recipe is None:
        near = f" Did you mean {nearest(name, [each.name for each in found])}?" if found else ""
        raise PlaylistgenError(f"There is no recipe called {name}.{near}")
    return recipe


def _snapshots(settings: Settings) -> Snapshots:
    path = Path(settings.db_path)
    identity(path)
    migrate(path)
    return Snapshots(path)


def _row(recipe: Recipe, now: datetime) -> Row:
    opened = recipe.refresh.every == "open"
    return Row(
        name=recipe.name,
        key=recipe.key,
        about=recipe.about,
        refresh=str(recipe.refresh),
        next=None if opened else period_of(recipe.refresh, now).end,
        audience=_for(recipe.audience),
    )


def _for(audience: Audience) -> str:
    if audience.users:
        return ", ".join(audience.users)
    if audience.libraries or audience.named:
        return f"libraries {', '.join([*map(str, sorted(audience.libraries)), *audience.named])}"
    return "admins" if audience.admins else "all"


def _of_user(row: Row, shelf: Shelf) -> Row:
    made = shelf.snapshots.get(row.key)
    songs = len(made.songs) if made else 0
    state = "hidden" if row.key in shelf.hidden else f"{made.name}, {songs} songs" if made else NOT_MADE
    return msgspec.structs.replace(row, state=state, list_name=made.name if made else "", songs=songs)
