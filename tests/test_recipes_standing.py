"""Standing lists through their door: when they appear, stay, are made anew, and whose they are."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from anyio import fail_after, to_thread

from proxy.errors import LibraryError, UpstreamUnreachable
from proxy.library import connect, index, tracks, transaction
from proxy.navidrome.plays import RecentPlays
from proxy.recipes import Caller
from proxy.recipes.recipe import list_id
from tests.factories import NOW, WordCounter
from tests.kitchens import Diner, Upstream, caller, songs

pytestmark = pytest.mark.anyio

MIX = '[[recipe]]\nname = "Mix"\nminutes = 30\n'
LOVED = '[[recipe]]\nname = "Loved"\nsongs = 10\nall = [{ is = { loved = true } }]\n'
DAY = timedelta(days=1)

Open = Callable[..., Diner]


@pytest.fixture
def diner(tmp_path: Path) -> Iterator[Open]:
    opened: list[Diner] = []

    def open_one(recipes: str = "", count: int = 300, **changes: Any) -> Diner:
        opened.append(Diner(tmp_path, songs(count), recipes, **changes))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def in_library(at: Diner, *ids: str, missing: bool) -> None:
    """Upstream has lost these songs, or found them again; and refresh has seen it."""
    db = connect(at.path)
    with transaction(db):
        if missing:
            tracks.mark_missing(db, ids, now=NOW.isoformat())
        else:
            tracks.put(db, [at.tracks[song] for song in ids], now=NOW.isoformat())
    index.rebuild(db)
    db.close()


async def test_lists_appear_with_the_second_question(diner: Open) -> None:
    at = diner(MIX)
    assert not await at.standing.lists(caller(), NOW)
    await at.standing.settled()
    (mix,) = await at.standing.lists(caller(), NOW)
    assert (mix.name, mix.id) == ("Mix", list_id("ana", "mix"))
    assert mix.duration == sum(int(at.tracks[song].duration) for song in mix.songs)
    assert abs(mix.duration - 1800) <= 60
    assert len(set(mix.songs)) == len(mix.songs)
    assert mix.cover == "four"


async def test_a_list_and_its_opening_say_the_same(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    opened = await asyncio.gather(*(at.standing.open(caller(), mix.id, NOW) for _ in range(5)))
    assert opened == [mix] * 5


async def test_opening_makes_a_list_that_was_never_made(diner: Open) -> None:
    at = diner(MIX)
    wanted = list_id("ana", "mix")
    opened = await asyncio.gather(*(at.standing.open(caller(), wanted, NOW) for _ in range(5)))
    assert opened[0]
    assert opened == [opened[0]] * 5
    assert list(await at.standing.lists(caller(), NOW)) == [opened[0]]


async def test_many_at_once_make_a_list_once(diner: Open) -> None:
    embedder = WordCounter()
    at = diner('[[recipe]]\nname = "Mix"\nminutes = 30\nprompt = "jazz"\n', embedders=[embedder])
    await asyncio.gather(*(at.standing.lists(caller(), NOW) for _ in range(8)))
    await asyncio.gather(*(at.standing.open(caller(), list_id("ana", "mix"), NOW) for _ in range(8)))
    await at.standing.settled()
    assert len(embedder.asked) == 1


class Hanging(WordCounter):
    """An embedder that does not answer before it may."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.may = threading.Semaphore(0), threading.Event()

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        self.begun.release()
        self.may.wait(10)
        return super().prompt(text, timeout=timeout)


async def test_who_asks_for_his_lists_waits_for_no_embedder(diner: Open) -> None:
    embedder = Hanging()
    at = diner('[[recipe]]\nname = "Mix"\nminutes = 30\nprompt = "jazz"\n', embedders=[embedder])
    try:
        for name in ("ana", "ben"):
            await at.standing.lists(caller(name), NOW)
            assert await to_thread.run_sync(embedder.begun.acquire, True, 5)
        with fail_after(2):
            assert not await at.standing.lists(caller("cid"), NOW)
    finally:
        embedder.may.set()
    await at.standing.settled()


async def test_a_list_of_which_the_next_takes_long_is_opened_as_it_was(diner: Open) -> None:
    embedder = Hanging()
    embedder.may.set()
    at = diner('[[recipe]]\nname = "Mix"\nminutes = 30\nprompt = "jazz"\n', embedders=[embedder])
    mix = (await at.lists(caller()))["Mix"]
    try:
        embedder.may.clear()
        with fail_after(5):
            last = await at.standing.open(caller(), mix.id, mix.valid_until)
        assert last == mix
    finally:
        embedder.may.set()
    await at.standing.settled()
    (new,) = await at.standing.lists(caller(), mix.valid_until)
    assert new.songs != mix.songs


async def test_a_list_stays_until_its_period_ends_and_has_other_songs_then(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    assert mix.valid_until == NOW.replace(hour=4) + DAY
    assert (await at.lists(caller(), mix.valid_until - timedelta(seconds=1)))["Mix"] == mix
    (last,) = await at.standing.lists(caller(), mix.valid_until)
    assert last == mix  # while the new one is made
    await at.standing.settled()
    (new,) = await at.standing.lists(caller(), mix.valid_until)
    assert (new.id, new.created) == (mix.id, mix.created)
    assert new.changed == mix.valid_until
    assert len({*new.songs} & {*mix.songs}) < len(mix.songs) / 2


async def test_the_same_library_user_and_period_give_the_same_list(diner: Open, tmp_path: Path) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    db = connect(at.path)
    db.execute("DELETE FROM snapshots; DELETE FROM recipes_in_vain")
    db.close()
    at.close()
    at.open()
    assert (await at.lists(caller()))["Mix"].songs == mix.songs
    assert (await at.lists(caller("ben")))["Mix"].songs != mix.songs


async def test_a_restart_forgets_nothing(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    at.close()
    at.open()
    assert list(await at.standing.lists(caller(), NOW + timedelta(hours=1))) == [mix]


async def test_what_comes_out_the_same_has_not_changed(diner: Open) -> None:
    at = diner(
        '[[recipe]]\nname = "All"\nsongs = 12\nall = [{ lt = { year = 1963 } }]\norder = "title"\n', 24
    )
    made = await at.lists(caller())
    assert made == {}  # too few songs
    at.file.write_text('[[recipe]]\nname = "All"\nsongs = 24\norder = "title"\n')
    before = (await at.lists(caller()))["All"]
    after = (await at.lists(caller(), NOW + DAY))["All"]
    assert after.songs == before.songs
    assert (after.changed, after.valid_until) == (before.changed, before.valid_until + DAY)


async def test_another_recipe_of_the_name_is_made_at_once_under_the_same_id(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    at.file.write_text(MIX.replace("minutes = 30", "songs = 7"))
    new = (await at.lists(caller()))["Mix"]
    assert (new.id, len(new.songs)) == (mix.id, 7)


async def test_a_recipe_that_is_gone_takes_its_list_with_it(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    at.file.write_text(MIX.replace("Mix", "Other"))
    assert set(await at.lists(caller())) == {"Other"}
    assert await at.standing.open(caller(), mix.id, NOW) is None


async def test_nobody_opens_or_hides_the_list_of_another(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    ben = caller("ben")
    assert await at.standing.open(ben, mix.id, NOW) is None
    assert not await at.standing.hide(ben, mix.id, NOW)
    for odd in ("", "aip-", "nothing", list_id("ana", "nothing")):
        assert await at.standing.open(caller(), odd, NOW) is None
        assert not await at.standing.hide(caller(), odd, NOW)
    assert list(await at.standing.lists(caller(), NOW)) == [mix]


async def test_a_hidden_list_stays_away_until_it_is_shown(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    assert await at.standing.hide(caller(), mix.id, NOW)
    at.close()
    at.open()
    assert await at.lists(caller(), NOW + DAY) == {}
    assert await at.standing.open(caller(), mix.id, NOW) is None
    assert set(await at.lists(caller("ben"))) == {"Mix"}
    assert await at.standing.show(caller(), mix.id, NOW)
    assert list(await at.standing.lists(caller(), NOW)) == [mix]


async def test_songs_that_are_gone_leave_the_list_and_it_says_when(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    in_library(at, mix.songs[0], missing=True)
    later = NOW + timedelta(hours=1)
    fewer = (await at.lists(caller(), later))["Mix"]
    assert fewer.songs == mix.songs[1:]
    assert fewer.changed == later
    assert fewer.duration == mix.duration - int(at.tracks[mix.songs[0]].duration)
    assert (await at.lists(caller(), later + timedelta(hours=1)))["Mix"] == fewer


async def test_a_list_whose_songs_are_away_for_a_while_is_whole_again(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    in_library(at, *mix.songs[1:], missing=True)
    assert (await at.lists(caller()))["Mix"].songs == mix.songs[:1]
    in_library(at, *mix.songs[1:], missing=False)
    assert (await at.lists(caller()))["Mix"] == mix


async def test_a_library_that_is_being_read_anew_takes_no_list_away(diner: Open) -> None:
    at = diner(MIX)
    mix = (await at.lists(caller()))["Mix"]
    in_library(at, *at.tracks, missing=True)
    assert (await at.lists(caller(), NOW + DAY))["Mix"] == mix


async def test_lists_hold_what_their_owner_may_hear(diner: Open) -> None:
    at = diner(MIX)
    only = (await at.lists(caller(libraries=frozenset({1}))))["Mix"]
    assert {at.tracks[song].library_id for song in only.songs} == {1}
    both = await at.standing.open(caller(libraries=frozenset({2})), only.id, NOW)
    assert both is None  # what he could hear is nothing of it any more


async def test_who_may_hear_nothing_has_no_lists(diner: Open) -> None:
    at = diner(MIX)
    nobody = caller(libraries=frozenset())
    assert await at.lists(nobody) == {}
    assert await at.standing.open(nobody, list_id("ana", "mix"), NOW) is None


@pytest.mark.parametrize(
    ("audience", "asking", "has_it"),
    [
        ('"all"', Caller(name="ben"), True),
        ('"admins"', Caller(name="ben"), False),
        ('"admins"', Caller(name="ben", is_admin=True), True),
        ('{ users = ["Ana", "cem"] }', Caller(name="ana"), True),
        ('{ users = ["Ana", "cem"] }', Caller(name="ben"), False),
        ("{ libraries = [2] }", Caller(name="ben"), True),
        ("{ libraries = [2] }", Caller(name="ben", libraries=frozenset({1, 2})), True),
        ("{ libraries = [2] }", Caller(name="ben", libraries=frozenset({1})), False),
    ],
)
async def test_a_recipe_says_who_has_its_list(
    diner: Open, audience: str, asking: Caller, has_it: bool
) -> None:
    at = diner(f"{MIX}for = {audience}\n")
    made = await at.lists(asking)
    assert bool(made) is has_it
    if has_it and "libraries" in audience:
        assert {at.tracks[song].library_id for song in made["Mix"].songs} == {2}


async def test_taste_is_asked_of_upstream_as_the_caller(diner: Open) -> None:
    at = diner(LOVED)
    upstream = Upstream([{"id": f"t{n:04}", "starred": "2026-01-01T10:00:00Z"} for n in range(40, 80)])
    loved = (await at.lists(caller(ask=upstream.ask)))["Loved"]
    assert len(loved.songs) == 10
    assert set(loved.songs) <= {f"t{n:04}" for n in range(40, 80)}
    assert await at.lists(caller("ben", Upstream([{"id": "t0001"}]).ask)) == {}


async def test_where_upstream_does_not_tell_the_last_list_stays(diner: Open) -> None:
    at = diner(LOVED)
    upstream = Upstream([{"id": f"t{n:04}", "starred": "2026-01-01"} for n in range(40, 80)])
    ana = caller(ask=upstream.ask)
    loved = (await at.lists(ana))["Loved"]
    upstream.away = UpstreamUnreachable("Nobody answers.")
    assert (await at.lists(ana, NOW + DAY))["Loved"] == loved
    upstream.away = None
    assert (await at.lists(ana, NOW + DAY))["Loved"].changed == NOW + DAY


async def test_what_cannot_be_filled_is_tried_again_only_when_something_is_new(diner: Open) -> None:
    at = diner(LOVED)
    upstream = Upstream([{"id": "t0001", "starred": "2026-01-01"}])
    ana = caller(ask=upstream.ask)
    assert await at.lists(ana) == {}
    upstream.asked.clear()
    at.close()
    at.open()
    assert await at.lists(ana) == {}
    assert upstream.asked == []
    upstream.done = [{"id": f"t{n:04}", "starred": "2026-01-01"} for n in range(40, 80)]
    assert set(await at.lists(ana, NOW + DAY)) == {"Loved"}


async def test_a_list_that_is_made_on_opening_is_made_then_and_not_twice_in_a_row(diner: Open) -> None:
    at = diner(f'{MIX}refresh = "on open"\n')
    mix = (await at.lists(caller()))["Mix"]
    soon, later = NOW + timedelta(minutes=9), NOW + timedelta(minutes=11)
    assert await at.standing.open(caller(), mix.id, soon) == mix
    assert (await at.lists(caller(), later))["Mix"] == mix
    opened = await at.standing.open(caller(), mix.id, later)
    assert opened is not None
    assert opened.songs != mix.songs
    assert (await at.lists(caller(), later))["Mix"] == opened


async def test_a_recipe_resembles_what_it_is_seeded_with(diner: Open) -> None:
    at = diner('[[recipe]]\nname = "Like it"\nsongs = 12\nseed_from = { playlist = "Road trip" }\n')
    jazz = [song for song, row in at.tracks.items() if row.genres == ("Jazz",)]
    upstream = Upstream([{"id": "t0001"}], {"Road trip": jazz[:20]})
    like = (await at.lists(caller(ask=upstream.ask)))["Like it"]
    assert sum(song in jazz for song in like.songs) >= 6  # by chance it would be two
    assert "by chance" not in like.comment


async def test_a_criterion_may_be_a_playlist(diner: Open) -> None:
    at = diner('[[recipe]]\nname = "Of it"\nsongs = 12\nall = [{ inPlaylist = { name = "Road trip" } }]\n')
    some = list(at.tracks)[:50]
    upstream = Upstream([{"id": "t0001"}], {"Road trip": some})
    assert set((await at.lists(caller(ask=upstream.ask)))["Of it"].songs) <= set(some)


async def test_order_is_that_of_the_recipe(diner: Open) -> None:
    at = diner(f'{MIX}order = "-year, title"\n')
    rows = [at.tracks[song] for song in (await at.lists(caller()))["Mix"].songs]
    assert rows == sorted(rows, key=lambda row: (-(row.year or 0), row.title.casefold()))


async def test_each_week_has_another_decade_until_all_were_there(diner: Open) -> None:
    at = diner('[[recipe]]\nname = "Decade"\npick = "decade"\nminutes = 30\nrefresh = "weekly mon"\n', 900)
    names, ids = [], set()
    for week in range(6):
        (made,) = (await at.lists(caller(), NOW + week * 7 * DAY)).values()
        names.append(made.name)
        ids.add(made.id)
        first = int(made.name.removeprefix("The ").removesuffix("s"))
        assert {(at.tracks[song].year or 0) // 10 * 10 for song in made.songs} == {first}
    assert sorted(names) == [f"The {decade}s" for decade in range(1960, 2020, 10)]
    assert len(ids) == 1


@pytest.mark.parametrize(("pick", "alone"), [("decade", "The "), ("genre", "A week of ")])
async def test_two_recipes_that_pick_the_same_have_lists_of_two_names(
    diner: Open, pick: str, alone: str
) -> None:
    one = f'[[recipe]]\nname = "One"\npick = "{pick}"\nminutes = 30\n'
    at = diner(f"{one}{one.replace('One', 'Two')}", 900)
    first, second = await at.lists(caller())
    assert first.startswith(alone)
    assert second.startswith(f"Two: {alone}")


@pytest.mark.parametrize(
    ("pick", "name", "apart"),
    [
        ("decade", "THE  1980S", True),
        ("decade", "The 80s", False),
        ("genre", "a week of Jazz", True),
        ("genre", "The 1980s", False),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
async def test_what_is_picked_is_not_called_as_a_list_of_a_fixed_name(
    diner: Open, pick: str, name: str, *, apart: bool, is_first: bool
) -> None:
    picking = f'[[recipe]]\nname = "Mine"\npick = "{pick}"\nminutes = 30\n'
    fixed = f'[[recipe]]\nname = "{name}"\nminutes = 30\n'
    made = await diner(fixed + picking if is_first else picking + fixed, 900).lists(caller())
    (picked,) = made.keys() - {name}
    assert picked.startswith("Mine: ") is apart


async def test_a_genre_of_the_week_is_one_that_the_library_has_enough_of(diner: Open) -> None:
    at = diner('[[recipe]]\nname = "Genre"\npick = "genre"\nminutes = 30\nrefresh = "daily"\n', 600)
    named = set()
    for day in range(6):
        (made,) = (await at.lists(caller(), NOW + day * DAY)).values()
        named.add(made.name.removeprefix("A week of "))
        assert {at.tracks[song].genres[0] for song in made.songs} == {made.name.removeprefix("A week of ")}
    assert named == {"Jazz", "Rock", "Folk", "Techno", "Soul", "Ambient"}


async def test_a_library_without_plays_has_lists_from_what_is_built_in(diner: Open) -> None:
    at = diner(count=900)
    made = await at.lists(caller(ask=Upstream([{"id": song} for song in at.tracks]).ask))
    assert {"Daily mix", "Fresh arrivals", "Deep cuts", "Wind down"} <= set(made)
    assert "Rediscover" not in made  # nothing was loved yet
    assert any(name.startswith("The ") for name in made)
    assert any(name.startswith("A week of ") for name in made)
    assert "by chance, until you have starred" in made["Daily mix"].comment
    assert all(each.songs and len(each.comment) <= 500 for each in made.values())


async def test_a_library_that_has_little_has_none_of_them(diner: Open) -> None:
    at = diner(count=12)
    assert await at.lists(caller(ask=Upstream([{"id": song} for song in at.tracks]).ask)) == {}


async def test_the_refresh_job_makes_what_is_due_for_who_has_asked_before(diner: Open) -> None:
    at = diner(MIX + LOVED)
    upstream = Upstream([{"id": f"t{n:04}", "starred": "2026-01-01"} for n in range(40, 80)])
    ana, ben = caller(ask=upstream.ask), caller("ben", libraries=frozenset({1}))
    assert await at.standing.renew(NOW, lambda name: None) == 0
    await at.lists(ana)
    await at.lists(ben)
    at.close()
    at.open()
    tomorrow = NOW + DAY
    assert await at.standing.renew(tomorrow, lambda name: upstream.ask if name == "ana" else None) == 3
    assert await at.standing.renew(tomorrow, lambda name: upstream.ask if name == "ana" else None) == 0
    assert {each.changed for each in await at.standing.lists(ana, tomorrow)} == {tomorrow}
    (bens,) = await at.standing.lists(ben, tomorrow)
    assert {at.tracks[song].library_id for song in bens.songs} == {1}
    assert await at.standing.renew(tomorrow + 61 * DAY, lambda name: None) == 0


@pytest.mark.parametrize("seen", [False, True])
async def test_without_a_database_there_are_the_lists_that_were_seen(diner: Open, *, seen: bool) -> None:
    at = diner(MIX)
    before = await at.lists(caller()) if seen else {}
    at.path.unlink()
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            at.path.with_name(f"{at.path.name}{suffix}").unlink()
    assert await at.lists(caller()) == before
    with pytest.raises(LibraryError):
        await at.standing.open(caller(), list_id("ana", "mix"), NOW)
    assert not await at.standing.hide(caller(), list_id("ana", "mix"), NOW)


async def test_what_is_searched_for_is_not_the_same_for_ever(diner: Open) -> None:
    at = diner('[[recipe]]\nname = "Jazz"\nsongs = 10\nprompt = "jazz"\n')
    today = (await at.lists(caller()))["Jazz"]
    tomorrow = (await at.lists(caller(), NOW + DAY))["Jazz"]
    assert len({*today.songs} & {*tomorrow.songs}) < 8


@pytest.mark.parametrize(
    ("recipe", "is_shown"),
    [
        ('songs = 10\nprompt = "calm"', True),
        ('songs = 10\nprompt = "zymurgic quibbles"', False),
        ('songs = 30\nall = [{ is = { genre = "Ambient" } }]', True),
        (
            'songs = 30\nall = [{ is = { genre = "Ambient" } }]\nenergy = "build"',
            False,
        ),  # of 35 of 50 not known
        ('songs = 6\nall = [{ is = { artist = "Artist 3" } }]', False),
        ('songs = 6\nall = [{ is = { artist = "Artist 3" } }]\nper_artist = 6\nper_album = 6', True),
        ("songs = 20\nall = [{ is = { year = 1963 } }]", False),
        ("minutes = 90\nall = [{ is = { year = 1963 } }]", False),
        *((f"songs = {count}", True) for count in range(1, 6)),
        ('songs = 2\nall = [{ is = { artist = "Artist 3" } }]', True),
        ('songs = 4\nall = [{ is = { title = "Song 7" } }]', False),
        ('prompt = "jazz, 3 songs"', True),
        ("minutes = 3", True),
        ("minutes = 7", True),
        ('minutes = 10\nall = [{ is = { title = "Song 7" } }]', False),
    ],
)
async def test_only_what_is_well_filled_is_shown(diner: Open, recipe: str, is_shown: bool) -> None:
    at = diner(f'[[recipe]]\nname = "List"\n{recipe}\n')
    assert bool(await at.lists(caller())) is is_shown


async def test_a_list_that_resembles_what_its_owner_likes_waits_until_that_is_known(diner: Open) -> None:
    at = diner(f'{MIX}seed_from = "starred"\n')
    upstream = Upstream([{"id": f"t{n:04}", "starred": "2026-01-01"} for n in range(40, 80)])
    upstream.away = UpstreamUnreachable("Nobody answers.")
    assert await at.lists(caller(ask=upstream.ask)) == {}
    assert await at.lists(caller()) == {}
    await at.standing.settled()
    upstream.away = None
    assert set(await at.lists(caller(ask=upstream.ask))) == {"Mix"}


async def test_who_goes_on_listening_is_written_down_again(diner: Open) -> None:
    at = diner(MIX)
    for hours in (0, 1, 25):
        await at.lists(caller(), NOW + timedelta(hours=hours))
    assert at.snapshots.listeners(since=NOW + timedelta(hours=1)) == [caller()]
    assert at.snapshots.listeners(since=NOW + timedelta(hours=25)) == []


async def test_who_could_not_be_written_down_is_with_his_next_call(diner: Open) -> None:
    at = diner(MIX)
    aside = at.path.rename(at.path.with_name("aside.db"))
    await at.lists(caller())
    aside.rename(at.path)
    await at.lists(caller())
    assert at.snapshots.listeners(since=NOW - DAY) == [caller()]


@pytest.mark.parametrize(("seconds", "after_a_minute"), [(8.0, 1), (0.0, 2)])
async def test_a_list_that_time_cut_short_is_tried_again_in_a_minute(
    diner: Open, seconds: float, after_a_minute: int
) -> None:
    """One that had its time and cannot be filled waits for the next period."""
    embedder = WordCounter()
    scarce = '[[recipe]]\nname = "Mix"\nsongs = 400\nprompt = "jazz"\n'
    at = diner(scarce, embedders=[embedder], deadline_seconds=seconds)
    for later, asked in ((0, 1), (59, 1), (60, after_a_minute)):
        assert not await at.lists(caller(), NOW + timedelta(seconds=later))
        assert len(embedder.asked) == asked


async def test_plays_are_asked_for_once_in_ten_minutes(diner: Open) -> None:
    clock = [NOW]
    upstream = Upstream([{"id": f"t{n:04}", "starred": "2026-01-01"} for n in range(40, 80)])
    at = diner(LOVED, plays_of=RecentPlays(lambda: clock[0]).of)
    once = 0
    for songs_wanted, minutes, times in ((10, 0, 1), (9, 9, 1), (8, 1, 2)):
        clock[0] += timedelta(minutes=minutes)
        at.file.write_text(LOVED.replace("10", str(songs_wanted)))
        at.book.reload()
        assert len((await at.lists(caller(ask=upstream.ask)))["Loved"].songs) == songs_wanted
        once = once or len(upstream.asked)
        assert len(upstream.asked) == times * once


async def test_the_picture_of_its_first_song_goes_with_it(diner: Open) -> None:
    at = diner(f'{MIX}cover = "song"\n')
    mix = (await at.lists(caller()))["Mix"]
    assert mix.cover == at.tracks[mix.songs[0]].song["coverArt"]
    in_library(at, mix.songs[0], missing=True)
    assert (await at.lists(caller()))["Mix"].cover == "four"


async def test_a_list_may_have_no_picture(diner: Open) -> None:
    at = diner(f'{MIX}cover = "none"\n')
    assert (await at.lists(caller()))["Mix"].cover == ""
