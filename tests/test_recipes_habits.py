"""What a listener has done, as it is asked for his standing lists."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import msgspec
import pytest

from proxy.errors import UpstreamUnreachable
from proxy.navidrome.taste import Ask, Plays
from proxy.recipes.habits import Needs, habits_of
from proxy.recipes.recipe import Caller

pytestmark = pytest.mark.anyio

PLAYS = Plays({"s1": 4}, {})
LISTS = [
    ("p1", "Road trip", "ben"),
    ("p2", "Road trip", "ana"),
    ("p3", "Road trip", "cem"),
    ("p4", "Rain", "ben"),
]


async def plays_of(owner: str, ask: Ask) -> Plays:
    assert owner == "ana"
    return PLAYS


async def ask(endpoint: str, params: Sequence[tuple[str, str]]) -> bytes:
    if endpoint == "getPlaylists":
        found = {
            "playlists": {"playlist": [{"id": i, "name": name, "owner": owner} for i, name, owner in LISTS]}
        }
    else:
        found = {"playlist": {"entry": [{"id": f"of {dict(params)['id']}"}]}}  # type: ignore[dict-item]
    return msgspec.json.encode({"subsonic-response": {"status": "ok", **found}})


def needs(*lists: str) -> Needs:
    return Needs(plays=True, his_lists=bool(lists), named=lambda own: lists)


ANA = Caller(name="ana", ask=ask)


async def test_of_lists_of_one_name_his_own_counts_and_an_id_names_one_too() -> None:
    habits = await habits_of(ANA, needs("Road trip", "Rain", "p3", "Nowhere"), plays_of)
    assert habits is not None
    assert habits.plays is PLAYS
    assert habits.lists == {"Road trip": ("of p2",), "Rain": ("of p4",), "p3": ("of p3",)}


async def test_which_lists_are_meant_is_told_from_the_names_of_his_own() -> None:
    seen: list[Sequence[str]] = []

    def named(own: Sequence[str]) -> Sequence[str]:
        seen.append(own)
        return own

    habits = await habits_of(ANA, Needs(plays=False, his_lists=True, named=named), plays_of)
    assert habits is not None
    assert (seen, habits.own) == ([["Road trip"]], ("Road trip",))
    assert habits.lists == {"Road trip": ("of p2",)}
    assert habits.plays == Plays({}, {})


async def test_without_a_way_to_ask_or_time_nothing_is_known() -> None:
    async def slow(owner: str, ask: Ask) -> Plays:
        await anyio.sleep_forever()
        raise AssertionError("it is cancelled")

    async def away(owner: str, ask: Ask) -> Plays:
        raise UpstreamUnreachable("Nobody answers.")

    assert await habits_of(Caller(name="ana"), needs(), plays_of) is None
    assert await habits_of(ANA, needs(), slow, seconds=0.01) is None
    assert await habits_of(ANA, needs(), away) is None
