"""Lists for the libraries that a recipe names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from proxy.errors import UpstreamUnreachable
from tests.factories import NOW
from tests.kitchens import Diner, Upstream, caller, songs

pytestmark = pytest.mark.anyio

LATER = NOW + timedelta(minutes=11)

Open = Callable[[str], Diner]


@pytest.fixture
def diner(tmp_path: Path) -> Iterator[Open]:
    opened: list[Diner] = []

    def open_one(libraries: str) -> Diner:
        recipe = f'[[recipe]]\nname = "Mix"\nminutes = 30\nfor = {{ libraries = {libraries} }}\n'
        opened.append(Diner(tmp_path, songs(300), recipe))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.mark.parametrize("libraries", ['["Kids"]', '["kids "]', '[7, "KIDS"]', '["Nowhere", "Kids"]'])
async def test_a_library_is_known_by_its_name_however_it_is_written(diner: Open, libraries: str) -> None:
    at = diner(libraries)
    made = await at.lists(caller(ask=Upstream().ask))
    assert {at.tracks[song].library_id for song in made["Mix"].songs} == {2}


async def test_who_may_not_hear_a_library_has_no_list_of_it(diner: Open) -> None:
    at, upstream = diner('["Kids"]'), Upstream()
    upstream.folders = {1: "Music"}
    assert await at.lists(caller(ask=upstream.ask, libraries=frozenset({1}))) == {}


async def test_a_name_that_no_library_has_means_nobody_and_is_told(diner: Open) -> None:
    at = diner('["Kidz"]')
    with capture_logs() as told:
        assert await at.lists(caller(ask=Upstream().ask, is_admin=True)) == {}
    (warning,) = [each for each in told if each["log_level"] == "warning"]
    assert warning["reason"] == "Mix is for Kidz, and no library is called so. Did you mean Kids?"
    with capture_logs() as told:  # he sees not all of them, and so cannot tell
        assert await at.lists(caller("ben", ask=Upstream().ask)) == {}
    assert not [each for each in told if each["log_level"] == "warning"]


async def test_a_library_that_is_renamed_upstream_is_seen_after_ten_minutes(diner: Open) -> None:
    at, upstream = diner('["Kids"]'), Upstream()
    ana = caller(ask=upstream.ask)
    assert await at.lists(ana)
    upstream.folders[2] = "Children"
    assert await at.lists(ana)
    assert upstream.asked == ["getMusicFolders"]
    assert await at.lists(ana, LATER) == {}


async def test_where_upstream_does_not_tell_what_it_told_last_holds(diner: Open) -> None:
    at, upstream = diner('["Kids"]'), Upstream()
    ana = caller(ask=upstream.ask)
    before = await at.lists(ana)
    upstream.away = UpstreamUnreachable("Nobody answers.")
    assert await at.lists(ana, LATER) == before
    mix = before["Mix"].id
    assert await at.standing.open(ana, mix, LATER) == before["Mix"]
    at.close()
    at.open()
    assert await at.lists(ana, LATER) == {}
    upstream.away = None
    assert await at.lists(ana, LATER) == before
    assert await at.standing.hide(ana, mix, LATER)
    assert await at.standing.show(ana, mix, LATER)
    assert [each.made for each in await at.standing.offered(ana, LATER)] == [before["Mix"]]


async def test_the_refresh_job_asks_as_whom_it_may(diner: Open) -> None:
    at, upstream = diner('["Kids"]'), Upstream()
    await at.lists(caller(ask=upstream.ask))
    tomorrow = NOW + timedelta(days=1)
    assert await at.standing.renew(tomorrow, lambda name: upstream.ask) == 1


async def test_upstream_is_not_asked_where_no_recipe_names_a_library(diner: Open) -> None:
    upstream = Upstream()
    assert await diner("[2]").lists(caller(ask=upstream.ask))
    assert upstream.asked == []
