"""The rules of the study of 25 clients once more, where they speak of lists that exist only in the proxy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proxy.recipes.recipe import list_id
from tests.fake_navidrome import Fault
from tests.house import House, Listener, Tree, broken, open_house, tree_of
from tests.test_endpoints_virtual import FOLK, JAZZ, RECIPES, raw_lists

__all__ = ["RECIPES"]  # for the house

DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def listed(house: House, ana: Listener) -> Tree:
    """One of hers as it is listed, once it was made."""
    house.listener().open(JAZZ)
    return raw_lists(ana)[JAZZ]


def test_rule_1_the_id_of_a_standing_list_is_opaque(listed: Tree) -> None:
    assert re.fullmatch(r"aip-[0-9A-Za-z]{22}", listed["id"])


def test_rule_2_it_is_the_same_on_every_day_and_after_a_restart(house: House, ana: Listener) -> None:
    ana.open(JAZZ)
    with house.proxy() as ana.url:
        house.now.forward(3 * 86_400)
        assert (ana.open(JAZZ).id, ana.open(JAZZ).name) == (JAZZ, "Jazz corner")


def test_rule_3_everything_that_clients_need_is_there(listed: Tree) -> None:
    assert listed.keys() >= {"id", "name", "songCount", "duration", "created", "changed", "owner", "public"}
    assert (listed["public"], listed["owner"]) == (False, "ana")


def test_rule_4_dates_have_three_digits(listed: Tree) -> None:
    for field in ("created", "changed"):
        assert re.fullmatch(DATE, listed[field])


def test_rule_5_there_is_no_null(ana: Listener, listed: Tree) -> None:
    for endpoint in ("getPlaylists", "getPlaylist"):
        assert "null" not in ana.send(endpoint, id=JAZZ).text


def test_rule_6_dates_move_only_with_the_songs(house: House, ana: Listener, listed: Tree) -> None:
    house.now.forward(60)
    again = raw_lists(ana)[JAZZ]
    assert (again["created"], again["changed"]) == (listed["created"], listed["changed"])


def test_rule_9_songs_are_upstreams_own_objects(house: House, ana: Listener, listed: Tree) -> None:
    found, straight = ana.open(JAZZ), house.directly("ana", ana.way)
    assert list(found.entries) == [straight.ask("getSong", id=song)["song"] for song in found.songs]


def test_rule_9_a_watch_gets_the_first_songs_of_a_long_list(tmp_path: Path) -> None:
    recipe = """
[[recipe]]
name = "Long"
songs = 40
per_artist = 40
per_album = 40
"""
    with open_house(tmp_path, recipes=recipe) as house:
        long = house.listener().open(list_id("ana", "long"))
        watch = house.listener(client="SubMusic")
        listed, opened = raw_lists(watch)[long.id], watch.ask("getPlaylist", id=long.id)["playlist"]
        assert [entry["id"] for entry in opened.pop("entry")] == list(long.songs[:20])
        assert listed == opened
        assert listed["songCount"] == 20 < long.count
        assert listed["duration"] == sum(int(entry["duration"]) for entry in long.entries[:20])
        assert raw_lists(house.listener())[long.id]["songCount"] == long.count


@pytest.mark.parametrize(("client", "told"), [("test", True), ("DSub", False), ("SubMusic", False)])
def test_rule_10_it_is_marked_for_those_who_may_know(
    house: House, ana: Listener, listed: Tree, client: str, *, told: bool
) -> None:
    shown = raw_lists(house.listener("ana", ana.way, client))[JAZZ]
    assert ("readonly" in shown, "validUntil" in shown) == (told, told)


def test_rule_12_it_is_read_where_none_could_be_made(house: House, ana: Listener, listed: Tree) -> None:
    before = ana.open(JAZZ)
    sound = house.embedders
    try:
        with broken(house) as ana.url:
            assert ana.open(JAZZ) == before
    finally:
        house.embedders = sound


def test_rule_13_it_does_not_go_while_a_day_is_over(house: House, ana: Listener, listed: Tree) -> None:
    for _ in range(3):
        house.now.forward(86_400)
        assert raw_lists(ana)[JAZZ]["songCount"] > 0


def test_rule_13_where_upstream_cannot_list_there_is_no_short_list(house: House, ana: Listener) -> None:
    ana.open(JAZZ)
    house.world.faults["getPlaylists"] = Fault.CRASH
    assert (ana.send("getPlaylists").status_code, ana.send("getPlaylists").content) == (500, b"")


def test_rule_14_another_users_is_not_there(house: House, ana: Listener, listed: Tree) -> None:
    assert house.listener("ben", ana.way).ask("getPlaylist", id=JAZZ)["error"]["code"] == 70


def test_rule_13_it_does_not_go_while_upstream_cannot_say_who_calls(
    house: House, ana: Listener, listed: Tree
) -> None:
    house.now.forward(3600)  # nobody is remembered
    house.world.faults["getUser"] = Fault.CRASH
    assert JAZZ in raw_lists(ana)


@pytest.mark.parametrize("fault", ["getSong", "getUser", "ping"])
@pytest.mark.parametrize("endpoint", ["getPlaylist", "deletePlaylist", "download"])
def test_rule_14_a_fault_does_not_say_that_it_is_gone(
    house: House, ana: Listener, listed: Tree, fault: str, endpoint: str
) -> None:
    house.world.faults[fault] = Fault.CRASH
    answer = ana.send(endpoint, id=JAZZ)
    if "zip" not in answer.headers["content-type"]:
        assert tree_of(answer).get("error", {"code": 0})["code"] == 0


def test_rule_14_nor_does_a_database_that_is_away(
    house: House, ana: Listener, listed: Tree, tmp_path: Path
) -> None:
    with house.proxy(db_path=str(tmp_path / "missing.db")) as ana.url:
        assert ana.ask("getPlaylist", id=JAZZ)["error"]["code"] == 0


def test_rule_15_it_is_listed_with_its_songs(ana: Listener, listed: Tree) -> None:
    assert listed["songCount"] == ana.open(JAZZ).count > 0


def test_rule_16_a_list_of_that_name_takes_its_place(house: House, ana: Listener, listed: Tree) -> None:
    ana.ask("createPlaylist", name="JAZZ CORNER", songId=ana.open(JAZZ).songs[0])
    assert JAZZ not in raw_lists(ana)


def test_rule_17_it_may_be_kept_for_when_there_is_no_network(ana: Listener, listed: Tree) -> None:
    assert "no-store" not in ana.send("getPlaylist", id=JAZZ).headers.get("cache-control", "")


@pytest.mark.parametrize("change", [{"songIdToAdd": "x"}, {"songIndexToRemove": "0"}], ids=str)
def test_rule_29_it_is_not_edited(ana: Listener, listed: Tree, change: dict[str, str]) -> None:
    before = ana.open(JAZZ)
    assert ana.update(JAZZ, **change)["error"]["code"] == 50
    assert ana.open(JAZZ) == before


def test_rule_29_deleting_hides_it_from_that_user(house: House, ana: Listener, listed: Tree) -> None:
    ana.open(FOLK)
    assert tree_of(ana.send("deletePlaylist", id=JAZZ))["status"] == "ok"
    house.now.forward(86_400)
    assert JAZZ not in raw_lists(ana)
    assert FOLK in raw_lists(ana)
