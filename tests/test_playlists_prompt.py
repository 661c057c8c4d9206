"""`proxy.playlists.prompt`: what a prompt is understood as."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from proxy.playlists.prompt import LONGEST, Vocabulary, parse, render
from proxy.playlists.wish import EARLIEST, LATEST, Wish
from tests.data import prompts

LIBRARY = Vocabulary.of(prompts.GENRES, prompts.ARTISTS)
TABLE = [
    *prompts.LENGTHS,
    *prompts.COUNTS,
    *prompts.TRACK_LENGTHS,
    *prompts.YEARS,
    *prompts.NAMES,
    *prompts.EXCLUSIONS,
    *prompts.CAPS,
    *prompts.TRAPS,
    *prompts.OTHER_SCRIPTS,
]

WORDS = "no not without like by and or the of 45 min 1h songs per artist 90s to since 1994 - , · ( ' new each"
# Any text, and text of the pieces that mean something: the second finds what the first never would.
PIECES = [
    *(prompt for prompt, _ in TABLE),
    *prompts.GENRES,
    *prompts.ARTISTS,
    *WORDS.split(),
]


def composed(*separators: str) -> st.SearchStrategy[str]:
    pieces = st.lists(st.sampled_from(PIECES), max_size=8)
    return st.tuples(pieces, st.sampled_from(separators)).map(lambda drawn: drawn[1].join(drawn[0]))


SENTENCES = composed(" ", ", ", " - ", " and ", "; ")
ANY = st.text() | st.text(alphabet="0123456789hm:-.,½x songs'") | SENTENCES | composed("", "-", "/")


def understood(text: str) -> Wish:
    return parse(text, LIBRARY, today=prompts.TODAY)


def fields(wish: Wish) -> Wish:
    return structs.replace(wish, text="")


@pytest.mark.parametrize(("prompt", "wish"), TABLE)
def test_a_prompt_is_understood_as(prompt: str, wish: Wish) -> None:
    assert understood(prompt) == wish


def test_the_table_holds_no_prompt_twice() -> None:
    assert len({prompt for prompt, _ in TABLE}) == len(TABLE)


@given(ANY)
def test_no_text_raises_and_every_limit_holds(text: str) -> None:
    wish = understood(text)
    assert wish.minutes is None or 3 <= wish.minutes <= 720
    assert wish.songs is None or 1 <= wish.songs <= 500
    for seconds in (wish.shortest, wish.longest):
        assert seconds is None or 10 <= seconds <= 7200
    assert (wish.shortest or 0) <= (wish.longest or 7200)
    for cap in (wish.per_artist, wish.per_album):
        assert cap is None or 1 <= cap <= 100
    if wish.years:
        assert EARLIEST <= wish.years[0] <= wish.years[1] <= LATEST
    assert all(1900 <= decade <= prompts.TODAY.year for decade in wish.decades + wish.without_decades)
    assert set(wish.genres + wish.without_genres) <= set(prompts.GENRES)
    assert set(wish.artists + wish.like + wish.without_artists) <= set(prompts.ARTISTS)


@given(ANY)
def test_the_same_text_is_the_same_wish(text: str) -> None:
    again = Vocabulary.of(prompts.GENRES, prompts.ARTISTS)
    assert understood(text) == parse(text, again, today=prompts.TODAY)


@given(ANY)
def test_the_text_that_is_left_can_be_written_anywhere(text: str) -> None:
    left = understood(text).text
    assert left == left.strip()
    assert left.isprintable() or "\u200c" in left or "\u200d" in left or not left.isascii()
    left.encode("utf-8")


@given(SENTENCES)
def test_what_was_understood_is_understood_again_from_its_own_words(text: str) -> None:
    wish = fields(understood(text))
    assert fields(understood(render(wish))) == wish


@pytest.mark.parametrize(
    ("prompt", "phrase"),
    [
        ("rainy sunday jazz 45 min", "45 min · Jazz"),
        ("90s hip hop without live, 1 hour", "60 min · Hip-Hop · 1990s · without live"),
        ("by Yes and Air, 1 song", "1 song · by Yes, Air"),
        ("like Björk but nothing by Queen or Björk", "like Björk · nothing by Queen or Björk"),
        ("3-5 minute songs from 1994 to 1998", "at least 3 min each · at most 5 min each · 1994-1998"),
        ("tracks under 3:30, before 1970", "at most 3:30 min each · until 1969"),
        ("since 2015, in 1999", "since 2015"),
        ("max 2 per album, one per artist, new", "1 per artist · 2 per album · fresh"),
        ("rainy sunday", ""),
    ],
)
def test_a_wish_in_words(prompt: str, phrase: str) -> None:
    assert render(understood(prompt)) == phrase


def test_where_nothing_is_understood_the_whole_prompt_is_text() -> None:
    prompt = "Rainy sunday, with tea; and (perhaps) a cat…"
    assert understood(prompt) == Wish(text="Rainy sunday, with tea; and (perhaps) a cat...")


def test_of_a_very_long_prompt_both_ends_are_read() -> None:
    prompt = "2 hours of jazz " + "rainy " * 400 + "without metal"
    wish = understood(prompt)
    assert fields(wish) == Wish(minutes=120.0, genres=("Jazz",), without_genres=("Metal",))
    assert wish.text.split() == ["jazz", *["rainy"] * 400]


def test_a_word_without_end_is_only_text() -> None:
    assert understood("x" * 2000) == Wish(text="x" * 2000)


def test_a_cut_in_the_middle_makes_no_number() -> None:
    prompt = "x" * (LONGEST // 2 - 3) + " 45 minarets " + "y" * LONGEST
    assert understood(prompt) == Wish(text=prompt)


def test_this_year_is_of_the_day_that_is_given() -> None:
    assert parse("this year", LIBRARY, today=date(1999, 1, 1)).years == (1999, 1999)
    assert parse("2010s", LIBRARY, today=date(1999, 1, 1)).decades == ()


def test_a_name_that_is_spelled_in_several_ways_brings_them_all() -> None:
    library = Vocabulary.of([], ["Beyoncé", "BEYONCE", "Adele"])
    assert parse("beyonce", library, today=prompts.TODAY).artists == ("Beyoncé", "BEYONCE")


def test_the_longest_name_wins() -> None:
    library = Vocabulary.of(["Jazz", "Acid Jazz", "Acid Jazz Funk"], ["Jazz Cartier"])
    assert parse("acid jazz funk", library, today=prompts.TODAY).genres == ("Acid Jazz Funk",)
    assert parse("acid jazz cartier", library, today=prompts.TODAY).genres == ("Acid Jazz",)
    assert parse("jazz cartier", library, today=prompts.TODAY).artists == ("Jazz Cartier",)


def test_a_word_of_many_titles_is_no_artist_unless_the_prompt_says_so() -> None:
    library = Vocabulary.of([], ["Heart"], ordinary=["heart"])
    assert parse("songs for a broken heart", library, today=prompts.TODAY).artists == ()
    assert parse("songs by heart", library, today=prompts.TODAY).artists == ("Heart",)


def test_a_name_of_no_letters_is_never_found() -> None:
    library = Vocabulary.of(["", " ", "???"], ["!!!", "", "\u200b", "+"])
    assert parse("!!! ??? by !!!", library, today=prompts.TODAY) == Wish(text="!!! ??? by !!!")


def test_ten_thousand_artists_do_not_slow_it_down() -> None:
    names = [f"{first}{last} {last}{first}" for first in prompts.ARTISTS for last in range(300)]
    library = Vocabulary.of(prompts.GENRES, names)
    took = []
    for prompt, _ in TABLE:
        before = time.process_time()
        parse(prompt, library, today=prompts.TODAY)
        took.append(time.process_time() - before)
    assert sorted(took)[len(took) // 2] < 0.005
