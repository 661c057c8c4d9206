"""What a running server holds open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from proxy.app import create_app
from proxy.errors import LibraryError
from proxy.http1.server import Listener
from proxy.library import connect, index, transaction
from proxy.library.reader import Reader
from proxy.library.tracks import put
from proxy.resources import Resources, open_resources, prefixes_of
from proxy.settings import Settings
from tests.factories import NOW, WordCounter, library, track
from tests.live import serve


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


def test_whatever_request_comes_has_a_newer_index_loaded(tmp_path: Path) -> None:
    path = library(tmp_path, [track(1)])
    readers: list[Reader] = []

    @asynccontextmanager
    async def opened() -> AsyncIterator[Resources]:
        settings = Settings(navidrome_url="http://127.0.0.1:9", db_path=str(path))
        async with open_resources(settings, embedders=[]) as resources:
            readers.append(resources.reader)
            yield resources

    with serve(create_app(opened), http=Listener) as url:
        assert readers[0].index().ids == ("t0001",)
        db = connect(path)
        with transaction(db):
            put(db, [track(2)], now=NOW.isoformat())
        index.rebuild(db)
        httpx.get(f"{url}/anything", trust_env=False)
        readers[0].close()  # has waited for what the request began
        db.execute("DROP TABLE track_words")  # so that nobody can load it any more
        assert readers[0].index().ids == ("t0001", "t0002")
