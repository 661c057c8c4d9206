"""The word lists, and how a tag holds a phrase."""

from __future__ import annotations

import pytest

from proxy.playlists import lexicon
from proxy.playlists.query import query_of
from proxy.playlists.wish import Wish


@pytest.mark.parametrize(
    ("tag", "weight"),
    [
        ("jazz", 1),
        ("Jazz", 1),
        ("cool jazz", 0.7),
        ("jazz fusion", 0.7),
        ("jazzy", 0),
        ("acid-jazz", 0.7),
        ("folk", 0),
    ],
)
def test_a_tag_counts_whole_where_it_is_the_phrase_and_in_part_where_it_holds_it(
    tag: str, weight: float
) -> None:
    assert lexicon.tag_weights([tag], ["jazz"], part=0.7) == [weight]


def test_plural_and_singular_are_one() -> None:
    assert lexicon.tag_weights(["classic soundtracks"], ["soundtrack"], part=0.7) == [0.7]
    assert lexicon.singular("bass") == "bass"
    assert lexicon.singular("hits") == "hit"
    assert lexicon.singular("ska") == "ska"


def test_every_row_has_words_and_one_to_four_tags() -> None:
    rows = lexicon.load().rows
    assert len(rows) > 60
    assert all(row.words and 1 <= len(row.tags) <= 4 for row in rows)
    assert set(lexicon.load().decades) == {1950, 1960, 1970, 1980, 1990, 2000, 2010}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("please play me some rainy jazz songs", ("rainy", "jazz")),
        ("greatest hits", ("greatest", "hits")),
        ("the", ("the",)),
        ("best soul hits", ("soul",)),
        ("1999", ("1999",)),
        ("", ()),
    ],
)
def test_words_that_say_nothing_are_dropped_unless_nothing_else_is_left(
    text: str, words: tuple[str, ...]
) -> None:
    assert query_of(Wish(text=text), lexicon.load()).words == words


@pytest.mark.parametrize(
    ("text", "hits", "energy"),
    [
        ("rainy sunday", {"rainy", "sunday"}, -1),
        ("lo-fi for studying", {"lo-fi", "studying"}, -1),
        ("workout", {"workout"}, 1),
        ("calm workout", {"calm", "workout"}, 0),
        ("r&b ballads", {"r&b", "ballads"}, -1),
        ("metal", set(), 0),
    ],
)
def test_words_bring_rows_of_the_lexicon_and_an_energy(text: str, hits: set[str], energy: int) -> None:
    query = query_of(Wish(text=text), lexicon.load())
    assert set(query.hits) == hits
    assert query.energy == energy
