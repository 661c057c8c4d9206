"""How the kitchen goes about it: what it reads, and what it leaves for another day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from proxy.errors import UpstreamUnreachable
from proxy.playlists.reading import read
from proxy.recipes import Caller
from tests.factories import NOW
from tests.kitchens import Diner, Upstream, caller, songs

pytestmark = pytest.mark.anyio

LOVED = '[[recipe]]\nname = "Loved"\nsongs = 10\nprompt = "my favourites"\n'
UPBEAT = '[[recipe]]\nname = "Upbeat"\nsongs = 10\nprompt = "upbeat"\n'
STARRED = [{"id": f"t{n:04}", "starred": "2026-01-01"} for n in range(40, 80)]


Open = Callable[[str], Diner]


@contextmanager
def prompts_read() -> Iterator[Counter[str]]:
    """How often each prompt is read on threads that begin meanwhile."""
    count = Counter[str]()

    def entered(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code is read.__code__:
            count[frame.f_locals["prompt"]] += 1

    threading.setprofile(entered)
    try:
        yield count
    finally:
        threading.setprofile(None)


@pytest.fixture
def diner(tmp_path: Path) -> Iterator[Open]:
    opened: list[Diner] = []

    def open_one(recipes: str) -> Diner:
        opened.append(Diner(tmp_path, songs(300), recipes))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


async def test_a_prompt_is_read_once_to_know_what_it_takes_and_once_for_the_list(diner: Open) -> None:
    at = diner(LOVED + UPBEAT)
    with prompts_read() as count:
        assert len(await at.lists(caller(ask=Upstream(STARRED).ask))) == 2
    assert count == {"my favourites": 2, "upbeat": 2}


async def test_where_nobody_can_be_asked_for_his_taste_its_prompt_is_read_once(diner: Open) -> None:
    at = diner(LOVED + UPBEAT)
    at.snapshots.saw(caller(), now=NOW - timedelta(days=1))
    with prompts_read() as count:
        assert await at.standing.renew(NOW, lambda name: None) == 1
    assert count == {"my favourites": 1, "upbeat": 2}


async def why(at: Diner, listener: Caller, now: datetime) -> dict[str, str]:
    """What is told of the lists that could not be made."""
    return {each.recipe.name: each.reason for each in await at.standing.offered(listener, now) if each.reason}


@pytest.mark.parametrize(
    "takes",
    [
        "all = [{ is = { loved = true } }]",
        'prompt = "my favourites"',
        'prompt = "more like my list Road trip"',
        'for = { libraries = ["Music"] }',
    ],
)
async def test_a_list_that_only_its_owner_can_ask_for_says_that_it_waits_for_him(
    diner: Open, takes: str
) -> None:
    at = diner(f'{UPBEAT}[[recipe]]\nname = "His"\nsongs = 10\n{takes}\n')
    upstream = Upstream(STARRED, {"Road trip": ["t0006", "t0012"]})
    ana, tomorrow = caller(ask=upstream.ask), NOW + timedelta(days=1)
    before = (await at.lists(ana))["His"]
    at.close()
    at.open()
    assert await at.standing.renew(NOW, lambda name: None) == 0
    assert at.snapshots.shelf("ana").in_vain == {}
    assert await at.standing.renew(tomorrow, lambda name: None) == 1
    assert await why(at, ana, tomorrow) == {"His": "waits for ana's next visit"}
    assert await why(at, caller("ben"), tomorrow) == {}
    assert before in await at.standing.lists(ana, tomorrow)
    await at.standing.settled()
    assert await why(at, ana, tomorrow) == {}


async def test_a_list_for_a_library_by_name_waits_for_nobody_who_never_had_it(diner: Open) -> None:
    at = diner(UPBEAT + '[[recipe]]\nname = "Kids"\nsongs = 10\nfor = { libraries = ["Kids"] }\n')
    ben = caller("ben", ask=Upstream().ask, libraries=frozenset({1}))
    assert set(await at.lists(ben)) == {"Upbeat"}
    assert await at.standing.renew(NOW + timedelta(days=1), lambda name: None) == 1
    assert at.snapshots.shelf("ben").in_vain == {}


async def test_where_upstream_does_not_tell_that_is_said(diner: Open) -> None:
    at, upstream = diner(LOVED + UPBEAT), Upstream(STARRED)
    upstream.away = UpstreamUnreachable("Nobody answers.")
    ana = caller(ask=upstream.ask)
    assert set(await at.lists(ana)) == {"Upbeat"}
    assert await why(at, ana, NOW) == {"Loved": "Navidrome did not tell what it is made from"}
