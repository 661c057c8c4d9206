"""Standing lists on the command line: which there are, when they are made anew, and who has hidden which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path

import msgspec
from msgspec import Struct

from proxy.commands.owners import Owner, owner
from proxy.errors import PlaylistgenError
from proxy.playlists.placeholders import ABOUT, KEY, Placeholder, is_called
from proxy.recipes.book import built_in, copy_beside, read_file
from proxy.recipes.period import period_of
from proxy.recipes.recipe import Audience, Recipe, named
from proxy.recipes.snapshots import Shelf
from proxy.recipes.wrong import nearest
from proxy.resources import to_rename
from proxy.settings import Settings

HIDDEN = "hidden"
NOT_FOR_HIM = "not for this user"
NOT_MADE = "not made yet: it is when he lists his playlists"


class Row(Struct, frozen=True, omit_defaults=True):
    """A recipe of the JSON form; `next` is when its list is made anew, null where that is on opening it.

    With a user: the `state` of his list, the `reason` why it could not be filled or made anew, and its songs.
    """

    name: str
    key: str
    about: str
    refresh: str
    next: datetime | None
    audience: str = msgspec.field(name="for")
    state: str = ""
    reason: str = ""
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
    """With a user also of the list that waits for him to rename it. Raises PlaylistgenError."""
    found = recipes_of(settings)
    if not user:
        return [_row(recipe, now) for recipe in found]
    with owner(settings, user) as his:
        shelf, waiting = his.snapshots.shelf(his.name), his.placeholders.waiting(his.name)
    told = [_of_user(_row(each, now), shelf, may_have=his.may_have(each)) for each in found]
    name = to_rename(settings)
    return [*told, *([_waiting(waiting, name)] if waiting and name else [])]


def hidden(settings: Settings, name: str, user: str, *, hide: bool, now: datetime) -> str:
    """Hide a user's list, or show it again; a sentence about it. Raises PlaylistgenError."""
    recipes, waiting = recipes_of(settings), to_rename(settings)
    with owner(settings, user) as his:
        recipe = named(recipes, name)
        if recipe:
            _hide(his, recipe, hide=hide, now=now)
        elif is_called(name, waiting):
            _hide_waiting(his, hide=hide, now=now)
        else:
            near = f" Did you mean {nearest(name, [each.name for each in recipes])}?" if recipes else ""
            raise PlaylistgenError(f"There is no recipe called {name}.{near}")
    told = recipe.name if recipe else waiting
    return f"{told} is {'hidden from' if hide else 'shown to'} {his.name}."


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


def _hide(his: Owner, recipe: Recipe, *, hide: bool, now: datetime) -> None:
    if hide:
        his.snapshots.hide(his.name, recipe.key, now=now)
    else:
        his.snapshots.show(his.name, recipe.key)


def _hide_waiting(his: Owner, *, hide: bool, now: datetime) -> None:
    waiting = his.placeholders.waiting(his.name)
    if waiting is None:
        raise PlaylistgenError(
            f"{his.name} has never been shown the list to rename. Whoever lists his playlists in one of "
            "PLACEHOLDER_CLIENTS is."
        )
    if hide:
        his.placeholders.hide(waiting.placeholder_id, now=now)
    else:
        his.placeholders.show(waiting.placeholder_id)


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


def _of_user(row: Row, shelf: Shelf, *, may_have: bool) -> Row:
    made, in_vain = shelf.snapshots.get(row.key), shelf.in_vain.get(row.key)
    reason = in_vain.reason if in_vain else ""
    if row.key in shelf.hidden:
        state = HIDDEN
    elif not may_have:
        state = NOT_FOR_HIM
    elif made:
        state = f"{made.name}, {_songs(made.songs)}{f'; not made anew: {reason}' if reason else ''}"
    else:
        state = f"not shown: {reason}" if reason else NOT_MADE
    return msgspec.structs.replace(
        row,
        state=state,
        reason=reason,
        list_name=made.name if made else "",
        songs=len(made.songs) if made else 0,
    )


def _waiting(waiting: Placeholder, name: str) -> Row:
    return Row(
        name=name,
        key=KEY,
        about=ABOUT,
        refresh="never",
        next=None,
        audience="some clients",
        state=HIDDEN if waiting.hidden_at else _songs(waiting.songs),
        list_name=name,
        songs=len(waiting.songs),
    )


def _songs(songs: Sequence[str]) -> str:
    return f"{len(songs)} song{'' if len(songs) == 1 else 's'}"
