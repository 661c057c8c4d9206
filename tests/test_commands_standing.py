"""Standing lists made ahead by `refresh`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from proxy.commands.standing import renew
from proxy.navidrome import Account, Upstream, open_client
from proxy.recipes import Caller
from proxy.recipes.snapshots import Snapshots
from proxy.settings import Settings
from tests.factories import NOW, WordCounter, library
from tests.fake_navidrome import PASSWORDS
from tests.house import House
from tests.kitchens import songs

pytestmark = pytest.mark.anyio

MIX = '[[recipe]]\nname = "Mix"\nminutes = 30\n'
NEW = '[[recipe]]\nname = "Unheard"\nsongs = 10\nall = [{ is = { playcount = 0 } }]\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "recipes.toml").write_text(MIX + NEW)
    path = library(tmp_path, songs(300))
    return Settings(db_path=str(path), recipes_path=str(tmp_path / "recipes.toml"))


async def renewed(house: House, settings: Settings) -> int:
    async with open_client() as client:
        account = Account(Upstream(client, house.upstream), "ana", PASSWORDS["ana"])
        return await renew(settings, account, [WordCounter()], now=lambda: NOW)


def saw(settings: Settings, *names: str) -> None:
    snapshots = Snapshots(Path(settings.db_path))
    for name in names:
        snapshots.saw(Caller(name=name), now=NOW - timedelta(days=1))
    snapshots.close()


def made(settings: Settings, name: str) -> set[str]:
    snapshots = Snapshots(Path(settings.db_path))
    keys = set(snapshots.shelf(name).snapshots)
    snapshots.close()
    return keys


async def test_they_are_made_for_who_has_asked_and_only_the_accounts_taste_is_known(
    house: House, settings: Settings
) -> None:
    saw(settings, "ana", "ben")
    assert await renewed(house, settings) == 3
    assert made(settings, "ana") == {"mix", "unheard"}
    assert made(settings, "ben") == {"mix"}
    assert made(settings, "cem") == set()


async def test_what_is_there_is_not_made_again(house: House, settings: Settings) -> None:
    saw(settings, "ana")
    assert await renewed(house, settings) == 2
    asked = house.calls("search3")
    assert await renewed(house, settings) == 0
    assert house.calls("search3") == asked


async def test_without_a_database_nothing_is_made_and_nothing_fails(house: House, tmp_path: Path) -> None:
    assert await renewed(house, Settings(db_path=str(tmp_path / "nowhere.db"))) == 0
