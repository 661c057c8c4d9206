"""Prompts about the caller's own taste, through the proxy: upstream is asked as the caller, and only then."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx
import pytest
from anyio.lowlevel import checkpoint
from structlog.testing import capture_logs

from proxy.endpoints.prompt.taste import Tastes
from proxy.errors import UpstreamUnreachable
from proxy.navidrome.plays import MOST_USERS, RecentPlays
from proxy.navidrome.taste import Ask
from proxy.playlists.wish import Wish
from proxy.recipes.recipe import list_id
from tests.factories import NOW
from tests.fake_navidrome import PASSWORDS, Annotation, Fault
from tests.fake_navidrome.world import stamp
from tests.house import House, Listener, genres

TASTES = ("getStarred2", "search3", "getPlaylists", "getPlaylist")


@pytest.fixture(scope="module")
def hours() -> Iterator[int]:
    return count(1)


@pytest.fixture
def house(standing: House, hours: Iterator[int]) -> House:
    """The same as new, and an hour later: what the proxy had remembered it has forgotten."""
    standing.furnish()
    standing.now.forward(3600 * next(hours))
    return standing


@pytest.fixture
def jazz(house: House) -> list[str]:
    """The songs of the genre that ana may hear, none of which anybody has touched."""
    house.world.annotations.clear()
    return of_genre(house, "Jazz")


def of_genre(house: House, genre: str) -> list[str]:
    songs = house.world.visible(house.world.users["ana"])
    return [song.id for song in songs if song.row["genre"] == genre]


def mark(house: House, songs: list[str], user: str = "ana", **marks: object) -> set[str]:
    for song in songs:
        house.world.annotations[house.world.users[user].id, song] = Annotation(**marks)  # type: ignore[arg-type]
    return set(songs)


def ago(house: House, **spans: int) -> str:
    return stamp(house.now() - timedelta(**spans))


@pytest.mark.parametrize("client", ["test", "DSub", "SubMusic"])
def test_favourites_are_what_the_caller_has_starred(
    house: House, ana: Listener, jazz: list[str], client: str
) -> None:
    ana.credentials["c"] = client
    stars = mark(house, [*jazz[:3], *of_genre(house, "Folk")[:2]], starred_at=ago(house, days=9))
    mark(house, jazz[3:], "ben", starred_at=ago(house, days=9))
    made = ana.create("ai: my favourites")
    assert set(made.songs) == stars
    assert set(ana.create("ai: my jazz favourites").songs) == set(jazz[:3])


@pytest.mark.parametrize("client", ["test", "DSub", "SubMusic"])
def test_stars_and_plays_are_the_callers_whatever_his_client_is_shown(
    house: House, ana: Listener, jazz: list[str], client: str
) -> None:
    ana.credentials["c"] = client
    mark(house, jazz[:1], rating=3, play_count=1, played_at=ago(house, days=40))
    mark(house, jazz[1:3], rating=4, play_count=1, played_at=ago(house, days=4))
    assert set(ana.create("ai: 4 stars and up").songs) == set(jazz[1:3])
    assert not set(ana.create("ai: jazz never played, 3 h").songs) & set(jazz[:3])
    lately = set(ana.create("ai: jazz not played lately, 3 h").songs)
    assert jazz[0] in lately
    assert not lately & set(jazz[1:3])


def test_a_list_that_is_too_short_says_why(house: House, ana: Listener, jazz: list[str]) -> None:
    mark(house, jazz[:2], starred_at=ago(house, days=9))
    made = ana.create("ai: my favourites, 20 songs")
    assert "20 songs asked, only 2 of your favourites fit" in made.comment
    assert ana.open(made.id).count == 2


def test_a_list_like_one_of_the_callers_has_other_songs_of_its_kind(
    house: House, ana: Listener, jazz: list[str]
) -> None:
    house.world.add_playlist("ana", "Smoke & Mirrors", jazz[:3])
    made = ana.create("ai: more like smoke and mirrors, 2 songs")
    assert genres(house, made) == {"Jazz"}
    assert not set(made.songs) & set(jazz[:3])
    assert made.comment.startswith("like my playlist Smoke & Mirrors")


def test_two_lists_of_one_name_are_both_meant(house: House, ana: Listener, jazz: list[str]) -> None:
    for songs in (jazz[:2], jazz[2:4]):
        house.world.add_playlist("ana", "Smoke", songs)
    assert not set(ana.create("ai: more like Smoke, 3 songs").songs) & set(jazz[:4])


def test_a_list_that_somebody_shares_is_none_of_the_callers(
    house: House, ana: Listener, jazz: list[str]
) -> None:
    house.world.add_playlist("ben", "Smoke", jazz).public = True
    ana.create("ai: more like Smoke")
    assert house.calls("getPlaylist") == 1  # of the list that was made


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("ai: jazz 3 min", {"getPlaylists": 1}),
        ("ai: my favourites", {"getStarred2": 1, "getPlaylists": 1}),
        ("ai: jazz, 4 stars and up", {"search3": 3, "getPlaylists": 1}),
        ("ai: my favourites, never played", {"getStarred2": 1, "search3": 3, "getPlaylists": 1}),
        ("ai: like Radiohead", {"getPlaylists": 2}),
        ("ai: more like Smoke", {"getPlaylists": 2, "getPlaylist": 1}),
    ],
)
def test_only_what_a_prompt_needs_is_asked(
    house: House, ana: Listener, prompt: str, asked: dict[str, int]
) -> None:
    house.world.add_playlist("ana", "Smoke")
    ana.create(prompt)
    told = {"getPlaylist": asked.get("getPlaylist", 0) + 1}  # the list itself, when it is there
    assert {name: house.calls(name) for name in TASTES} == {**dict.fromkeys(TASTES, 0), **asked, **told}


def test_plays_are_remembered_for_ten_minutes_and_of_each_user_alone(house: House, jazz: list[str]) -> None:
    mark(house, jazz[:1], rating=5)
    mark(house, jazz[1:2], "ben", rating=5)
    ana, ben = house.listener(), house.listener("ben")
    assert ana.create("ai: 5 stars").songs == (jazz[0],)
    assert ben.create("ai: 5 stars").songs == (jazz[1],)
    asked = house.calls("search3")
    ana.credentials["u"] = "ANA"
    house.now.forward(599)
    assert ana.create("ai: 5 stars, 1 h").songs == (jazz[0],)
    assert house.calls("search3") == asked
    mark(house, jazz[2:3], rating=5)
    house.now.forward(1)
    assert set(ana.create("ai: 5 stars, 2 h").songs) == {jazz[0], jazz[2]}


def test_favourites_are_those_of_now(house: House, ana: Listener, jazz: list[str]) -> None:
    mark(house, jazz[:1], starred_at=ago(house, days=1))
    assert ana.create("ai: my favourites").count == 1
    ana.ask("star", id=jazz[1])
    assert ana.create("ai: my favourites, 1 h").count == 2


def test_what_a_stranger_says_he_is_tells_him_nothing(house: House, jazz: list[str]) -> None:
    mark(house, jazz[:1], rating=5)
    ana, thief = house.listener(), house.listener()
    ana.create("ai: 5 stars")
    thief.credentials["p"] = "guess"
    assert thief.ask("createPlaylist", name="ai: 5 stars mine")["error"]["code"] == 40


@pytest.mark.parametrize(
    ("endpoint", "prompt", "note"),
    [
        ("getStarred2", "ai: my favourites, 3 songs", "your favourites could not be asked"),
        ("search3", "ai: 4 stars and up, 3 songs", "your ratings could not be asked"),
        ("search3", "ai: never played, 3 songs", "what you have played could not be asked"),
    ],
)
def test_what_upstream_does_not_tell_is_left_out_of_account(
    house: House, ana: Listener, endpoint: str, prompt: str, note: str
) -> None:
    house.world.faults[endpoint] = Fault.CRASH
    made = ana.create(prompt)
    assert made.count == 3
    assert f"{note}: left out of account" in made.comment


def test_a_list_whose_songs_cannot_be_read_is_left_out_of_account(house: House, ana: Listener) -> None:
    house.world.add_playlist("ana", "Smoke")
    house.world.faults["getPlaylist"] = [Fault.CRASH]
    made = ana.create("ai: more like Smoke, 3 songs")
    assert made.count == 3
    assert "your lists could not be asked: left out of account" in made.comment


def test_names_that_cannot_be_asked_are_words(house: House, ana: Listener) -> None:
    house.world.add_playlist("ana", "Smoke")
    house.world.faults["getPlaylists"] = [None, Fault.CRASH]
    assert "like my playlist" not in ana.create("ai: more like Smoke").comment


def test_a_library_that_takes_too_long_to_tell_is_left_out_of_account_until_it_has_told(
    house: House, jazz: list[str]
) -> None:
    mark(house, jazz[:2], starred_at=ago(house, days=9))
    mark(house, jazz[:1], starred_at=ago(house, days=9), play_count=1)
    house.world.faults["search3"] = held = threading.Event()
    with house.proxy(deadline_seconds=1.0) as url, capture_logs() as logs:
        ana = house.listener()
        ana.url = url
        made = ana.create("ai: my favourites, never played")
        held.set()
        again = ana.create("ai: my favourites, never played, 2 h")
    assert "what you have played could not be asked in time: left out of account" in made.comment
    assert set(made.songs) == set(jazz[:2])
    assert set(again.songs) == set(jazz[1:2])
    assert house.calls("search3") == 3  # as for one
    assert [entry["told"] for entry in logs if "no time" in entry["event"]] == [["starred"]]


def test_it_is_the_same_when_a_list_is_typed_in_the_web_ui_and_filled_later(
    house: House, ana: Listener, jazz: list[str]
) -> None:
    stars = mark(house, jazz[:2], starred_at=ago(house, days=9))
    typed = house.directly().create("ai: my favourites")
    ana.lists()
    assert set(ana.open(typed.id).songs) == stars


def test_a_client_that_sends_a_token_is_asked_for_by_it(house: House, ana: Listener, jazz: list[str]) -> None:
    stars = mark(house, jazz[:2], starred_at=ago(house, days=9))
    ana.by_token()
    assert set(ana.create("ai: my favourites").songs) == stars


def test_a_list_that_is_named_in_the_web_ui_is_of_its_users_taste(house: House, jazz: list[str]) -> None:
    stars = mark(house, jazz[:2], starred_at=ago(house, days=9))
    with httpx.Client(base_url=house.url, trust_env=False) as ui:
        login = ui.post("/auth/login", json={"username": "ana", "password": PASSWORDS["ana"]}).json()
        bearer = {"x-nd-authorization": f"Bearer {login['token']}"}
        made = ui.post("/api/playlist", json={"name": "ai: my favourites"}, headers=bearer).json()
    assert set(house.listener().open(made["id"]).songs) == stars


class Upstream:
    """One whose every user has played everything that there is, a song."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, user: str) -> Ask:
        async def ask(endpoint: str, params: Sequence[tuple[str, str]]) -> bytes:
            self.asked.append(user)
            await checkpoint()
            return (
                b'{"subsonic-response":{"status":"ok","searchResult3":{"song":[{"id":"a","playCount":1}]}}}'
            )

        return ask


async def play(tastes: Tastes, upstream: Upstream, user: str) -> None:
    taste = await tastes.of(Wish(unplayed=True), upstream.of(user), user, {}, seconds=9)
    assert taste is not None
    assert taste.played == {"a": None}


@pytest.mark.anyio
async def test_who_asks_twice_at_once_waits_for_the_first_answer() -> None:
    tastes, upstream = Tastes(RecentPlays(lambda: NOW).of), Upstream()
    await asyncio.gather(*(play(tastes, upstream, user) for user in ("ana", "ben", "ana")))
    assert sorted(upstream.asked) == ["ana", "ana", "ben", "ben"]  # a page, and another to be sure


@pytest.mark.anyio
async def test_of_the_users_those_who_asked_last_are_remembered() -> None:
    tastes, upstream = Tastes(RecentPlays(lambda: NOW).of), Upstream()
    users = [f"user {n}" for n in range(MOST_USERS + 1)]
    for user in [*users, *users[1:]]:
        await play(tastes, upstream, user)
    assert len(upstream.asked) == 2 * len(users)
    await play(tastes, upstream, users[0])
    assert len(upstream.asked) == 2 * len(users) + 2


@pytest.mark.anyio
async def test_a_reading_that_failed_is_begun_anew() -> None:
    tastes, upstream = Tastes(RecentPlays(lambda: NOW).of), Upstream()

    async def away(endpoint: str, params: Sequence[tuple[str, str]]) -> bytes:
        raise UpstreamUnreachable("nobody answers")

    taste = await tastes.of(Wish(unplayed=True), away, "ana", {}, seconds=9)
    assert taste is not None
    assert taste.played is None
    await play(tastes, upstream, "ana")


def test_standing_lists_and_prompts_read_plays_once_for_both(house: House, tmp_path: Path) -> None:
    recipes = tmp_path / "mine.toml"
    recipes.write_text(
        '[[recipe]]\nname = "Unheard"\nsongs = 5\nper_artist = 5\nall = [{ is = { playcount = 0 } }]\n'
    )
    ana = house.listener()
    with house.proxy(recipes_path=str(recipes)) as ana.url:
        before = house.calls("search3")
        assert ana.open(list_id("ana", "unheard")).count
        read = house.calls("search3")
        assert read > before
        assert ana.create("ai: never played").count
        assert house.calls("search3") == read
