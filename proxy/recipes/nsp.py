"""A recipe's criteria read from what TOML holds: the same form as in Navidrome's `.nsp` files."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from proxy.recipes.fields import (
    ALL_OPERATORS,
    FIELDS,
    OPERATORS,
    PLAYLIST_FIELDS,
    UNKNOWABLE,
    Kind,
    kind_of,
    name_of,
)
from proxy.recipes.recipe import Criterion, Group, Value
from proxy.recipes.wrong import Path, Wrong, nearest

_DIGITS = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_LIKE = "{ is = { loved = true } }"


def group_of(match: str, value: Any, path: Path) -> Group:
    """Raises Wrong."""
    if not isinstance(value, list) or not value:
        raise Wrong(f"{match} holds a list of criteria, such as [{_LIKE}].", *path)
    criteria = tuple(_criterion(each, (*path, place)) for place, each in enumerate(value))
    return Group("all" if match == "all" else "any", criteria)


def _criterion(value: Any, path: Path) -> Criterion | Group:
    if not isinstance(value, dict) or len(value) != 1:
        raise Wrong(f"A criterion has one operator, such as {_LIKE}.", *path)
    ((operator, compared),) = value.items()
    path = (*path, operator)
    if operator in ("all", "any"):
        return group_of(operator, compared, path)
    operator = _known(operator, (*ALL_OPERATORS, "all", "any"), "no operator", path)
    if not isinstance(compared, dict) or len(compared) != 1:
        raise Wrong(f"{operator} compares one field with a value, such as {_LIKE}.", *path)
    ((written, given),) = compared.items()
    path = (*path, written)
    known = PLAYLIST_FIELDS if operator in OPERATORS["playlist"] else FIELDS
    field = field_of(written, known, path)
    kind = kind_of(operator, field)
    if operator not in OPERATORS[kind]:
        allowed = ", ".join(OPERATORS[kind])
        raise Wrong(
            f"{operator} does not go with {field}, which is a {kind}. Write one of: {allowed}.", *path
        )
    return Criterion(operator, field, _value(operator, kind, given, path))


def field_of(written: str, known: Collection[str], path: Path = ()) -> str:
    """The field as we write it. Raises Wrong, also where upstream has it and tells it nobody."""
    name = name_of(written)
    if name in UNKNOWABLE and name not in known:
        raise Wrong(f"{written} is a field of Navidrome's that only Navidrome knows. Leave it out.", *path)
    return _known(name, known, "no field", path)


def _known(word: str, known: Collection[str], what: str, path: Path) -> str:
    spelled = {each.lower(): each for each in known}
    if word.lower() in spelled:
        return spelled[word.lower()]
    raise Wrong(f"{word} is {what}. Did you mean {nearest(word, known)}?", *path)


def _value(operator: str, kind: Kind, given: Any, path: Path) -> Value:
    if operator in ("isMissing", "isPresent"):
        return _of_kind("flag", given, operator, path)
    if operator in ("inTheLast", "notInTheLast"):
        days = _number(given)
        if not isinstance(days, int) or days < 0:
            raise Wrong(f"{operator} takes a number of days, as 30.", *path)
        return days
    if operator == "inTheRange":
        if not isinstance(given, list) or len(given) != 2:
            raise Wrong("inTheRange takes two values, as [1990, 1999].", *path)
        least, most = (_of_kind(kind, each, operator, path) for each in given)
        return least, most  # type: ignore[return-value]  # both of the kind
    return _of_kind(kind, given, operator, path)


_FORMS: dict[Kind, str] = {
    "text": 'a text, as "Jazz"',
    "number": "a number, as 3",
    "date": 'a day, as "2026-01-31"',
    "flag": "true or false",
    "playlist": 'a text, as "Road trip"',
}


def _of_kind(kind: Kind, given: Any, operator: str, path: Path) -> Value:
    value: Value | None = None
    if kind in ("text", "playlist"):
        value = given if isinstance(given, str) else None
    elif kind == "flag":
        value = given if isinstance(given, bool) else None
    elif kind == "number":
        value = _number(given)
    elif kind == "date":
        value = _day(given)
    if value is None:
        raise Wrong(f"{operator} takes {_FORMS[kind]}.", *path)
    return value


def _number(given: Any) -> int | float | None:
    """Navidrome takes one in quotes too: `inPeriod` in `model/criteria/operators.go`, SQLite elsewhere."""
    if isinstance(given, str) and _DIGITS.fullmatch(given.strip()):
        return float(given) if "." in given else int(given)
    return given if isinstance(given, int | float) and not isinstance(given, bool) else None


def _day(given: Any) -> date | None:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
