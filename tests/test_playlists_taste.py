"""What an owner's stars, ratings, plays and lists do to a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.playlists import Taste
from proxy.playlists.taste import LATELY, MOST_LIKE, asks, own
from proxy.playlists.wish import Wish
from tests.factories import NOW, Shop, track

TODAY = NOW.date()
SONGS = [f"t{n:04}" for n in range(300)]

ids = st.sampled_from([*SONGS[:20], "gone"])
days = st.one_of(st.none(), st.integers(0, 60).map(lambda n: TODAY - timedelta(days=n)))
tastes = st.builds(
    Taste,
    starred=st.one_of(st.none(), st.frozensets(ids)),
    ratings=st.one_of(st.none(), st.dictionaries(ids, st.integers(1, 5))),
    played=st.one_of(st.none(), st.dictionaries(ids, days)),
    lists=st.one_of(st.none(), st.dictionaries(st.sampled_from(["A", "B"]), st.tuples(ids, ids))),
)
wishes = st.builds(
    Wish,
    favourites=st.booleans(),
    stars=st.one_of(st.none(), st.integers(1, 5)),
    unplayed=st.booleans(),
    not_lately=st.booleans(),
    like_playlists=st.sampled_from([(), ("A",), ("A", "B")]),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    rows = [
        track(n, genres=("Jazz",) if n % 2 else ("Folk",), title="Twice" if n in (41, 61) else f"Song {n}")
        for n in range(300)
    ]
    return Shop(tmp_path_factory.mktemp("shop"), rows)


def allowed(shop: Shop, wish: Wish, taste: Taste | None) -> set[str]:
    index = shop.index
    mask = own(wish, taste, index, today=TODAY).allowed
    return {song for song, is_allowed in zip(index.ids, mask.tolist(), strict=True) if is_allowed}


def comment(shop: Shop, prompt: str, taste: Taste | None, **values: object) -> str:
    return shop.list(prompt, taste=taste, **values).comment


def songs(shop: Shop, prompt: str, taste: Taste | None, **values: object) -> list[str]:
    return list(shop.list(prompt, taste=taste, **values).ids)


@given(wishes, tastes)
def test_a_song_is_left_out_for_what_is_known_of_it_and_asked_for_alone(
    shop: Shop, wish: Wish, taste: Taste
) -> None:
    starred, ratings, played = taste.starred, taste.ratings or {}, taste.played or {}
    listed = {song for name in wish.like_playlists for song in (taste.lists or {}).get(name, ())}
    for song in SONGS[:20]:
        day = played.get(song)
        refused = (
            (wish.favourites and starred is not None and song not in starred)
            or (wish.stars is not None and taste.ratings is not None and ratings.get(song, 0) < wish.stars)
            or (wish.unplayed and song in played)
            or (wish.not_lately and day is not None and day > TODAY - LATELY)
            or song in listed
        )
        assert (song in allowed(shop, wish, taste)) == (not refused)


@given(wishes, tastes)
def test_what_is_not_known_is_said_in_one_note(shop: Shop, wish: Wish, taste: Taste) -> None:
    notes = own(wish, taste, shop.index, today=TODAY).notes
    unknown = (
        (wish.favourites and taste.starred is None)
        or (wish.stars is not None and taste.ratings is None)
        or ((wish.unplayed or wish.not_lately) and taste.played is None)
        or (bool(wish.like_playlists) and taste.lists is None)
    )
    assert len(notes) == unknown
    assert not unknown or asks(wish)


@given(wishes)
def test_without_a_taste_nothing_is_left_out(shop: Shop, wish: Wish) -> None:
    assert len(allowed(shop, wish, None)) == len(SONGS)


@pytest.mark.parametrize(("days", "is_allowed"), [(0, False), (27, False), (28, True), (400, True)])
def test_lately_is_28_days(shop: Shop, days: int, is_allowed: bool) -> None:
    taste = Taste(played={"t0001": TODAY - timedelta(days=days)})
    assert ("t0001" in allowed(shop, Wish(not_lately=True), taste)) == is_allowed


def test_a_song_whose_last_day_is_not_told_was_played_but_not_lately(shop: Shop) -> None:
    taste = Taste(played={"t0001": None})
    assert "t0001" in allowed(shop, Wish(not_lately=True), taste)
    assert "t0001" not in allowed(shop, Wish(unplayed=True), taste)


STARRED = frozenset(SONGS[100:110])
RATED: Mapping[str, int] = {"t0001": 3, "t0002": 4, "t0003": 5}
PLAYED: Mapping[str, date | None] = dict.fromkeys(SONGS[:295], TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("prompt", "taste", "found"),
    [
        ("my favourites", Taste(starred=STARRED), STARRED),
        ("4 stars and up", Taste(ratings=RATED), {"t0002", "t0003"}),
        ("5 stars", Taste(ratings=RATED), {"t0003"}),
        ("never played", Taste(played=PLAYED), set(SONGS[295:])),
        ("not played lately", Taste(played=PLAYED), set(SONGS[295:])),
        (
            "my favourites, never played",
            Taste(starred=frozenset(SONGS[290:]), played=PLAYED),
            set(SONGS[295:]),
        ),
        ("my jazz favourites", Taste(starred=STARRED), set(SONGS[101:110:2])),
    ],
)
def test_a_list_has_all_that_the_taste_leaves_and_no_other_song(
    shop: Shop, prompt: str, taste: Taste, found: set[str]
) -> None:
    assert set(songs(shop, prompt, taste, minutes=300)) == found


@pytest.mark.parametrize(
    ("prompt", "taste", "note"),
    [
        ("my favourites, 20 songs", Taste(starred=STARRED), "20 songs asked, only 10 of your favourites fit"),
        ("my favourites, 2 h", Taste(starred=STARRED), "only 10 of your favourites fit"),
        ("my favourites, 2 h", Taste(starred=frozenset()), "you have starred no song yet"),
        ("my metal favourites, no folk, no jazz", Taste(starred=STARRED), "none of your favourites fit"),
        ("4 stars and up, 2 h", Taste(ratings=RATED), "only 2 of the songs you gave 4 stars and up fit"),
        ("never played, 2 h", Taste(played=PLAYED), "only 5 of the songs you have never played fit"),
        (
            "not played lately, 2 h",
            Taste(played=PLAYED),
            "only 5 of the songs you have not played for 28 days",
        ),
        ("my favourites", None, "your favourites could not be asked: left out of account"),
        (
            "my favourites, never played, 5 stars",
            Taste(starred=STARRED, why="could not be asked in time"),
            "your ratings and what you have played could not be asked in time: left out of account",
        ),
    ],
)
def test_a_list_says_what_its_owners_taste_did_not_allow(
    shop: Shop, prompt: str, taste: Taste | None, note: str
) -> None:
    assert note in comment(shop, prompt, taste)


def test_songs_that_the_owner_put_there_himself_are_not_counted_as_found(shop: Shop) -> None:
    said = comment(shop, "my favourites, 20 songs", Taste(starred=STARRED), seeds=("t0001", "t0002"))
    assert "only 10 of your favourites fit" in said


def test_a_list_that_got_what_it_asked_for_says_nothing_of_it(shop: Shop) -> None:
    said = comment(shop, "my favourites, 5 songs", Taste(starred=STARRED))
    assert "fit" not in said
    assert "asked" not in said


def test_where_nothing_else_is_asked_chance_decides_another_way_every_day(shop: Shop) -> None:
    taste = Taste(starred=frozenset(SONGS))
    days = [songs(shop, "my favourites, 10 songs", taste, day=TODAY + timedelta(days=n)) for n in range(20)]
    assert days[0] == songs(shop, "my favourites, 10 songs", taste)
    assert len({song for day in days for song in day}) > 100


def test_a_list_like_another_is_of_its_kind_and_has_none_of_its_songs(shop: Shop) -> None:
    jazz = tuple(SONGS[1:21:2])
    found = songs(shop, "like Smoke", Taste(lists={"Smoke": jazz}), playlists=("Smoke",), minutes=60)
    assert len(found) == 18
    assert {shop.tracks[song].genres for song in found} == {("Jazz",)}
    assert not set(found) & set(jazz)


def test_a_version_of_a_song_that_the_list_has_is_left_out_too(shop: Shop) -> None:
    taste = Taste(lists={"A": ("t0041",)})
    assert shop.tracks["t0041"].artist == shop.tracks["t0061"].artist
    assert not {"t0041", "t0061"} & allowed(shop, Wish(like_playlists=("A",)), taste)


def test_the_likeness_of_a_long_list_is_taken_from_all_over_it(shop: Shop) -> None:
    taste = Taste(lists={"A": tuple(SONGS)})
    like = own(Wish(like_playlists=("A",)), taste, shop.index, today=TODAY).like.tolist()
    assert (len(set(like)), like[0], like[-1]) == (MOST_LIKE, 0, 299)
