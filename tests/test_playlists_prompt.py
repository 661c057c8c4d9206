"""`proxy.playlists.prompt`: what a prompt is understood as."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from msgspec import structs

from proxy.playlists.prompt import LONGEST, Vocabulary, parse, render
from proxy.playlists.prompt.aliases import head
from proxy.playlists.wish import CURVES, EARLIEST, FASTEST, LATEST, VERSIONS, Wish
from tests.data import prompts

LIBRARY = Vocabulary.of(prompts.GENRES, prompts.ARTISTS)
WORDS = """
no not nothing without like by and or the of 45 min 1h songs per artist 90s to since 1994 - , · ( ' new each
my live slow sad road trip love acoustic remixes bpm energy high stars favourites added last month until 6 pm
170 1984 except
"""
# Any text, and text of the pieces that mean something: the second finds what the first never would.
PIECES = [
    *(prompt for prompt, _ in prompts.TABLE),
    *prompts.GENRES,
    *prompts.ARTISTS,
    *prompts.PLAYLISTS,
    *WORDS.split(),
]


def composed(*separators: str) -> st.SearchStrategy[str]:
    pieces = st.lists(st.sampled_from(PIECES), max_size=8)
    return st.tuples(pieces, st.sampled_from(separators)).map(lambda drawn: drawn[1].join(drawn[0]))


SENTENCES = composed(" ", ", ", " - ", " and ", "; ")
ANY = st.text() | st.text(alphabet="0123456789hm:-.,½x songs'") | SENTENCES | composed("", "-", "/")


def understood(text: str) -> Wish:
    return parse(text, LIBRARY, now=prompts.NOW, playlists=prompts.PLAYLISTS)


def fields(wish: Wish) -> Wish:
    return structs.replace(wish, text="")


@pytest.mark.parametrize(("prompt", "wish"), prompts.TABLE)
def test_a_prompt_is_understood_as(prompt: str, wish: Wish) -> None:
    assert understood(prompt) == wish


def test_the_table_holds_no_prompt_twice() -> None:
    assert len({prompt for prompt, _ in prompts.TABLE}) == len(prompts.TABLE)


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
    assert all(1900 <= decade <= prompts.NOW.year for decade in wish.decades + wish.without_decades)
    assert all(1900 <= year <= prompts.NOW.year + 1 for year in wish.without_years)
    assert set(wish.genres + wish.without_genres) <= set(prompts.GENRES)
    assert set(wish.artists + wish.like + wish.without_artists) <= set(prompts.ARTISTS)
    assert set(wish.like_playlists) <= set(prompts.PLAYLISTS)
    assert wish.bpm is None or 0 <= wish.bpm[0] <= wish.bpm[1] <= FASTEST
    assert wish.energy is None or 0 < wish.energy <= 1
    assert wish.curve in ("", *CURVES)
    assert wish.version in ("", *VERSIONS)
    assert set(wish.without_versions) <= set(VERSIONS)
    assert wish.stars is None or 1 <= wish.stars <= 5
    assert wish.added_since is None or wish.added_since <= prompts.NOW.date()


@given(ANY)
def test_the_same_text_is_the_same_wish(text: str) -> None:
    again = Vocabulary.of(prompts.GENRES, prompts.ARTISTS)
    assert understood(text) == parse(text, again, now=prompts.NOW, playlists=prompts.PLAYLISTS)


@given(ANY)
def test_the_text_that_is_left_can_be_written_anywhere(text: str) -> None:
    left = understood(text).text
    assert left == left.strip()
    assert left.isprintable() or "\u200c" in left or "\u200d" in left or not left.isascii()
    left.encode("utf-8")


@given(SENTENCES)
@example("vor 1970 - 20s")
@example("after the 20s")
def test_what_was_understood_is_understood_again_from_its_own_words(text: str) -> None:
    wish = fields(understood(text))
    assume(not any(" " in words for words in wish.without_words))  # "no X": X may be a phrase of the grammar
    assert fields(understood(render(wish))) == wish


@pytest.mark.parametrize(
    ("prompt", "phrase"),
    [
        ("rainy sunday jazz 45 min", "45 min · Jazz · rainy, sunday"),
        ("90s hip hop without live, 1 hour", "60 min · Hip-Hop · 1990s · without live"),
        ("by Yes and Air, 1 song", "1 song · by Yes, Air"),
        ("like Björk but nothing by Queen or Björk", "like Björk · nothing by Queen or Björk"),
        ("3-5 minute songs from 1994 to 1998", "at least 3 min each · at most 5 min each · 1994-1998"),
        ("tracks under 3:30, before 1970", "at most 3:30 min each · until 1969"),
        ("since 2015, in 1999", "since 2015"),
        ("max 2 per album, one per artist, new", "1 per artist · 2 per album · fresh"),
        ("rainy sunday", "rainy, sunday"),
        ("no 1984, 1982, 1983 or 1999", "not from 1982-1984 or 1999"),
        ("tea with a cat", ""),
        ("174 bpm, nothing sad, no remixes", "174 bpm · without sad or remix"),
        ("slow, high energy, crescendo", "slow · under 90 bpm · high energy · building up"),
        ("over 140 bpm, energy 7/10, ups and downs", "over 140 bpm · energy 70% · in waves"),
        ("live recordings, instrumental", "live versions · instrumental"),
        ("my favourites, rated 4 or higher", "favourites · 4 stars and up"),
        ("recently added, never played", "never played · added since 2026-10-24"),
        ("ma playlist; comme ma liste summer", "like my playlist Summer"),
    ],
)
def test_a_wish_in_words(prompt: str, phrase: str) -> None:
    assert render(understood(prompt)) == phrase


def test_where_nothing_is_understood_the_whole_prompt_is_text() -> None:
    prompt = "Blue umbrella, with tea; and (perhaps) a cat…"
    assert understood(prompt) == Wish(text="Blue umbrella, with tea; and (perhaps) a cat...")


def test_of_a_very_long_prompt_both_ends_are_read() -> None:
    prompt = "2 hours of jazz " + "river " * 400 + "without metal"
    wish = understood(prompt)
    assert fields(wish) == Wish(minutes=120.0, genres=("Jazz",), without_genres=("Metal",))
    assert wish.text.split() == ["jazz", *["river"] * 400]


def test_a_word_without_end_is_only_text() -> None:
    assert understood("x" * 2000) == Wish(text="x" * 2000)


def test_a_cut_in_the_middle_makes_no_number() -> None:
    prompt = "x" * (LONGEST // 2 - 3) + " 45 minarets " + "y" * LONGEST
    assert understood(prompt) == Wish(text=prompt)


def test_this_year_is_of_the_day_that_is_given() -> None:
    assert parse("this year", LIBRARY, now=datetime(1999, 1, 1, 12, tzinfo=UTC)).years == (1999, 1999)
    assert parse("2010s", LIBRARY, now=datetime(1999, 1, 1, 12, tzinfo=UTC)).decades == ()


def test_a_name_that_is_spelled_in_several_ways_brings_them_all() -> None:
    library = Vocabulary.of([], ["Beyoncé", "BEYONCE", "Adele"])
    assert parse("beyonce", library, now=prompts.NOW).artists == ("Beyoncé", "BEYONCE")


def test_a_band_is_called_as_its_leader_too() -> None:
    library = Vocabulary.of(
        [], ["Bill Evans", "Bill Evans Trio", "Duke Ellington and His Orchestra", "Big Band"]
    )
    assert parse("bill evans", library, now=prompts.NOW).artists == ("Bill Evans", "Bill Evans Trio")
    assert parse("duke ellington", library, now=prompts.NOW).artists == ("Duke Ellington and His Orchestra",)
    assert parse("big", library, now=prompts.NOW).artists == ()


def test_a_name_without_a_word_has_no_leader() -> None:
    assert head([]) == []


def test_one_name_alone_is_whoever_has_most_of_the_tracks_of_those_called_so() -> None:
    tracks = {"Johann Sebastian Bach": 20, "Carl Philipp Emanuel Bach": 9, "Anna Bach": 6}
    library = Vocabulary.of([], tracks, tracks=tracks.__getitem__)
    assert parse("by bach", library, now=prompts.NOW).artists == ("Johann Sebastian Bach",)
    again = Vocabulary.of([], tracks)
    assert parse("by bach", again, now=prompts.NOW).artists == ()


def test_the_longest_name_wins() -> None:
    library = Vocabulary.of(["Jazz", "Acid Jazz", "Acid Jazz Funk"], ["Jazz Cartier"])
    assert parse("acid jazz funk", library, now=prompts.NOW).genres == ("Acid Jazz Funk",)
    assert parse("acid jazz cartier", library, now=prompts.NOW).genres == ("Acid Jazz",)
    assert parse("jazz cartier", library, now=prompts.NOW).artists == ("Jazz Cartier",)


def test_an_article_is_no_syllable_of_a_name() -> None:
    library = Vocabulary.of([], ["Flora", "Wedding Present"])
    assert parse("songs flor a wedding", library, now=prompts.NOW).artists == ()
    assert parse("weddingpresent", library, now=prompts.NOW).artists == ("Wedding Present",)


def test_a_word_of_many_titles_is_no_artist_unless_the_prompt_says_so() -> None:
    library = Vocabulary.of([], ["Heart"], ordinary=["heart"])
    assert parse("songs for a broken heart", library, now=prompts.NOW).artists == ()
    assert parse("songs by heart", library, now=prompts.NOW).artists == ("Heart",)


def test_a_name_of_no_letters_is_never_found() -> None:
    library = Vocabulary.of(["", " ", "???"], ["!!!", "", "\u200b", "+"])
    assert parse("!!! ??? by !!!", library, now=prompts.NOW) == Wish(text="!!! ??? by !!!")


@pytest.mark.parametrize(
    ("clock", "minutes"),
    [("17:00", 60), ("17:59:30", 3), ("18:00", 720), ("18:30", 720), ("6:00", 720), ("9:15", 525)],
)
def test_until_a_time_of_day_is_as_long_as_it_takes(clock: str, minutes: float) -> None:
    now = datetime.fromisoformat(f"2026-11-23 {clock:0>5}+00:00")
    assert parse("jazz until 6 pm", LIBRARY, now=now).minutes == minutes


@pytest.mark.parametrize(
    ("day", "prompt", "since"),
    [
        ("2026-03-31", "added last month", "2026-02-01"),
        ("2026-01-15", "added last month", "2025-12-01"),
        ("2026-11-29", "added this week", "2026-11-23"),
        ("2026-11-29", "added last week", "2026-11-16"),
        ("2026-01-01", "added yesterday", "2025-12-31"),
        ("2026-01-01", "added last year", "2025-01-01"),
        ("2024-02-29", "added in the last 3 days", "2024-02-26"),
    ],
)
def test_what_was_added_lately_is_told_from_the_day_that_is_given(day: str, prompt: str, since: str) -> None:
    now = datetime.fromisoformat(f"{day} 12:00+00:00")
    assert parse(prompt, LIBRARY, now=now).added_since == date.fromisoformat(since)


@pytest.mark.parametrize(
    "name", ["Noël à la maison", "ai: rainy jazz, 45 min", "40", "the best of 1994-1998"]
)
def test_a_list_of_the_callers_may_have_any_name(name: str) -> None:
    wish = parse(f"25 songs like my playlist {name.upper()}", LIBRARY, now=prompts.NOW, playlists=[name])
    assert wish == Wish(songs=25, like_playlists=(name,))
    assert parse(render(wish), LIBRARY, now=prompts.NOW, playlists=[name]) == wish


def test_without_lists_to_compare_with_a_list_is_only_words() -> None:
    wish = parse("more like my playlist Road Trip 2019", LIBRARY, now=prompts.NOW)
    assert wish.like_playlists == ()
    assert "Road Trip 2019" in wish.text


WORDED = st.builds(
    Wish,
    minutes=st.none() | st.integers(3, 720).map(float),
    songs=st.none() | st.integers(1, 500),
    longest=st.none() | st.integers(2, 14).map(lambda minutes: 60.0 * minutes),
    years=st.none() | st.sampled_from([(1994, 1998), (1999, 1999), (EARLIEST, 1970), (2001, LATEST)]),
    genres=st.sets(st.sampled_from(["Jazz", "Rock", "R&B", "New Wave"])).map(tuple),
    artists=st.sets(st.sampled_from(["Miles Davis", "Air", "The Who", "Tyler, The Creator"])).map(tuple),
    like=st.sets(st.sampled_from(["Yes", "Björk", "AC/DC"])).map(tuple),
    like_playlists=st.sets(st.sampled_from(prompts.PLAYLISTS)).map(tuple),
    moods=st.sets(st.sampled_from(["rainy", "sad", "road trip", "workout", "new year"])).map(tuple),
    bpm=st.none()
    | st.tuples(st.just(0.0), st.integers(30, 300).map(float))
    | st.tuples(st.integers(30, 300).map(float), st.just(FASTEST))
    | st.tuples(st.integers(40, 120).map(float), st.floats(121, 290).map(lambda beats: round(beats, 1))),
    energy=st.none() | st.integers(1, 100).map(lambda percent: percent / 100),
    curve=st.sampled_from(["", *CURVES]),
    without_genres=st.sets(st.sampled_from(["Metal", "Punk"])).map(tuple),
    without_artists=st.sets(st.sampled_from(["Queen", "50 Cent"])).map(tuple),
    without_moods=st.sets(st.sampled_from(["calm", "loud", "love"])).map(tuple),
    without_words=st.sets(st.sampled_from(["cover", "drums", "loud guitars"])).map(tuple),
    without_years=st.sets(st.sampled_from([1969, 1970, 1971, 1984, 2026])).map(lambda y: tuple(sorted(y))),
    per_artist=st.none() | st.integers(1, 100),
    per_album=st.none() | st.integers(1, 100),
    fresh=st.booleans(),
    favourites=st.booleans(),
    stars=st.none() | st.integers(1, 5),
    unplayed=st.booleans(),
    not_lately=st.booleans(),
    added_since=st.none() | st.dates(date(1990, 1, 1), date(2026, 11, 23)),
    version=st.sampled_from(["", "live", "remix"]),
    without_versions=st.sets(st.sampled_from(VERSIONS)).map(tuple),
    instrumental=st.booleans(),
)


@given(WORDED)
def test_every_field_can_be_said(wish: Wish) -> None:
    assume(len(render(wish)) <= LONGEST)
    assert fields(understood(render(wish))) == wish


def test_ten_thousand_artists_do_not_slow_it_down() -> None:
    names = [f"{first}{last} {last}{first}" for first in prompts.ARTISTS for last in range(300)]
    library = Vocabulary.of(prompts.GENRES, names)
    took = []
    for prompt, _ in prompts.TABLE:
        before = time.process_time()
        parse(prompt, library, now=prompts.NOW, playlists=prompts.PLAYLISTS)
        took.append(time.process_time() - before)
    assert sorted(took)[len(took) * 95 // 100] < 0.005
