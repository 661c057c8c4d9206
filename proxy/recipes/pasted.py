"""Words of Navidrome's `.nsp` files that a recipe has others for, or another place."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from proxy.recipes.fields import ALL_OPERATORS, FIELDS, name_of
from proxy.recipes.wrong import nearest

# As Navidrome reads them: `model/criteria/criteria.go`, and `core/playlists` for name, comment and public.
HERE = {
    "sort": ("order", '"-dateadded, title"'),
    "limit": ("songs", "30"),
    "limitpercent": ("songs", "30"),
    "comment": ("about", '"For after dinner"'),
    "public": ("for", '"all"'),
    "refreshdelay": ("refresh", '"hourly"'),
}
NOWHERE = {
    "offset": "Leave it out: a list begins with the first song.",
    "rules": "Leave it out: all or any stands in the recipe itself.",
}
DIRECTIONS = {"asc": "dateadded", "desc": "-dateadded"}


def hint(name: str, value: Any, known: Collection[str]) -> str:
    """What to write in place of a field that is none of the `known`."""
    word = name.lower()
    if word in HERE:
        field, example = HERE[word]
        return f"Write {field}: {field} = {_as_it_was(word, value) or example}."
    if word in NOWHERE:
        return NOWHERE[word]
    if word in {each.lower() for each in ALL_OPERATORS}:
        return f"It is an operator, and stands in a criterion: all = [{{ {name} = {{ … }} }}]."
    if name_of(name) in FIELDS:
        return f"It stands in a criterion: all = [{{ is = {{ {name} = … }} }}]."
    return f"Did you mean {nearest(name, known)}?"


def _as_it_was(word: str, value: Any) -> str:
    """The value in TOML, where it may stand behind the other word too."""
    if word == "limit" and isinstance(value, int):
        return str(value)
    return f'"{value}"' if word in ("sort", "comment") and isinstance(value, str) else ""


def direction(order: str) -> str:
    """What to write for a `.nsp`'s own `order`, which only says how its `sort` goes; "" for any other."""
    word = order.strip().lower()
    if word not in DIRECTIONS:
        return ""
    return f'{order} is how a .nsp\'s sort goes. Write its fields: order = "{DIRECTIONS[word]}".'
