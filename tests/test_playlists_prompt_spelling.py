"""Names with a typo."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.playlists.prompt import Vocabulary, parse
from proxy.playlists.prompt.spelling import LONG, SURE, Spelling, distance
from tests.data import prompts

GENRES = ["Shoegaze", "Folk", "Cumbia"]
ARTISTS = [
    "James",
    "Portishead",
    "Kraftwerk",
    "Sigur Rós",
    "Carla",
    "Carly",
    "Nick Cave",
    "Einstürzende Neubauten",
]
LIBRARY = Vocabulary.of(GENRES, ARTISTS)
WORD = st.text("abcde", min_size=1, max_size=9)


def text(prompt: str) -> str:
    return parse(prompt, LIBRARY, now=prompts.NOW).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("protishead", "Portishead"),
        ("portished", "Portishead"),
        ("porttishead", "Portishead"),
        ("portizhead at night", "Portishead at night"),
        ("prtshead", "Portishead"),
        ("craftwerk", "Kraftwerk"),
        ("raftwerk", "Kraftwerk"),
        ("rkaftwerk", "Kraftwerk"),
        ("sigurr ros", "Sigur ros"),
        ("nick cavve", "nick Cave"),
        ("shoegazze and folk", "Shoegaze and folk"),
        ("einsturzende neubaten", "einsturzende Neubauten"),
    ],
)
def test_a_name_with_a_typo_is_the_name(typed: str, meant: str) -> None:
    assert text(typed) == meant
    wish = parse(typed, LIBRARY, now=prompts.NOW)
    assert wish.artists + wish.genres


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("games", "an everyday word"),
        ("gaming", "an everyday word with an ending"),
        ("folks", "the plural of a name"),
        ("carlo", "two names are as near"),
        ("hames", "short, and the first letter differs"),
        ("fol", "too short"),
        ("folq2", "not of letters"),
        ("jjamess", "two typos"),
        ("cavve", "no name by itself"),
        ("cumbiaaa", "two typos in a short word"),
        ("portishead", "none"),
    ],
)
def test_in_doubt_a_word_stays_as_typed(typed: str, why: str) -> None:
    assert text(typed) == typed, why


@pytest.mark.parametrize("language", ["abends ruhig arbeiten", "chansons douces", "canciones tranquilas"])
def test_everyday_words_of_four_languages_are_no_names(language: str) -> None:
    near = Vocabulary.of([], ["Abend", "Ruhige", "Arbeit", "Chanson", "Doucet", "Cancione", "Tranquila"])
    assert parse(language, near, now=prompts.NOW).artists == ()


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "abc", 3),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "cab", 2),
        ("ca", "abc", 3),
        ("ab", "b", 1),
    ],
)
def test_distance_counts_edits_and_swaps(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == distance(other, one) == edits


@given(st.sets(WORD.filter(lambda word: len(word) > 3), max_size=30), WORD.filter(lambda word: len(word) > 3))
def test_the_nearest_are_those_that_comparing_all_would_find(known: set[str], word: str) -> None:
    known.discard(word)
    found = Spelling.of((other, other) for other in sorted(known)).nearest(word)
    once = {other for other in known if distance(word, other) == 1}
    if len(word) < SURE:
        once = {other for other in once if other[0] == word[0]}
    twice = {w for w in known if len(w) >= LONG and w[0] == word[0] and distance(word, w) == 2}
    assert set(found) == (once or (twice if len(word) >= LONG - 2 else set()))


@pytest.mark.parametrize(
    ("prompt", "artists"),
    [
        ("some nora jones", ("Norah Jones",)),
        ("nora brown", ("Nora Brown",)),
        ("nora helmer", ()),
        ("nora", ()),
    ],
)
def test_a_word_of_another_name_may_be_a_slip_beside_the_rest_of_its_own(
    prompt: str, artists: tuple[str, ...]
) -> None:
    library = Vocabulary.of([], ["Norah Jones", "Nora Brown"])
    assert parse(prompt, library, now=prompts.NOW).artists == artists
