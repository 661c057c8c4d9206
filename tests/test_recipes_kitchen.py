"""How the kitchen goes about it: what it reads, and what it leaves for another day."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from proxy.playlists.reading import read
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
