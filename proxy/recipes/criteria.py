"""Which tracks meet a recipe's criteria, by Navidrome's operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from proxy.arrays import Mask
from proxy.recipes.fields import OF_TASTE, OPPOSITES, kind_of
from proxy.recipes.recipe import Criterion, Group

Columns = Mapping[str, Sequence[Any]]
"""By `column_of` the values of all tracks, None where a track has none: of text a sequence of strings or one
string, compared without case; of a date a date, or a text that begins with it."""

Test = Callable[[Any], bool]


def matching(group: Group, columns: Columns, *, size: int, today: date) -> Mask:
    """The tracks that meet all, or any. `columns` has at least those that the criteria read."""
    masks = [_mask(each, columns, size, today) for each in group.criteria]
    if not masks:
        return np.ones(size, dtype=np.bool_)
    found: Mask = (np.logical_and if group.match == "all" else np.logical_or).reduce(masks)
    return found


def criteria_of(group: Group) -> Iterator[Criterion]:
    """All of them, those of inner groups too."""
    for each in group.criteria:
        if isinstance(each, Group):
            yield from criteria_of(each)
        else:
            yield each


def column_of(criterion: Criterion) -> str:
    """What the criterion reads of a track: a field, or whether it is in a playlist."""
    if kind_of(criterion.operator, criterion.field) == "playlist":
        return f"playlist {criterion.field} {criterion.value}"
    return criterion.field


def reads_taste(group: Group) -> bool:
    """Whether it takes what the user has done with songs."""
    return any(
        each.field in OF_TASTE or kind_of(each.operator, each.field) == "playlist"
        for each in criteria_of(group)
    )


def _mask(each: Criterion | Group, columns: Columns, size: int, today: date) -> Mask:
    if isinstance(each, Group):
        return matching(each, columns, size=size, today=today)
    operator = OPPOSITES.get(each.operator, each.operator)
    test = _TESTS[kind_of(operator, each.field)](operator, each.value, today)
    met = np.fromiter((test(value) for value in columns[column_of(each)]), dtype=np.bool_, count=size)
    absent = each.operator in ("isMissing", "isPresent") and each.value is False
    return met if (operator == each.operator) != absent else ~met


def _text(operator: str, value: Any, today: date) -> Test:
    wanted = str(value).casefold()
    holds: Mapping[str, Callable[[str], bool]] = {
        "is": lambda text: text == wanted,
        "contains": lambda text: wanted in text,
        "startsWith": lambda text: text.startswith(wanted),
        "endsWith": lambda text: text.endswith(wanted),
        "isPresent": bool,
    }
    said = holds[operator]
    return lambda texts: any(said(text.casefold()) for text in _texts(texts))


def _texts(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) else value or ()


def _number(operator: str, value: Any, today: date) -> Test:
    least, most = value if isinstance(value, tuple) else (value, value)
    holds: Mapping[str, Test] = {
        "is": lambda number: bool(number == value),
        "gt": lambda number: bool(number > value),
        "lt": lambda number: bool(number < value),
        "inTheRange": lambda number: bool(least <= number <= most),
        "isPresent": lambda number: True,
    }
    said = holds[operator]
    return lambda number: number is not None and said(number)


def _date(operator: str, value: Any, today: date) -> Test:
    least, most = value if isinstance(value, tuple) else (value, value)
    holds: Mapping[str, Test] = {
        "is": lambda day: bool(day == value),
        "before": lambda day: bool(day < value),
        "after": lambda day: bool(day > value),
        "inTheRange": lambda day: bool(least <= day <= most),
        "inTheLast": lambda day: bool(day > since),
        "isPresent": lambda day: True,
    }
    since = _days_before(today, value) if operator == "inTheLast" else today
    said = holds[operator]
    return lambda moment: (day := day_of(moment)) is not None and said(day)


def day_of(moment: Any) -> date | None:
    """Of a date or a text that begins with one; a year or a month alone begins with its first day."""
    if isinstance(moment, date) or moment is None:
        return moment
    parts = str(moment)[:10].split("-")
    try:
        return date.fromisoformat("-".join([*parts, *("01",) * (3 - len(parts))]))
    except ValueError:
        return None


def _days_before(today: date, days: int) -> date:
    try:
        return today - timedelta(days=days)
    except OverflowError:
        return date.min


def _flag(operator: str, value: Any, today: date) -> Test:
    return lambda flag: bool(flag) == value


_TESTS: Mapping[str, Callable[[str, Any, date], Test]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "flag": _flag,
    "playlist": lambda operator, value, today: bool,
}
