"""What a running server holds open."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.errors import LibraryError
from proxy.resources import open_resources, prefixes_of
from proxy.settings import Settings
from tests.factories import WordCounter


@pytest.mark.parametrize(
    ("setting", "prefixes"), [("ai, mix:", ("ai", "mix:")), ("ai", ("ai",)), ("", ()), (" , dj ,", ("dj",))]
)
def test_prefixes_stand_between_commas(setting: str, prefixes: tuple[str, ...]) -> None:
    assert prefixes_of(Settings(prompt_prefixes=setting)) == prefixes


@pytest.mark.anyio
async def test_everything_may_be_away_when_a_server_starts(tmp_path: Path) -> None:
    settings = Settings(navidrome_url="http://127.0.0.1:9", db_path=str(tmp_path / "nowhere" / "x.db"))
    async with open_resources(settings, embedders=[WordCounter(away=True)]) as resources:
        with pytest.raises(LibraryError):
            resources.reader.index()
        with pytest.raises(LibraryError):
            resources.store.get("1")
