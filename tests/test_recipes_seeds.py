"""Seeds: what a listener has done says which songs a list resembles."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.navidrome.taste import Plays
from proxy.recipes.seeds import MOST_SEEDS, SOURCES, TIMES, Habits, seeds

TODAY = date(2026, 11, 23)
HABITS = Habits(
    Plays(
        ratings={"rated": 4, "middling": 3},
        played={
            "loved": date(2026, 1, 1),
            "rated": date(2026, 5, 26),
            "often": date(2026, 5, 27),
            "new": TODAY,
            "middling": date(2020, 1, 1),
            "unknown": None,
        },
        counts={"loved": 1, "rated": 1, "often": 40, "new": 2, "unknown": 9},
        hours={"loved": 6, "often": 23, "new": 22, "rated": 3},
        loved={"loved": date(2024, 1, 1), "unheard": None},
    ),
    {"Road trip": ("x", "y")},
)


def found(*sources: str, hours_ahead: float = 0, habits: Habits = HABITS) -> set[str]:
    chosen = seeds(sources, habits, today=TODAY, hours_ahead=hours_ahead, chance=random.Random(1))
    assert len(set(chosen)) == len(chosen) <= MOST_SEEDS
    return set(chosen)


@pytest.mark.parametrize(
    ("source", "songs"),
    [
        ("starred", {"loved", "unheard"}),
        ("frequent", {"often", "new", "unknown"}),
        ("recent", {"new"}),
        ("forgotten", {"loved", "rated"}),
        ("morning", {"loved"}),
        ("evening", {"new"}),
        ("night", {"often", "rated"}),
        ("playlist Road trip", {"x", "y"}),
        ("playlist Nowhere", set()),
    ],
)
def test_each_source_has_its_songs(source: str, songs: set[str]) -> None:
    assert found(source) == songs


def test_hours_are_those_of_the_listeners_clock() -> None:
    assert found("morning", hours_ahead=2) == {"loved", "rated"}
    assert found("evening", hours_ahead=-5.5) == {"rated"}
    assert found("afternoon", hours_ahead=-5.5) == {"new", "often"}


def test_every_hour_is_of_one_time_of_the_day() -> None:
    of = {
        hour: [name for name in TIMES if found(name, habits=Habits(Plays({}, {}, hours={"s": hour})))]
        for hour in range(24)
    }
    assert all(len(names) == 1 for names in of.values()), of


def test_of_many_as_many_are_drawn_from_each_source() -> None:
    many = Habits(
        Plays({}, {f"p{n}": TODAY for n in range(99)}, loved=dict.fromkeys([f"l{n}" for n in range(99)]))
    )
    chosen = found("starred", "recent", habits=many)
    assert sorted(song[0] for song in chosen) == ["l"] * 6 + ["p"] * 6


NAMES = st.sampled_from([f"s{n}" for n in range(30)])


@given(
    st.lists(st.sampled_from([*SOURCES, *TIMES, "playlist x"]), max_size=4),
    st.dictionaries(NAMES, st.none() | st.dates()),
    st.dictionaries(NAMES, st.integers(0, 23)),
    st.floats(-14, 14),
)
def test_the_same_habits_give_the_same_seeds(
    sources: list[str], played: dict[str, date | None], hours: dict[str, int], ahead: float
) -> None:
    habits = Habits(Plays({}, played, counts=hours, hours=hours, loved=played))
    assert found(*sources, hours_ahead=ahead, habits=habits) == found(
        *sources, hours_ahead=ahead, habits=habits
    )
