"""Recipes read from TOML; what cannot be read is told with its line and the nearest right word."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from proxy.errors import RecipeError
from proxy.playlists.name import fold
from proxy.recipes.lines import lines, opening
from proxy.recipes.pasted import hint
from proxy.recipes.picking import may_be_called
from proxy.recipes.recipe import Recipe, key_of
from proxy.recipes.values import READERS
from proxy.recipes.wrong import Path, Wrong, alike

TABLE = "recipe"
BEGIN = f"[[{TABLE}]]"
SINGLE = f"[{TABLE}] holds no more than one. Did you mean {BEGIN}?"

_LINE = re.compile(r" \(at line (\d+), column \d+\)")
_HEADER = re.compile(rf"\s*(?:(?P<array>\[\[{TABLE}\]\])|\[{TABLE}\])\s*(?:#.*)?")


def read(text: str, file: str) -> tuple[Recipe, ...]:
    """The recipes of a file of that name, in its order. Raises RecipeError."""
    tables = _tables(text, file)
    places = lines(text, tables)
    recipes: list[Recipe] = []
    for table, place in zip(tables, places, strict=True):
        try:
            recipes.append(_recipe(table, recipes))
        except Wrong as wrong:
            told = _field(wrong.path)
            raise RecipeError(f"{file}, line {place.at(wrong.path)}{told}: {wrong.sentence}") from wrong
    return tuple(_told_apart(recipes))


def _tables(text: str, file: str) -> list[dict[str, Any]]:
    tree = _tree(text, file)
    tables: list[dict[str, Any]] = tree.get(TABLE, [])
    for name in tree:
        if name != TABLE or not _are_tables(tables):
            line = opening(text).get(name, 1)
            raise RecipeError(f"{file}, line {line}, {name}: {_misplaced(name, tree[name])}")
    if TABLE not in tree:  # an editor may have truncated it; `recipe = []` says that none are wanted
        raise RecipeError(f"{file} holds no recipe. Begin each with {BEGIN}.")
    return tables


def _tree(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1  # "at end of document"
        if single := _single(text, line):
            raise RecipeError(f"{file}, line {single}, {TABLE}: {SINGLE}") from error
        raise RecipeError(f"{file}, line {line}: this is not TOML. {_LINE.sub('', str(error))}.") from error


def _single(text: str, line: int) -> int:
    """The line of the first [recipe] where the header on `line` is at odds with it, else 0."""
    kinds = [_HEADER.fullmatch(each) for each in text.split("\n")[:line]]
    first = next((number for number, kind in enumerate(kinds, 1) if kind and not kind["array"]), 0)
    return first if kinds and kinds[-1] else 0


def _misplaced(name: str, value: Any) -> str:
    if name == TABLE:
        return SINGLE
    if name in READERS and not isinstance(value, dict):
        return f"{name} stands outside of a recipe. Put it below a {BEGIN}."
    if isinstance(value, dict) or (value and _are_tables(value)) or alike(name, (TABLE,)):
        return f"{name} is not what stands here. Did you mean {BEGIN}?"
    return f"{name} is not what stands here. {hint(name, value, READERS)} It belongs below a {BEGIN}."


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _field(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    return f", {' › '.join(names)}" if names else ""


def _recipe(table: Mapping[str, Any], others: Sequence[Recipe]) -> Recipe:
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in READERS:
            raise Wrong(f"{name} is no field of a recipe. {hint(name, value, READERS)}", name)
        try:
            values |= READERS[name](value)
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


def _told_apart(recipes: Sequence[Recipe]) -> Iterator[Recipe]:
    """Two lists of one name are shown as one: of recipes that pick the same only the first has it bare, and
    none where another recipe is called as what it may pick.
    """
    fixed, picked = [each.name for each in recipes if not each.pick], set[str]()
    for recipe in recipes:
        is_taken = recipe.pick in picked or any(may_be_called(recipe.pick, name) for name in fixed)
        yield structs.replace(recipe, named_too=is_taken)
        picked |= {recipe.pick} - {""}


def _is_new(recipe: Recipe, others: Sequence[Recipe]) -> None:
    if fold(recipe.name) in {fold(other.name) for other in others}:
        raise Wrong(f"There is a recipe called {recipe.name!r} already. Give this one another name.", "name")
    if recipe.key in {other.key for other in others}:
        raise Wrong(f"There is a recipe with the key {recipe.key!r} already. Give this one another.", "key")
