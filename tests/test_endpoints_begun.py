"""A create that is cut between upstream's list and what we say of it: the same create goes on with that list.

The server that is cut here hangs instead, and another one over the same database is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from msgspec import structs

from proxy.playlists.store import PromptPlaylist, Store
from tests.factories import NOW
from tests.fake_navidrome import Held, World
from tests.fake_navidrome.world import Playlist as Stored
from tests.house import House, Listener

JAZZ = "ai: rainy jazz 3 min"
SEED = "6Cvn9wpWtkC0YVl3xyryX0"
FOLK = PromptPlaylist(
    playlist_id="",
    owner="ana",
    name="ai: folk",
    name_key="ai: folk",
    generation=1,
    wish="{}",
    explanation="{}",
    comment="",
    seeds=(),
    songs=(),
    made_at=NOW,
)


@contextmanager
def cut(house: House, *songs: str) -> Iterator[tuple[Stored, Listener]]:
    """The list of a create that is not described before the end of the block, and who may ask again."""
    held, before = Held(), set(house.world.playlists)
    house.world.faults["updatePlaylist"] = [held]
    with house.proxy() as url, ThreadPoolExecutor(1) as pool:
        begun = pool.submit(house.listener().create, JAZZ, *songs)
        try:
            assert held.reached.wait(10)
            (made,) = house.world.playlists.keys() - before
            again = house.listener()
            again.url = url
            yield house.world.playlists[made], again
        finally:
            held.set()
            begun.result()


def called(world: World, name: str) -> list[str]:
    return [found.id for found in world.playlists.values() if found.name == name]


@pytest.mark.parametrize("songs", [(), (SEED,)])
def test_the_list_of_a_create_that_was_cut_is_taken_by_the_next_one(
    house: House, songs: tuple[str, ...]
) -> None:
    with cut(house, *songs) as (bare, again):
        assert not bare.comment
        made = again.create(JAZZ, *songs)
        assert made.id == bare.id
        assert made.comment
        assert made.songs[: len(songs)] == songs
    assert called(house.world, JAZZ) == [made.id]
    assert house.listener().create(JAZZ, *songs).id == made.id


def shortened(made: Stored) -> None:
    made.song_ids = made.song_ids[:-1]


def extended(made: Stored) -> None:
    made.song_ids = [*made.song_ids, made.song_ids[0]]


def turned(made: Stored) -> None:
    made.song_ids = made.song_ids[::-1]


def described(made: Stored) -> None:
    made.comment = "mine"


def renamed(made: Stored) -> None:
    made.name = JAZZ.title()


@pytest.mark.parametrize("change", [shortened, extended, turned, described, renamed])
def test_a_list_that_is_not_as_it_was_begun_is_its_owners(
    house: House, change: Callable[[Stored], None]
) -> None:
    with cut(house) as (bare, again):
        change(bare)
        left = (bare.name, bare.comment, list(bare.song_ids))
        assert again.create(JAZZ).id != bare.id
        assert (bare.name, bare.comment, bare.song_ids) == left


def test_a_list_that_was_there_before_the_create_is_its_owners_though_it_holds_the_same(house: House) -> None:
    own = house.world.add_playlist("ana", JAZZ, [SEED])
    with cut(house) as (bare, again):
        own.song_ids = list(bare.song_ids)
        del house.world.playlists[bare.id]  # upstream has never got the create
        assert again.create(JAZZ).id != own.id
        assert (own.comment, own.song_ids) == ("", bare.song_ids)


def test_what_is_called_and_filled_the_same_by_another_owner_is_not_taken(house: House) -> None:
    with cut(house) as (bare, _):
        assert house.listener("admin").create(JAZZ).id != bare.id  # who may change everybody's
        assert not bare.comment


def test_a_day_later_it_is_its_owners(house: House) -> None:
    with cut(house) as (bare, again):
        house.now.forward(25 * 3600)
        assert again.create(JAZZ).id != bare.id
        assert not bare.comment


def test_a_list_that_is_known_by_another_name_is_not_taken(house: House) -> None:
    with cut(house) as (bare, again), closing(Store(house.path)) as store:
        store.put(structs.replace(FOLK, playlist_id=bare.id))
        assert again.create(JAZZ).id != bare.id
        assert not bare.comment
