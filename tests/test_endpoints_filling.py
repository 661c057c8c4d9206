"""getPlaylists: prompt lists that were made behind our back, or that could not be made, are made then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House, Listener

JAZZ = "ai: rainy jazz 3 min"
BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"


def test_a_list_made_behind_our_back_is_filled_when_it_is_listed(house: House, ana: Listener) -> None:
    typed = house.directly().create(JAZZ)
    listed = ana.lists()[typed.id]
    made = ana.open(typed.id)
    assert {house.world.songs[song].row["genre"] for song in made.songs} == {"Jazz"}
    assert (listed.name, listed.count, listed.comment) == (JAZZ, len(made.songs), made.comment)
    assert listed.comment.startswith("Jazz · rainy · ")


def test_it_is_filled_once(house: House, ana: Listener) -> None:
    typed = house.directly().create(JAZZ)
    changed = ana.lists()[typed.id].changed
    house.now.forward(3600)
    assert ana.lists()[typed.id].changed == changed


def test_several_are_filled_at_once(house: House, ana: Listener) -> None:
    typed = [house.directly().create(name) for name in (JAZZ, "ai: folk", "AI. ambient", "Sunday")]
    listed = ana.lists()
    assert [listed[one.id].count > 0 for one in typed] == [True, True, True, False]


@pytest.fixture
def moving(house: House) -> Iterator[House]:
    """The library may change; afterwards it is as it was."""
    yield house
    house.furnish()
    house.refresh()


def move(house: House) -> None:
    """Every song is of 1911 from now on."""
    for song in house.world.songs.values():
        song.row["year"] = 1911
    house.refresh()


def test_one_that_its_owner_emptied_stays_empty(moving: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    moving.directly().update(made.id, songIndexToRemove=[str(place) for place in range(made.count)])
    assert ana.lists()[made.id].count == 0
    moving.now.forward(61)
    move(moving)
    assert ana.lists()[made.id].count == 0


def test_one_that_there_was_nothing_for_is_tried_again_when_the_library_has_moved(
    moving: House, ana: Listener
) -> None:
    made = ana.create("ai: songs from 1911")
    assert made.count == 0
    written = moving.calls("updatePlaylist")
    assert ana.lists()[made.id].count == 0
    assert moving.calls("updatePlaylist") == written
    move(moving)
    assert ana.lists()[made.id].count > 0


def test_one_that_got_songs_from_its_owner_meanwhile_is_his(moving: House, ana: Listener) -> None:
    made = ana.create("ai: songs from 1911")
    moving.directly().update(made.id, songIdToAdd=BRIGHT)
    move(moving)
    assert ana.lists()[made.id].count == 1


def test_one_that_was_frozen_while_it_waited_is_his(moving: House, ana: Listener) -> None:
    made = ana.create("ai: songs from 1911")
    moving.now.forward(100)
    ana.update(made.id, songIdToAdd=BRIGHT)
    ana.create("", "nosuch", playlistId=made.id)
    move(moving)
    assert ana.lists()[made.id].count == 0


def test_a_list_with_songs_is_left_alone(house: House, ana: Listener) -> None:
    theirs = house.world.add_playlist("ana", JAZZ, [BRIGHT])
    assert ana.lists()[theirs.id].count == 1
    assert house.calls("getUser") == 0


@pytest.mark.parametrize("client", ["test", "DSub", "SubMusic"])
def test_an_admins_listing_fills_nobody_elses_lists(house: House, client: str) -> None:
    theirs = house.world.add_playlist("ana", JAZZ)
    own = house.world.add_playlist("admin", JAZZ)
    listed = house.listener("admin", client=client).lists()
    assert (listed[theirs.id].count, theirs.comment) == (0, "")
    assert listed[own.id].count > 0


def test_a_public_list_is_filled_by_its_owner_only(house: House, ana: Listener) -> None:
    theirs = house.world.add_playlist("ben", JAZZ)
    theirs.public = True
    assert ana.lists()[theirs.id].count == 0
    assert house.listener("ben").lists()[theirs.id].count > 0


def test_a_smart_list_is_left_to_upstream(house: House, ana: Listener) -> None:
    smart = house.world.add_playlist("ana", JAZZ)
    smart.rules = {"all": [{"is": {"genre": "Folk"}}]}
    ana.lists()
    assert smart.comment == ""


@pytest.mark.parametrize("client", ["DSub", "SubMusic", "test"])
def test_the_listing_has_the_form_that_upstream_has_for_the_client(
    house: House, ana: Listener, client: str
) -> None:
    ana.create(JAZZ)
    ana.credentials["c"] = client
    through = ana.send("getPlaylists")
    ana.url = house.upstream
    straight = ana.send("getPlaylists")
    if ana.way.format == "json":
        assert through.json() == straight.json()
    else:
        assert sorted(through.text.split()) == sorted(straight.text.split())


def test_a_caller_in_another_case_has_his_lists_filled(house: House) -> None:
    typed = house.directly().create(JAZZ)
    assert house.listener("ANA").lists()[typed.id].count > 0


def test_a_wrong_password_is_upstreams_error(house: House, ana: Listener) -> None:
    house.world.add_playlist("ana", JAZZ)
    ana.credentials["p"] = "wrong"
    assert ana.ask("getPlaylists")["error"] == {"code": 40, "message": "Wrong username or password"}
