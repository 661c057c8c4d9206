"""The bench of the clients: it times what it says it does, and leaves upstream as it was."""

from __future__ import annotations

import re

import pytest

from bench import searches, standing, writes
from bench.calls import Pair, Times, in_turns, timed
from bench.clients import CLIENTS, flat, tables
from bench.figures import Figure
from bench.processes import Failed
from tests.house import House, Listener
from tests.test_endpoints_virtual import FOLK, JAZZ, RECIPES

__all__ = ["RECIPES"]  # for the house

BRIGHT = "6Cvn9wpWtkC0YVl3xyryX0"
PROMPTS = [("ai: jazz", "ai: more jazz"), ("ai: folk", "ai: more folk")]


@pytest.fixture
def pair(house: House, ana: Listener) -> Pair:
    return Pair(ana, house.directly("ana", ana.way))


def test_every_client_calls_in_a_way_of_its_own() -> None:
    assert len({(client.way, client.by_token) for client in CLIENTS}) == len(CLIENTS)


@pytest.mark.parametrize(
    "name", ["DSub", "Amperfy", "Tempo", "Tempus", "Aonsoku", "Feishin", "Substreamer", "Symfonium"]
)
def test_every_client_is_told_of_once(name: str) -> None:
    assert sum(name in re.findall(r"\w+", client.heading) for client in CLIENTS) == 1


def test_what_the_proxy_adds_is_taken_round_by_round() -> None:
    figure = Times(through=[9, 4, 30], alone=[1, 2, 3]).over_upstream("ping", limit=7)
    assert (figure.measured, figure.verdict) == (8, "over")
    assert "over 2.0 ms of upstream's own" in figure.note


def test_a_call_that_is_refused_is_no_figure(pair: Pair) -> None:
    pair.through.credentials["p"] = "wrong"
    with pytest.raises(Failed, match="ping"):
        timed(pair.through, "ping")


def test_both_are_asked_the_same_as_often(house: House, pair: Pair) -> None:
    pair.straight.credentials["c"] = "straight"
    times = in_turns(pair, 3, "getGenres")
    assert len(times.through) == len(times.alone) == 3
    straight = [b"c=straight" in each.target + each.body for each in house.world.requests]
    assert (straight.count(True), straight.count(False)) == (4, 4)  # one each before they are timed


def test_lists_are_created_renamed_edited_and_deleted(house: House, pair: Pair) -> None:
    before = {*house.world.playlists}
    figures = [*writes.written_to(pair, PROMPTS, BRIGHT)]
    asked = ["createPlaylist by prompt", "updatePlaylist, renamed to a prompt"]
    assert [figure.name for figure in figures] == [*asked, *writes.BY_HAND]
    assert {*house.world.playlists} == before


def test_what_is_typed_is_searched_for_letter_by_letter() -> None:
    assert searches.beginnings("ai: so calm") == ["ai: so c", "ai: so ca", "ai: so cal", "ai: so calm"]


def test_searches_are_previews_and_make_no_list(house: House, pair: Pair) -> None:
    before = {*house.world.playlists}
    figures = [*searches.searched(pair.through, ["ai: jazz", "ai: folk"], "ai: rainy")]
    assert {figure.limit for figure in figures} == {searches.SEARCHING_MS}
    assert house.calls("search3") == house.calls("search3.view") == 0
    assert {*house.world.playlists} == before


def test_standing_lists_are_opened_and_pictured(house: House, pair: Pair) -> None:
    pair.through.open(JAZZ)
    pair.through.open(FOLK)
    opened = standing.opened(pair.through, [JAZZ, FOLK], 2)
    pictures = [*standing.pictured(pair.through, [JAZZ, FOLK], 2, number=1)]
    assert opened.limit == standing.OPENING_MS
    assert min(figure.measured for figure in (opened, *pictures)) > 0


def test_each_client_has_a_table_with_the_limits_beside_the_figures() -> None:
    client, *_ = CLIENTS
    found = {client: [Figure(name="ping", measured=1, unit="ms", limit=3)]}
    lines = tables(found, [], tracks=9000).splitlines()
    assert lines[0] == client.heading
    assert lines[2].split() == ["ping", "1.0", "ms", "3.0", "ms", "within"]
    assert flat(found)[0].name == f"{client.name}: ping"
