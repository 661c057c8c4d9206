"""What becomes of a list that cannot be filled well any more: it goes by a verdict, and by no failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from proxy.library import connect, index, tracks, transaction
from proxy.recipes import Caller
from tests.factories import NOW, WordCounter
from tests.kitchens import Diner, Upstream, caller, songs

pytestmark = pytest.mark.anyio

LOVED = '[[recipe]]\nname = "Loved"\nsongs = 10\nall = [{ is = { loved = true } }]\n'
PROMPT = '[[recipe]]\nname = "Prompt"\nsongs = 10\nprompt = "upbeat"\n'
STARRED = [{"id": f"t{n:04}", "starred": "2026-01-01"} for n in range(40, 80)]
DAY = timedelta(days=1)

Open = Callable[..., Diner]


@pytest.fixture
def diner(tmp_path: Path) -> Iterator[Open]:
    opened: list[Diner] = []

    def open_one(recipes: str, count: int = 300, **changes: Any) -> Diner:
        opened.append(Diner(tmp_path, songs(count), recipes, **changes))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def lose(at: Diner, *ids: str) -> None:
    db = connect(at.path)
    with transaction(db):
        tracks.mark_missing(db, ids, now=NOW.isoformat())
    index.rebuild(db)
    db.close()


def find(at: Diner, *ids: str) -> None:
    db = connect(at.path)
    with transaction(db):
        tracks.put(db, [at.tracks[song] for song in ids], now=NOW.isoformat())
    index.rebuild(db)
    db.close()


async def why(at: Diner, caller: Caller, now: datetime) -> list[str]:
    """What is told of each recipe's list that could not be filled."""
    return [each.reason for each in await at.standing.offered(caller, now)]


async def test_it_goes_when_its_period_ends_and_comes_back_with_the_songs(diner: Open) -> None:
    at, upstream = diner(LOVED), Upstream(STARRED)
    ana = caller(ask=upstream.ask)
    loved = (await at.lists(ana))["Loved"]
    upstream.done = STARRED[:2]
    assert (await at.lists(ana, NOW + timedelta(minutes=5)))["Loved"] == loved
    assert await at.lists(ana, NOW + DAY) == {}
    assert await at.standing.open(ana, loved.id, NOW + DAY) is None
    assert await why(at, ana, NOW + DAY) == [
        "only 2 of at least 8 songs: is = { loved = true } lets in 2 of 300 songs"
    ]
    assert await why(at, caller("ben"), NOW + DAY) == [""]
    upstream.done = STARRED
    assert (await at.lists(ana, NOW + 2 * DAY))["Loved"].id == loved.id
    assert await why(at, ana, NOW + 2 * DAY) == [""]


async def test_one_that_is_made_on_opening_is_tried_again_the_next_day(diner: Open) -> None:
    at, upstream = diner(f'{LOVED}refresh = "on open"\n'), Upstream(STARRED)
    ana = caller(ask=upstream.ask)
    loved = (await at.lists(ana))["Loved"]
    upstream.done = STARRED[:2]
    assert await at.standing.open(ana, loved.id, NOW + timedelta(hours=1)) is None
    assert await at.lists(ana, NOW + timedelta(hours=1)) == {}
    upstream.done = STARRED
    assert await at.standing.open(ana, loved.id, NOW + DAY)


async def test_a_recipe_that_was_changed_to_what_cannot_be_filled_takes_its_list_along(diner: Open) -> None:
    at = diner(LOVED)
    ana = caller(ask=Upstream(STARRED).ask)
    assert await at.lists(ana)
    at.file.write_text(LOVED.replace("loved = true", 'genre = "Polka"').replace("Loved", "loved"))
    assert at.book.reload()
    assert await at.lists(ana) == {}


class Moody(WordCounter):
    """One that may be away, or fail in a way that nobody foresaw."""

    broken = False

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        if self.broken:
            raise RuntimeError("a bug")
        return super().prompt(text, timeout=timeout)


@pytest.mark.parametrize(
    ("failing", "well"),
    [
        ({"away": True}, {"away": False}),
        ({"broken": True}, {"broken": False}),
        ({"deadline_seconds": 0.0}, {"deadline_seconds": 8.0}),
    ],
)
async def test_a_failure_is_no_verdict(diner: Open, failing: dict[str, Any], well: dict[str, Any]) -> None:
    """There is too little for the list now, but nothing that has failed can tell."""
    embedder = Moody()
    at = diner(PROMPT, embedders=[embedder])
    (before,) = (await at.lists(caller())).values()
    lose(at, *before.songs[4:], *at.tracks.keys() - {*before.songs})
    for how, stays in ((failing, True), (well, False)):
        at.close()
        at.open(**{name: value for name, value in how.items() if name == "deadline_seconds"})
        for name, value in how.items():
            setattr(embedder, name, value)
        made = await at.lists(caller(), NOW + DAY)
        assert [each.songs for each in made.values()] == [before.songs[:4]] * stays


async def test_a_library_of_which_nothing_is_there_takes_nothing_away(diner: Open) -> None:
    """It is being read, or its disk is not mounted."""
    at = diner(PROMPT)
    ana = caller(libraries=frozenset({1}))
    before = await at.lists(ana)
    away = [song for song, row in at.tracks.items() if row.library_id == 1]
    lose(at, *away)
    assert await at.lists(ana, NOW + DAY) == {}
    find(at, *away)
    assert await at.standing.lists(ana, NOW + DAY) == list(before.values())
