"""A whole refresh against a live server: sync, embed, and an index that can be searched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.errors import RefreshRunning
from proxy.library import connect, index, vectors
from proxy.navidrome import Account, Upstream, open_client
from proxy.refresh import RefreshReport, run
from proxy.refresh.lock import hold
from tests.factories import NOW, WordCounter
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.live import serve

pytestmark = pytest.mark.anyio


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with serve(create_app(world)) as url:
        yield url


async def refresh(url: str, path: Path, *embedders: WordCounter) -> RefreshReport:
    async with open_client() as client:
        account = Account(Upstream(client, url), "admin", PASSWORDS["admin"])
        return await run(path, account, embedders or (WordCounter(),), now=lambda: NOW)


async def test_the_library_can_be_searched_after_one_run(url: str, tmp_path: Path) -> None:
    report = await refresh(url, tmp_path / "library.db")
    assert (report.tracks, report.error, report.failures) == (82, "", 0)
    found = index.load(connect(tmp_path / "library.db"))
    assert len(found) == 82
    assert found.words.terms("jazz") == ["jazz"]
    assert set(found.vectors) == {"words"}


async def test_nothing_new_changes_nothing(url: str, tmp_path: Path) -> None:
    await refresh(url, tmp_path / "library.db")
    before = index.generation(connect(tmp_path / "library.db"))
    report = await refresh(url, tmp_path / "library.db")
    assert report.sync.kind == "unchanged"
    assert index.generation(connect(tmp_path / "library.db")) == before


async def test_an_embedder_that_is_away_leaves_the_words_and_is_told(url: str, tmp_path: Path) -> None:
    report = await refresh(url, tmp_path / "library.db", WordCounter("ollama:far", away=True), WordCounter())
    assert "nobody answers" in report.error
    db = connect(tmp_path / "library.db")
    assert len(index.load(db)) == 82
    assert vectors.searchable(db) == ["words"]


async def test_what_another_model_of_ollama_replaced_goes_once_that_answers(url: str, tmp_path: Path) -> None:
    path, old, new = tmp_path / "library.db", WordCounter("ollama:old"), WordCounter("ollama:new")
    await refresh(url, path, old, WordCounter())
    await refresh(url, path, WordCounter("ollama:new", away=True), WordCounter())
    assert kept(path) == {"ollama:old", "words"}
    await refresh(url, path, new, WordCounter())
    assert kept(path) == {"ollama:new", "words"}
    await refresh(url, path, WordCounter())
    assert kept(path) == {"ollama:new", "words"}, "Ollama may be turned off for a day"


def kept(path: Path) -> set[str]:
    """The models of which there are vectors of all tracks and an index; of others nothing is left."""
    db = connect(path)
    (complete,) = {n for (n,) in db.execute("SELECT COUNT(*) FROM track_embeddings GROUP BY model")}
    assert complete == 82
    models = vectors.searchable(db)
    stages = "SELECT DISTINCT stage FROM navidrome_track_sync_status WHERE stage LIKE 'embed %'"
    assert {stage for (stage,) in db.execute(stages)} == {f"embed {model}" for model in models}
    return set(models)


async def test_upstream_away_is_told_and_the_index_stays(url: str, tmp_path: Path) -> None:
    await refresh(url, tmp_path / "library.db")
    report = await refresh("http://127.0.0.1:9", tmp_path / "library.db")
    assert report.sync.status == "failed"
    assert "NAVIDROME_URL" in report.error
    assert report.tracks == 82


async def test_a_second_refresh_is_told_who_runs(url: str, tmp_path: Path) -> None:
    await refresh(url, tmp_path / "library.db")
    with hold(tmp_path / "library.db", now=NOW), pytest.raises(RefreshRunning, match="at work"):
        await refresh(url, tmp_path / "library.db")
