"""Recipes read from TOML; what cannot be read is told with its line and the nearest right word."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, get_args

from proxy.errors import RecipeError
from proxy.playlists.name import fold
from proxy.playlists.wish import CURVES
from proxy.recipes.fields import FIELDS
from proxy.recipes.lines import Path, lines
from proxy.recipes.nsp import Wrong, field_of, group_of
from proxy.recipes.period import refresh_of
from proxy.recipes.recipe import Audience, Cover, Group, Pick, Recipe, key_of
from proxy.recipes.seeds import SOURCES, TIMES

TABLE = "recipe"
LEVELS = {"low": 0.25, "medium": 0.5, "high": 0.8}
ALONE = ("flow", "random")  # orders that no field goes with
MOST_MINUTES, MOST_SONGS = 720, 500

_LINE = re.compile(r" \(at line (\d+), column \d+\)")


def read(text: str, file: str) -> tuple[Recipe, ...]:
    """The recipes of a file of that name, in its order. Raises RecipeError."""
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _LINE.search(str(error))
        line = found[1] if found else text.count("\n") + 1  # "at end of document"
        raise RecipeError(f"{file}, line {line}: this is not TOML. {_LINE.sub('', str(error))}.") from error
    tables = tree.get(TABLE, [])
    for name in tree:
        if name != TABLE or not _are_tables(tables):
            raise RecipeError(f"{file}: {name} is not what stands here. Begin each recipe with [[{TABLE}]].")
    if TABLE not in tree:  # an editor may have truncated it; `recipe = []` says that none are wanted
        raise RecipeError(f"{file} holds no recipe. Begin each with [[{TABLE}]].")
    places = lines(text, tables)
    recipes: list[Recipe] = []
    for table, place in zip(tables, places, strict=True):
        try:
            recipes.append(_recipe(table, recipes))
        except Wrong as wrong:
            told = _field(wrong.path)
            raise RecipeError(f"{file}, line {place.at(wrong.path)}{told}: {wrong.sentence}") from wrong
    return tuple(recipes)


def recipe_fields() -> tuple[str, ...]:
    """What a recipe may say."""
    return tuple(_READERS)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _field(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    return f", {' › '.join(names)}" if names else ""


def _recipe(table: Mapping[str, Any], others: Sequence[Recipe]) -> Recipe:
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in _READERS:
            raise Wrong(f"{name} is no field of a recipe. Did you mean {nearest(name, _READERS)}?", name)
        try:
            values |= _READERS[name](value)
        except ValueError as error:
            raise Wrong(str(error), name) from error
    if "name" not in values:
        raise Wrong('A recipe needs a name: name = "Daily mix".')
    for one, other in (("minutes", "songs"), ("all", "any")):
        if one in table and other in table:
            raise Wrong(f"{one} and {other} exclude each other. Keep one.", other)
    recipe = Recipe(**{"key": key_of(values["name"]), **values})
    _is_new(recipe, others)
    return recipe


def _is_new(recipe: Recipe, others: Sequence[Recipe]) -> None:
    if fold(recipe.name) in {fold(other.name) for other in others}:
        raise Wrong(f"There is a recipe called {recipe.name!r} already. Give this one another name.", "name")
    if recipe.key in {other.key for other in others}:
        raise Wrong(f"There is a recipe with the key {recipe.key!r} already. Give this one another.", "key")


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that is written most alike, in whatever case."""
    spelled = {each.lower(): each for each in known}
    return spelled[difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=0)[0]]


def _name(value: Any) -> dict[str, Any]:
    text = _text(value).strip()
    if not fold(text):
        raise ValueError("a name has at least one letter.")
    return {"name": text}


def _key(value: Any) -> dict[str, Any]:
    if not (text := key_of(_text(value))):
        raise ValueError("a key has at least one letter.")
    return {"key": text}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"this is a text, in quotes, and not {_shown(value)}.")
    return value


def _minutes(value: Any) -> dict[str, Any]:
    if not _is_number(value) or not 1 <= value <= MOST_MINUTES:
        raise ValueError(f"this is a number from 1 to {MOST_MINUTES}, and not {_shown(value)}.")
    return {"minutes": float(value)}


def _whole(name: str, most: int) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        if not _is_number(value) or not 1 <= value <= most or value != int(value):
            raise ValueError(f"this is a whole number from 1 to {most}, and not {_shown(value)}.")
        return {name: int(value)}

    return read


def _energy(value: Any) -> dict[str, Any]:
    if _is_number(value) and 0 < value <= 1:
        return {"level": float(value)}
    if isinstance(value, str) and value in LEVELS:
        return {"level": LEVELS[value]}
    if isinstance(value, str) and value in CURVES:
        return {"curve": value}
    known = (*CURVES, *LEVELS)
    near = f" Did you mean {nearest(value, known)}?" if isinstance(value, str) else ""
    raise ValueError(
        f"{_shown(value)} is no energy.{near} Write one of {', '.join(known)}, or a number up to 1."
    )


def _order(value: Any) -> dict[str, Any]:
    text = _text(value)
    if text not in ALONE:
        for part in text.split(","):
            field = field_of(part.strip().lstrip("+-"), (*ALONE, *FIELDS), ("order",))
            if field in ALONE:
                raise ValueError(f'{field} stands alone: order = "{field}".')
    return {"order": text}


def _for(value: Any) -> dict[str, Any]:
    if value in ("all", "admins"):
        return {"audience": Audience(admins=value == "admins")}
    forms = '"all", "admins", { users = ["ana"] } or { libraries = [1] }'
    if isinstance(value, dict) and set(value) in ({"users"}, {"libraries"}):
        kind = str if "users" in value else int
        members = next(iter(value.values()))
        if isinstance(members, list) and members and all(type(member) is kind for member in members):
            given = {"users": tuple(members)} if kind is str else {"libraries": frozenset(members)}
            return {"audience": Audience(**given)}
    raise ValueError(f"{_shown(value)} is nobody. Write one of: {forms}.")


def _seeds(value: Any) -> dict[str, Any]:
    known = (*SOURCES, *TIMES)
    sources = value if isinstance(value, list) else [value]
    for source in sources:
        if source in known or (isinstance(source, dict) and _names_a_playlist(source)):
            continue
        near = f" Did you mean {nearest(source, known)}?" if isinstance(source, str) else ""
        forms = f'{", ".join(known)} or {{ playlist = "its name" }}'
        raise ValueError(f"{_shown(source)} is no source of songs.{near} Write {forms}.")
    return {
        "seeds": tuple(each if isinstance(each, str) else f"playlist {each['playlist']}" for each in sources)
    }


def _names_a_playlist(source: Mapping[str, Any]) -> bool:
    return list(source) == ["playlist"] and isinstance(source["playlist"], str)


def _one_of(name: str, known: Sequence[str]) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        if value not in known:
            near = f" Did you mean {nearest(value, known)}?" if isinstance(value, str) else ""
            raise ValueError(f"{_shown(value)} is none of {', '.join(known)}.{near}")
        return {name: value}

    return read


def _criteria(match: str) -> Callable[[Any], dict[str, Group]]:
    return lambda value: {"criteria": group_of(match, value, (match,))}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float) else "this"


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "name": _name,
    "key": _key,
    "about": lambda value: {"about": _text(value)},
    "prompt": lambda value: {"prompt": _text(value)},
    "all": _criteria("all"),
    "any": _criteria("any"),
    "minutes": _minutes,
    "songs": _whole("songs", MOST_SONGS),
    "energy": _energy,
    "per_artist": _whole("per_artist", MOST_SONGS),
    "per_album": _whole("per_album", MOST_SONGS),
    "order": _order,
    "refresh": lambda value: {"refresh": refresh_of(_text(value))},
    "for": _for,
    "seed_from": _seeds,
    "pick": _one_of("pick", get_args(Pick)[1:]),
    "cover": _one_of("cover", get_args(Cover)),
}
