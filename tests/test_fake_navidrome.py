"""The fake Navidrome against the recordings of the real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from tests.fake_navidrome import PASSWORDS, World, create_app, replay, xml
from tests.fake_navidrome.recorded import data
from tests.fake_navidrome.replay import AT_RANDOM, BODY_NOT_COMPARED, NOT_REPLAYED, Case
from tests.live import Stage, serve

CASES = list(replay.cases())
REPLAYED = [case for case in CASES if case.name not in NOT_REPLAYED]
DRAWN_AT_RANDOM = [case for case in REPLAYED if case.name in AT_RANDOM]
IN_BOTH_FORMS = [case.name for case in CASES if case.form == "json" and Case(case.name, "xml") in CASES]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def client(stage: Stage) -> Iterator[httpx.Client]:
    with serve(stage) as address, httpx.Client(base_url=address) as client:
        yield client


def play(case: Case, stage: Stage, client: httpx.Client) -> httpx.Response:
    """Sends the recorded request to the world as it stood then."""
    world = replay.prepared(case)
    stage.app = create_app(world)
    client.cookies.clear()
    return client.request(
        case.method,
        "/",
        content=replay.body(case),
        headers=replay.headers(case, world),
        extensions={"target": replay.target(case)},
    )


def tree(case: Case, reply: httpx.Response) -> Any:
    return replay.comparable(case, reply.headers.get("content-type", ""), reply.text)


def recorded_tree(case: Case) -> Any:
    body = case.exchange["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    return replay.comparable(case, case.exchange["headers"].get("content-type", ""), text)


def last(reply: httpx.Response, name: str) -> str:
    """Of several headers of one name the recordings kept the last."""
    return reply.headers.get_list(name)[-1]


def songs_in(tree: Any) -> list[Any]:
    """The songs of the one list in a reply, whichever form it came in."""
    if isinstance(tree, dict):
        (holder,) = [value for value in tree["subsonic-response"].values() if isinstance(value, dict)]
        return list(holder["song"])
    (((_, _, _, children),),) = tree[3].values()
    return list(children["song"])


@pytest.mark.parametrize("case", REPLAYED, ids=str)
def test_a_recorded_request_gets_the_recorded_status_and_headers(
    case: Case, stage: Stage, client: httpx.Client
) -> None:
    reply, recorded = play(case, stage, client), case.exchange
    compared = [
        name for name in replay.COMPARED_HEADERS if name in reply.headers or name in recorded["headers"]
    ]
    assert reply.status_code == recorded["status"]
    assert {name: last(reply, name) for name in compared if name in reply.headers} == {
        name: recorded["headers"][name] for name in compared if name in recorded["headers"]
    }
    assert [name for name in replay.COMPARED_IN_PRESENCE if name in reply.headers] == [
        name for name in replay.COMPARED_IN_PRESENCE if name in recorded["headers"]
    ]


@pytest.mark.parametrize(
    "case", [case for case in REPLAYED if case.name not in AT_RANDOM | BODY_NOT_COMPARED.keys()], ids=str
)
def test_a_recorded_request_gets_the_recorded_body(case: Case, stage: Stage, client: httpx.Client) -> None:
    reply, recorded = play(case, stage, client), case.exchange
    if "body_bytes" in recorded:
        assert len(reply.content) == recorded["body_bytes"]
    else:
        assert tree(case, reply) == recorded_tree(case)


@pytest.mark.parametrize("case", DRAWN_AT_RANDOM, ids=str)
def test_songs_drawn_at_random_are_as_many_as_recorded_and_each_as_the_library_has_it(
    case: Case, stage: Stage, client: httpx.Client
) -> None:
    drawn, recorded = songs_in(tree(case, play(case, stage, client))), songs_in(recorded_tree(case))
    everything = {"songCount": "500", "albumCount": "0", "artistCount": "0", "f": case.form}
    listing = {"u": "ana", "p": PASSWORDS["ana"], "v": "1", "c": "x", **everything}
    library = songs_in(tree(case, client.get("/rest/search3", params=listing)))
    assert len(drawn) == len(recorded)
    assert [song for song in [*drawn, *recorded] if song not in library] == []


def test_the_whole_recorded_library_follows_from_its_native_rows(stage: Stage, client: httpx.Client) -> None:
    stage.app = create_app(World.recorded())
    params = {"u": "admin", "p": PASSWORDS["admin"], "v": "1", "c": "x", "f": "json", "songCount": "500"}
    reply = client.get("/rest/search3", params=params).json()
    assert reply["subsonic-response"]["searchResult3"]["song"] == data("library_subsonic.json")


@pytest.mark.parametrize("name", [name for name in IN_BOTH_FORMS if name not in AT_RANDOM])
def test_recorded_xml_is_what_the_renderer_makes_of_the_json_recorded_with_it(name: str) -> None:
    as_json, as_xml = Case(name, "json"), Case(name, "xml")
    body = as_json.exchange["body"]
    if isinstance(body, str):
        assert body == as_xml.exchange["body"]
        return
    settled = replay.settled(as_json, body)["subsonic-response"]
    rendered = ElementTree.fromstring(xml.rendered(settled))
    assert replay.xml_tree(as_xml, rendered) == recorded_tree(as_xml)


def test_every_recorded_case_is_replayed_or_has_its_reason() -> None:
    names = {case.name for case in CASES}
    tables = (NOT_REPLAYED, BODY_NOT_COMPARED, AT_RANDOM, replay.MADE_BY_THE_REQUEST, replay.PREPARATIONS)
    assert len(names) == 122
    assert {name for table in tables for name in table} <= names
    assert {case.name for case in REPLAYED} == names - NOT_REPLAYED.keys()
