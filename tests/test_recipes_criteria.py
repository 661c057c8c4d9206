"""Criteria by Navidrome's operators: which songs each of them lets in."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.recipes.criteria import column_of, matching, reads_taste
from proxy.recipes.fields import FIELDS, OPERATORS, OPPOSITES, kind_of
from proxy.recipes.recipe import Criterion, Group

TODAY = date(2026, 11, 23)
COLUMNS: dict[str, list[Any]] = {
    "title": ["So What", "what now", "", None],
    "genre": [["Jazz", "Soul"], ["jazz"], [], None],
    "year": [1959, 1960, 1999, None],
    "lastplayed": [date(2026, 11, 22), date(2026, 10, 24), date(2026, 10, 23), None],
    "dateadded": ["2026-11-23T08:54:09.119866967Z", "2026-10", "2025", "no date"],
    "loved": [True, None, False, True],
    "playlist name Road trip": [True, False, False, True],
}
SIZE = 4


def met(operator: str, field: str, value: Any) -> list[int]:
    mask = matching(Group("all", (Criterion(operator, field, value),)), COLUMNS, size=SIZE, today=TODAY)
    return np.flatnonzero(mask).tolist()


@pytest.mark.parametrize(
    ("operator", "field", "value", "songs"),
    [
        ("is", "title", "so what", [0]),
        ("is", "genre", "JAZZ", [0, 1]),
        ("isNot", "genre", "Soul", [1, 2, 3]),
        ("contains", "title", "WHAT", [0, 1]),
        ("notContains", "title", "what", [2, 3]),
        ("startsWith", "title", "what", [1]),
        ("endsWith", "title", "What", [0]),
        ("isMissing", "title", True, [2, 3]),
        ("isMissing", "title", False, [0, 1]),
        ("isPresent", "genre", True, [0, 1]),
        ("isPresent", "genre", False, [2, 3]),
        ("is", "year", 1959, [0]),
        ("isNot", "year", 1959, [1, 2, 3]),
        ("gt", "year", 1959, [1, 2]),
        ("lt", "year", 1960, [0]),
        ("inTheRange", "year", (1959, 1960), [0, 1]),
        ("isMissing", "year", True, [3]),
        ("is", "lastplayed", date(2026, 11, 22), [0]),
        ("before", "lastplayed", date(2026, 10, 24), [2]),
        ("after", "lastplayed", date(2026, 10, 24), [0]),
        ("inTheRange", "lastplayed", (date(2026, 10, 23), date(2026, 10, 24)), [1, 2]),
        ("inTheLast", "lastplayed", 31, [0, 1]),
        ("inTheLast", "lastplayed", 0, []),
        ("inTheLast", "lastplayed", 10**9, [0, 1, 2]),
        ("notInTheLast", "lastplayed", 31, [2, 3]),
        ("after", "dateadded", date(2026, 9, 30), [0, 1]),
        ("is", "dateadded", date(2025, 1, 1), [2]),
        ("isMissing", "dateadded", True, [3]),
        ("is", "loved", True, [0, 3]),
        ("is", "loved", False, [1, 2]),
        ("isNot", "loved", True, [1, 2]),
        ("inPlaylist", "name", "Road trip", [0, 3]),
        ("notInPlaylist", "name", "Road trip", [1, 2]),
    ],
)
def test_each_operator_lets_in(operator: str, field: str, value: Any, songs: list[int]) -> None:
    assert met(operator, field, value) == songs


def test_every_operator_stands_in_the_table_above() -> None:
    (mark,) = test_each_operator_lets_in.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for row in mark.args[1]} == {name for names in OPERATORS.values() for name in names}


def test_groups_hold_all_or_any_of_what_is_in_them() -> None:
    jazz, old = Criterion("is", "genre", "Jazz"), Criterion("lt", "year", 1960)
    played = Criterion("isMissing", "lastplayed", True)
    for group, songs in (
        (Group("all", (jazz, old)), [0]),
        (Group("any", (jazz, old)), [0, 1]),
        (Group("all", (Group("any", (jazz, played)), Criterion("isMissing", "title", True))), [3]),
        (Group(), [0, 1, 2, 3]),
    ):
        assert np.flatnonzero(matching(group, COLUMNS, size=SIZE, today=TODAY)).tolist() == songs


@pytest.mark.parametrize(
    ("criterion", "of_taste"),
    [
        (Criterion("is", "genre", "Jazz"), False),
        (Criterion("is", "loved", True), True),
        (Criterion("gt", "playcount", 3), True),
        (Criterion("inPlaylist", "name", "x"), True),
    ],
)
def test_what_a_user_has_done_is_his_taste(criterion: Criterion, of_taste: bool) -> None:
    assert reads_taste(Group("any", (Group("all", (criterion,)),))) is of_taste


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(max_size=4),
    "number": st.integers(-5, 5) | st.floats(-5, 5),
    "date": st.dates(),
    "flag": st.booleans(),
    "playlist": st.just("x"),
}
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "text": st.none() | st.text(max_size=4) | st.lists(st.text(max_size=4), max_size=3),
    "number": st.none() | st.integers(-5, 5) | st.floats(-5, 5),
    "date": st.none() | st.dates() | st.dates().map(str) | st.text(max_size=12),
    "flag": st.none() | st.booleans() | st.integers(0, 1),
    "playlist": st.booleans(),
}


@st.composite
def criteria(draw: st.DrawFn) -> Criterion:
    operator = draw(st.sampled_from([name for names in OPERATORS.values() for name in names]))
    if operator in OPERATORS["playlist"]:
        return Criterion(operator, "name", "x")
    field = draw(st.sampled_from([name for name, kind in FIELDS.items() if operator in OPERATORS[kind]]))
    if operator in ("isMissing", "isPresent"):
        return Criterion(operator, field, draw(st.booleans()))
    if operator in ("inTheLast", "notInTheLast"):
        return Criterion(operator, field, draw(st.integers(0, 10**6)))
    value = VALUES[FIELDS[field]]
    if operator == "inTheRange":
        return Criterion(operator, field, draw(st.tuples(value, value)))
    return Criterion(operator, field, draw(value))


@given(criteria(), st.data())
def test_no_value_of_any_song_is_too_odd_and_opposites_share_no_song(
    each: Criterion, data: st.DataObject
) -> None:
    cells = data.draw(st.lists(CELLS[kind_of(each.operator, each.field)], max_size=8))
    columns = {column_of(each): cells}

    def mask(operator: str) -> Any:
        same = Criterion(operator, each.field, each.value)
        return matching(Group("all", (same,)), columns, size=len(cells), today=TODAY)

    met = mask(each.operator)
    assert len(met) == len(cells)
    if each.operator in OPPOSITES:
        assert (met == ~mask(OPPOSITES[each.operator])).all()
