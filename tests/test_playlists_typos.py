"""Words of a prompt put right, and those that are left alone."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.playlists.prompt.spelling import distance
from proxy.playlists.typos import Spelling, replaced

COMMON = {
    "jazz": 40,
    "reggae": 12,
    "bossa": 3,
    "nova": 3,
    "relaxing": 30,
    "workout": 30,
    "house": 50,
    "mouse": 1,
}
NAMES = ("miles davis", "kenny wayne shepherd", "nina simone", "nena simone")


def known(word: str) -> bool:
    return word in COMMON or word in ("rainy", "evening", "davis", "kenny", "wayne", "simone")


SPELLING = Spelling.of(COMMON, NAMES, known=known)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("raeggae", "reggae"),
        ("Reggea for a rainy evening", "reggae for a rainy evening"),
        ("relaxxin bosa nova", "relaxing bossa nova"),
        ("wrokout", "workout"),
        ("rouse", "rouse"),  # another first letter is likelier wrong than right, but there is no better
    ],
)
def test_the_nearest_word_wins(text: str, right: str) -> None:
    expected = "house" if text == "rouse" else right
    assert replaced(text, SPELLING.corrections(text)) == expected


@pytest.mark.parametrize("text", ["jaz", "zydeco", "1990", "it's", "house's", "r&b", ""])
def test_what_is_short_far_or_no_word_is_left_alone(text: str) -> None:
    assert SPELLING.corrections(text) == {}


@pytest.mark.parametrize(
    ("text", "corrections"),
    [
        ("more kenny wayne shepperd please", {"shepperd": "shepherd"}),
        ("miels davis", {"miels": "miles"}),
        ("nana simone", {"nana": "nena"}),
        ("simone nana", {}),
        ("mi davis", {}),
    ],
)
def test_a_word_of_a_name_is_put_right_among_the_others(text: str, corrections: dict[str, str]) -> None:
    assert SPELLING.corrections(text) == corrections


@given(st.lists(st.sampled_from([*COMMON, "rainy", "evening", "davis"])))
def test_a_prompt_of_known_words_never_changes(words: list[str]) -> None:
    assert SPELLING.corrections(" ".join(words)) == {}


@given(st.text(alphabet=string.ascii_letters + " '-&äß9", max_size=60))
def test_what_was_put_right_is_right(text: str) -> None:
    right = replaced(text, SPELLING.corrections(text))
    assert not SPELLING.corrections(right)


@given(st.text(alphabet="abc", max_size=6), st.text(alphabet="abc", max_size=6))
def test_the_distance_is_at_most_the_longer_word_and_0_for_equal_ones_only(one: str, other: str) -> None:
    edits = distance(one, other)
    assert abs(len(one) - len(other)) <= edits <= max(len(one), len(other))
    assert (edits == 0) == (one == other)
