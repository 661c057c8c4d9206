"""Rules 12 to 17 of the study of 25 clients: lists are read often, and must not go away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fake_navidrome import Fault
from tests.house import House, Listener, broken

JAZZ = "ai: rainy jazz 3 min"
FOLK = "ai: folk 3 min"


def test_rule_12_a_list_is_read_where_none_could_be_made(house: House, ana: Listener) -> None:
    made = ana.create(JAZZ)
    with broken(house) as ana.url:
        assert ana.open(made.id) == made
        assert ana.lists()[made.id].count == made.count


def test_rule_12_all_lists_are_read_at_once(ana: Listener) -> None:
    made = {each.id: each for each in (ana.create(f"{JAZZ} {number}") for number in range(12))}
    with ThreadPoolExecutor(len(made)) as pool:
        assert dict(zip(made, pool.map(ana.open, made), strict=True)) == made


def test_rule_13_a_list_stays_while_our_database_is_away(house: House, ana: Listener, tmp_path: Path) -> None:
    made = ana.create(JAZZ)
    with house.proxy(db_path=str(tmp_path / "nothing.db")) as ana.url:
        assert ana.lists()[made.id].count == made.count
        assert ana.open(made.id) == made


def test_rule_13_where_upstream_cannot_list_nobody_is_given_a_short_list(house: House, ana: Listener) -> None:
    ana.create(JAZZ)
    house.world.faults["getPlaylists"] = Fault.CRASH
    through, straight = ana.send("getPlaylists"), house.directly("ana", ana.way).send("getPlaylists")
    assert (through.status_code, through.content) == (straight.status_code, straight.content) == (500, b"")


@pytest.mark.parametrize("fault", [Fault.CRASH])
def test_rule_14_code_70_is_for_what_is_gone(house: House, ana: Listener, fault: Fault) -> None:
    made = ana.create(JAZZ)
    house.world.faults["getPlaylist"] = [fault]
    assert b"70" not in ana.send("getPlaylist", id=made.id).content
    ana.ask("deletePlaylist", id=made.id)
    assert ana.ask("getPlaylist", id=made.id)["error"]["code"] == 70


@pytest.mark.parametrize("name", [JAZZ, "ai: zzyzx qwrt", "ai:", "mix: anything"])
def test_rule_15_a_list_with_songs_is_listed_with_their_number(ana: Listener, name: str) -> None:
    made = ana.create(name)
    assert ana.lists()[made.id].count == len(made.songs) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ai: rainy jazz", "AI:  Rainy   Jazz "),
        ("ai: rock/pop", "ai: rock-pop"),
        ("ai: what?", "ai: what*"),
        ("ai: a..z", "ai: a-z"),
    ],
)
def test_rule_16_names_that_are_one_to_a_file_system_are_one_list(
    ana: Listener, one: str, other: str
) -> None:
    assert ana.create(one).id == ana.create(other).id


def test_rule_16_a_list_of_that_name_that_its_owner_made_is_left_alone(house: House, ana: Listener) -> None:
    own = house.world.add_playlist("ana", JAZZ, [song.id for song in list(house.world.songs.values())[:2]])
    before = list(own.song_ids)
    ana.create(JAZZ)
    assert own.song_ids == before


@pytest.mark.parametrize("endpoint", ["createPlaylist", "getPlaylists", "getPlaylist", "getSimilarSongs"])
def test_rule_17_an_answer_may_be_kept_for_when_there_is_no_network(
    house: House, ana: Listener, endpoint: str
) -> None:
    made = ana.create(JAZZ)
    about = {"id": made.songs[0] if endpoint == "getSimilarSongs" else made.id, "name": FOLK}
    through = ana.send(endpoint, **about)
    straight = house.directly("ana", ana.way).send(endpoint, **about)
    assert "no-store" not in through.headers.get("cache-control", "")
    assert through.headers.get("cache-control") == straight.headers.get("cache-control")
