"""search3 and search2 with what would be a list's name: its songs, and no list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from proxy.endpoints.search import searched_prompt
from tests.fake_navidrome import Annotation, Fault
from tests.house import House, Listener, Tree, broken, open_house

PROMPT = "ai: jazz 30 min"
BOTH = pytest.mark.parametrize("endpoint", ["search2", "search3"])


def found(client: Listener, query: str, endpoint: str = "search3", **params: str | list[str]) -> Tree:
    tree = client.ask(endpoint, query=query, **params)
    assert tree["status"] == "ok", tree
    return dict(tree[endpoint.replace("search", "searchResult")])


def ids(result: Tree) -> list[str]:
    return [song["id"] for song in result.get("song", [])]


@BOTH
def test_a_prompt_finds_the_songs_of_its_list_in_order_and_makes_none(
    house: House, ana: Listener, endpoint: str
) -> None:
    before = ana.lists()
    songs = ids(found(ana, PROMPT, endpoint, songCount="500"))
    assert len(songs) > 4
    assert ana.lists() == before
    assert songs == list(ana.create(PROMPT).songs)
    assert house.calls(endpoint) == 0


def test_pages_are_of_one_list(house: House, ana: Listener) -> None:
    whole = ids(found(ana, PROMPT, songCount="500"))
    pages = [ids(found(ana, PROMPT, songOffset=str(at), songCount="3")) for at in range(0, len(whole) + 3, 3)]
    assert [song for page in pages for song in page] == whole
    assert pages[-1] == []


@pytest.mark.parametrize("count", ["many", ""])
def test_a_page_is_of_twenty_where_no_number_is_given(house: House, ana: Listener, count: str) -> None:
    prompt = "ai: anything at all, 40 songs"
    whole = ids(found(ana, prompt, songCount="500"))
    assert len(whole) > 20
    assert ids(found(ana, prompt, songCount=count)) == whole[:20]


def test_what_is_typed_again_is_not_worked_out_again(house: House) -> None:
    ana, prompt = house.listener(), "ai: something I have starred"
    assert found(ana, prompt)
    assert house.calls("getStarred2") == 1
    found(ana, prompt, songOffset="1")
    assert house.calls("getStarred2") == 1
    house.now.forward(11 * 60)
    found(ana, prompt)
    assert house.calls("getStarred2") == 2


def test_what_a_watch_finds_is_not_what_others_find(house: House) -> None:
    watch, other = house.listener(client="SubMusic"), house.listener()
    found = [client.ask("search3", query="ai: songs", songCount="500") for client in (watch, other)]
    few, many = (len(each["searchResult3"]["song"]) for each in found)
    assert few == 20 < many


def test_two_who_ask_the_same_at_once_wait_for_one_answer(house: House) -> None:
    prompt = "ai: music that I have starred"
    with ThreadPoolExecutor(4) as clients:
        answers = list(clients.map(lambda _: ids(found(house.listener(), prompt)), range(4)))
    assert answers[0]
    assert answers == [answers[0]] * 4
    assert house.calls("getStarred2") == 1


def test_songs_are_as_the_caller_sees_them(house: House) -> None:
    ana = house.listener()
    marked = ids(found(ana, PROMPT))[0]
    house.world.annotations[house.world.users["ana"].id, marked] = Annotation(
        starred_at="2026-01-01T00:00:00Z", rating=4, play_count=7
    )
    direct = house.directly().ask("getSong", id=marked)["song"]
    assert found(ana, PROMPT)["song"][0] == direct
    assert direct["userRating"] == 4


def test_nobody_finds_songs_of_libraries_that_are_not_his(house: House, ana: Listener) -> None:
    prompt = "ai: anything at all, 500 songs"
    admin = house.listener("admin", ana.way)
    second = {song.id for song in house.world.songs.values() if song.library == 2}
    assert second & set(ids(found(admin, prompt, songCount="500")))
    assert not second & set(ids(found(ana, prompt, songCount="500")))
    assert set(ids(found(admin, prompt, songCount="500", musicFolderId="2"))) <= second


@pytest.mark.parametrize("params", [{"musicFolderId": "2"}, {"songCount": "0"}, {"songCount": "-1"}])
def test_upstream_answers_where_there_is_nothing_for_us_to_say(
    house: House, ana: Listener, params: dict[str, str]
) -> None:
    expected = house.directly(way=ana.way).ask("search3", query=PROMPT, **params)
    assert ana.ask("search3", query=PROMPT, **params) == expected


@pytest.mark.parametrize("query", ["", '""', "jazz", "ai", "ai:", "ai: ja", "ai: a-b c", "aimless"])
def test_what_is_no_prompt_yet_is_searched_for_upstream(house: House, ana: Listener, query: str) -> None:
    expected = house.directly(way=ana.way).send("search3", query=query)
    got = ana.send("search3", query=query)
    assert (got.status_code, got.content) == (expected.status_code, expected.content)
    assert house.calls("getUser") == 0


@pytest.mark.parametrize(
    ("query", "prompt"),
    [
        ("ai: jazz", "jazz"),
        (' "Ai. jazz" ', "jazz"),
        ("AI - jazz*", "jazz"),
        ("mix: soul", "soul"),
        ("ai: jaz", None),
        ("ai: j a z", None),
        ("jazz", None),
    ],
)
def test_a_query_is_a_prompt_from_four_letters_on(query: str, prompt: str | None) -> None:
    assert searched_prompt(query, ["ai", "mix:"]) == prompt


def test_who_is_refused_upstream_is_refused(house: House, ana: Listener) -> None:
    found(ana, PROMPT)
    ana.credentials["p"] = "wrong"
    assert ana.ask("search3", query=PROMPT)["error"]["code"] == 40


@pytest.mark.parametrize("endpoint", ["getUser", "getSong", "ping"])
def test_upstream_searches_where_a_call_of_ours_fails(house: House, ana: Listener, endpoint: str) -> None:
    house.world.faults[endpoint] = Fault.CRASH
    assert ana.ask("search3", query=PROMPT)["status"] == "ok"
    assert house.world.requests[-1].path.startswith("/rest/search3")


def test_upstream_searches_where_no_list_can_be_made(house: House, ana: Listener) -> None:
    with broken(house) as ana.url:
        assert ana.ask("search3", query=PROMPT)["status"] == "ok"
    assert house.world.requests[-1].path.startswith("/rest/search3")


def test_upstream_searches_while_the_index_is_empty(tmp_path: Path) -> None:
    with open_house(tmp_path, filled=False) as house:
        assert house.listener().ask("search3", query=PROMPT)["status"] == "ok"
        assert house.calls("search3") == 1


@pytest.mark.parametrize("folder", ["²", "9" * 5000])
def test_a_library_that_cannot_be_is_not_looked_for(ana: Listener, folder: str) -> None:
    assert ids(found(ana, PROMPT, musicFolderId=folder)) == ids(found(ana, PROMPT))
