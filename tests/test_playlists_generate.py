"""From a prompt to a list, over libraries that the tests make."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxy.library import connect, index, migrate
from proxy.playlists import Request, Sources, explain, generate, vocabulary_of
from tests.factories import NOW, Shop, WordCounter, track

GENRES = ("Jazz", "Rock", "Folk", "Ambient", "Soul", "Electronic")


def song(n: int) -> object:
    """600 songs by 60 artists, each at home in one genre, 1960 to 2019, 150 to 350 s."""
    artist = n % 60
    return track(
        n,
        artist=f"Artist {artist}",
        genres=(GENRES[artist % 6],),
        moods=("rainy",) if n % 7 == 0 else (),
        year=1960 + (n * 7 + n // 60 * 13) % 60,
        duration=150.0 + (n * 37) % 200,
        album=f"Album {n // 120} of {artist}",
        library_id=2 if n % 10 == 0 else 1,
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"), [song(n) for n in range(600)])  # type: ignore[misc]


def test_the_genre_that_was_asked_for_is_what_comes(shop: Shop) -> None:
    songs = shop.songs("rainy sunday jazz 45 min")
    assert all(song.genres == ("Jazz",) for song in songs)
    assert abs(sum(song.duration for song in songs) - 45 * 60) <= 60


def test_what_carries_both_words_comes_first(shop: Shop) -> None:
    assert all(song.moods == ("rainy",) for song in shop.songs("rainy jazz, 5 songs"))


def test_a_list_without_a_length_has_the_default_one(shop: Shop) -> None:
    assert abs(sum(s.duration for s in shop.songs("jazz", default_minutes=30)) - 1800) <= 60


def test_minutes_and_songs_of_the_request_win(shop: Shop) -> None:
    assert len(shop.songs("jazz 45 min", songs=4)) == 4
    assert abs(sum(s.duration for s in shop.songs("jazz, 3 songs", minutes=40)) - 2400) <= 60


def test_decades_and_years_hold(shop: Shop) -> None:
    assert all(1990 <= (s.year or 0) < 2000 for s in shop.songs("90s rock 30 min"))
    assert all(1975 <= (s.year or 0) <= 1980 for s in shop.songs("from 1975 to 1980, 10 songs"))


def test_what_was_ruled_out_never_comes(shop: Shop) -> None:
    assert not any("Jazz" in song.genres for song in shop.songs("rainy music without jazz, 40 songs"))


def test_an_artist_that_was_ruled_out_never_comes(shop: Shop) -> None:
    assert not any(song.artist == "Artist 6" for song in shop.songs("jazz but no Artist 6, 40 songs"))


def test_a_decade_that_was_ruled_out_never_comes(shop: Shop) -> None:
    assert not any(1980 <= (song.year or 0) < 1990 for song in shop.songs("rock, no 80s, 30 songs"))


def test_a_year_that_was_ruled_out_never_comes(shop: Shop) -> None:
    years = {song.year for song in shop.songs("80s except 1984, 30 songs")}
    assert years == {*range(1980, 1990)} - {1984}


def test_a_named_artist_comes_without_a_cap(shop: Shop) -> None:
    songs = shop.songs("songs by Artist 7, 6 songs")
    assert [song.artist for song in songs] == ["Artist 7"] * 6


def test_like_an_artist_brings_the_same_kind(shop: Shop) -> None:
    songs = shop.songs("like Artist 7, 20 songs")
    assert Counter(song.genres for song in songs)[("Rock",)] >= 18


def test_an_artist_has_three_songs_at_most_and_never_two_in_a_row(shop: Shop) -> None:
    songs = shop.songs("jazz 90 min")
    assert max(Counter(song.artist for song in songs).values()) <= 3
    assert max(Counter(song.album for song in songs).values()) <= 2
    assert all(one.artist != other.artist for one, other in pairwise(songs))


def test_one_song_per_artist_means_one(shop: Shop) -> None:
    assert max(Counter(s.artist for s in shop.songs("jazz, one song per artist, 9 songs")).values()) == 1


def test_seeds_come_first_as_given(shop: Shop) -> None:
    made = shop.list("folk 30 min", seeds=("t0009", "t0004", "nobody knows"))
    assert made.ids[:2] == ("t0009", "t0004")
    assert made.songs[0].why == ("your song",)
    assert abs(made.explanation.seconds - 1800) <= 60


def test_only_libraries_open_to_the_owner_are_heard(shop: Shop) -> None:
    assert {s.library_id for s in shop.songs("jazz 60 min", libraries=frozenset({1}))} == {1}
    assert {s.library_id for s in shop.songs("jazz 60 min", libraries=frozenset({2}))} == {2}


def test_the_same_request_gives_the_same_list(shop: Shop) -> None:
    assert shop.list("rainy sunday jazz 45 min") == shop.list("rainy sunday jazz 45 min")


def test_a_bare_prefix_is_a_surprise_that_explains_itself_and_changes_with_the_day(shop: Shop) -> None:
    made = shop.list("")
    assert len(made.songs) == 12
    assert "For example" in made.comment
    assert made.ids == shop.list("").ids
    assert made.ids != shop.list("", day=(NOW + timedelta(days=1)).date()).ids
    assert made.ids != shop.list("", owner="ben").ids


def test_a_surprise_may_have_a_length_and_keeps_to_the_caps(shop: Shop) -> None:
    assert len(shop.songs("", songs=5)) == 5
    songs = shop.songs("", minutes=60)
    assert abs(sum(song.duration for song in songs) - 3600) <= 72
    assert max(Counter(song.artist for song in songs).values()) <= 3


def test_a_fresh_list_of_another_day_shares_little_with_the_last(shop: Shop) -> None:
    for prompt in ("fresh jazz 60 min", "rainy, fresh, 25 songs", "fresh 70s, 45 min"):
        first = shop.list(prompt)
        again = shop.list(prompt, lately=frozenset(first.ids), day=(NOW + timedelta(days=1)).date())
        assert len(set(first.ids) & set(again.ids)) <= 0.3 * len(again.ids)


def test_an_explanation_counts_what_its_energy_was_guessed_from(shop: Shop) -> None:
    told = shop.list("ambient and electronic, build up, 12 songs").explanation
    assert (told.energy.curve, told.energy.measured) == ("build", 0)
    assert 0 < told.energy.estimated <= 12
    assert "energy build, " in explain.comment(told)


def test_a_list_that_time_cut_short_says_so(shop: Shop) -> None:
    made = shop.list("jazz 60 min", deadline=0.0)
    assert made.explanation.timed_out
    assert "time was up: the best list so far" in made.comment
    assert made.ids


def test_every_song_tells_its_energy_and_the_step_to_the_next(shop: Shop) -> None:
    *songs, last = shop.list("jazz and rock, wind down, 10 songs").songs
    assert all(0 <= song.energy <= 1 and 0 <= (song.step or 0) <= 0.6 for song in songs)
    assert all(one.wanted > other.wanted for one, other in pairwise(songs))  # type: ignore[operator]
    assert last.step is None


def test_fresh_keeps_away_from_what_was_given_lately(shop: Shop) -> None:
    first = shop.list("jazz, fresh, 20 songs")
    again = shop.list("jazz, fresh, 20 songs", lately=frozenset(first.ids))
    assert not set(first.ids) & set(again.ids)
    assert shop.list("jazz, 20 songs", lately=frozenset(first.ids)).ids == shop.list("jazz, 20 songs").ids


def test_a_shortage_is_told_and_not_padded(shop: Shop) -> None:
    made = shop.list("rainy jazz 700 min")
    assert made.explanation.seconds < 700 * 60 - 60
    assert "this library has no more of it" in made.comment
    assert all(shop.tracks[song.track_id].genres == ("Jazz",) for song in made.songs)


def test_a_length_that_nobody_asked_for_is_not_called_asked(shop: Shop) -> None:
    assert " asked" not in shop.list("jazz").comment


def test_a_list_as_long_as_the_library_has_candidates(shop: Shop) -> None:
    assert len(shop.songs("jazz or rock or folk or soul, 400 songs", libraries=frozenset({1}))) == 340


def test_caps_give_way_for_a_long_list_and_that_is_told(tmp_path: Path) -> None:
    rows = [track(n, artist="Ada", album="One", genres=("Jazz",)) for n in range(8)]
    made = Shop(tmp_path, rows).list("jazz, 20 songs")
    assert len(made.songs) == 8
    assert "more than 2 songs of an album" in made.comment
    assert "this library has no more of it" in made.comment


def test_a_word_is_a_reason_once(shop: Shop) -> None:
    why = shop.list("jazz jazz jazz, 3 songs").songs[0].why
    assert len(set(why)) == len(why)


def test_a_prompt_that_only_a_title_answers_brings_more_than_that_song(shop: Shop) -> None:
    assert len(shop.songs("song 17 zebra crossing, 10 songs")) == 10


def test_the_comment_says_what_was_understood_and_what_it_came_to(shop: Shop) -> None:
    made = shop.list("rainy jazz 45 min")
    assert made.comment.startswith("Jazz · rainy · ")
    assert "45 min asked → " in made.comment
    assert made.comment.endswith("rename to change")


def test_every_song_says_why(shop: Shop) -> None:
    assert all(song.why for song in shop.list("rainy jazz 45 min").songs)
    assert "tag jazz" in shop.list("rainy jazz 45 min").songs[0].why


def test_nobody_to_embed_leaves_the_words(tmp_path: Path) -> None:
    rows = [song(n) for n in range(120)]
    shop = Shop(tmp_path, rows)  # type: ignore[arg-type]
    shop.embedders = (WordCounter(away=True),)
    made = shop.list("jazz, 5 songs")
    assert all(shop.tracks[song.track_id].genres == ("Jazz",) for song in made.songs)
    assert "words did not answer" in made.comment


def test_a_model_that_was_exchanged_is_not_compared_with_the_old_one(tmp_path: Path) -> None:
    first, second = WordCounter("ollama:new"), WordCounter("words")
    shop = Shop(tmp_path, [song(n) for n in range(120)], embedders=(first, second))  # type: ignore[misc]
    first.digest, first.dimension = "2", 64
    made = shop.list("jazz, 5 songs")
    assert made.explanation.model == "words"
    assert "ollama:new was exchanged" in made.comment


def test_the_next_embedder_answers_where_the_first_is_away(tmp_path: Path) -> None:
    first, second = WordCounter("ollama:far"), WordCounter("words")
    shop = Shop(tmp_path, [song(n) for n in range(120)], embedders=(first, second))  # type: ignore[misc]
    first.away = True
    made = shop.list("jazz, 5 songs")
    assert made.explanation.model == "words"
    assert "ollama:far did not answer" in made.comment


def test_an_index_that_was_never_made_gives_an_empty_list_that_says_what_to_do(tmp_path: Path) -> None:
    migrate(tmp_path / "new.db")
    db = connect(tmp_path / "new.db")
    empty = index.load(db)
    request = Request(prompt="jazz", owner="ana", day=NOW.date())
    made = generate(request, index=empty, vocabulary=vocabulary_of(empty), sources=Sources(db, ()))
    assert made.songs == ()
    assert "playlistgen refresh" in made.comment


def test_of_two_versions_of_a_song_the_first_recording_comes(tmp_path: Path) -> None:
    rows = [
        track(1, title="Blue Lamp (Live)", artist="Ada", genres=("Jazz",)),
        track(2, title="Blue Lamp", artist="Ada", genres=("Jazz",)),
        track(3, title="Blue Lamp (2011 Remaster)", artist="Ada", genres=("Jazz",)),
        track(4, title="Other", artist="Ben", genres=("Jazz",)),
    ]
    shop = Shop(tmp_path, rows)
    assert set(shop.list("jazz, 4 songs").ids) == {"t0002", "t0004"}
    assert "t0001" in shop.list("jazz live, 4 songs").ids


def test_words_that_nothing_here_carries_are_taken_by_meaning_and_that_is_told(shop: Shop) -> None:
    made = shop.list("xylophone quartet, 5 songs")
    assert len(made.songs) == 5
    assert "no title, name or tag has these words" in made.comment


@pytest.mark.parametrize(
    "prompt",
    ["🎷🌧", "\x00\x1b[31m", "שלום עולם jazz", "jazz " * 400, "'); DROP TABLE tracks;--", '"', "-", "   "],
)
def test_any_text_gives_songs_and_a_comment(shop: Shop, prompt: str) -> None:
    made = shop.list(prompt)
    assert made.songs
    assert 0 < len(made.comment) <= 500


words = st.sampled_from(
    (
        *("jazz", "rock", "rainy", "calm", "90s", "30 min", "20 songs", "without folk", "like Artist 7"),
        *("by Artist 8", "one song per artist", "before 1980", "fresh", "and", "under 4 min songs"),
    )
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prompt=st.lists(words, max_size=8).map(" ".join), seeds=st.lists(st.integers(0, 599), max_size=4))
def test_no_song_twice_no_foreign_library_and_seeds_kept(shop: Shop, prompt: str, seeds: list[int]) -> None:
    given_seeds = tuple(f"t{n:04}" for n in seeds)
    made = shop.list(prompt, seeds=given_seeds, libraries=frozenset({1}))
    assert len(set(made.ids)) == len(made.ids)
    assert made.ids[: len(set(seeds))] == tuple(dict.fromkeys(given_seeds))
    own = [shop.tracks[i] for i in made.ids[len(set(seeds)) :]]
    assert all(track.library_id == 1 for track in own)
    assert len(made.comment) <= 500
