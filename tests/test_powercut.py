"""A refresh and creates that are killed anywhere: what is left is sound, and what comes next goes on from it.

`make powercut` kills at 100 points; POWERCUT_POINTS says how many else.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random

import httpx
import pytest

from proxy.library import check, connect, copies, index, tracks
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.house import Listener, connections
from tests.leaks import EAR
from tests.live import Stage, serve
from tests.powercut import BEGUN, DONE

MIGRATIONS = Path(__file__).parents[1] / "migrations"
POINTS = int(os.environ.get("POWERCUT_POINTS", "6"))
SONGS = 300
SEED = 20261123
SECONDS_OF_CREATES = 1.0
PROMPTS = [f"ai: {word} {minutes} min" for word in ("jazz", "night", "river", "rock") for minutes in (20, 40)]


@contextmanager
def started(what: str, upstream: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Killed at the end at the latest, with what it says so far unread but its first line."""
    command = [sys.executable, "-m", "tests.powercut", what, upstream, str(path)]
    pipe, log = subprocess.PIPE, path.with_suffix(".log")
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=written, text=True, start_new_session=True
        )
    with process:
        try:
            yield process
        finally:
            kill(process)
            EAR.hear(log.read_text(encoding="utf-8"))


def kill(process: subprocess.Popen[str]) -> None:
    """And all that it has started, as dbmate: the power goes for everybody."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    with serve(stage) as upstream:
        yield stage, upstream


@pytest.fixture(scope="module")
def whole(stage: tuple[Stage, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """What a refresh makes that nobody ends, and the seconds that it takes."""
    path = tmp_path_factory.mktemp("whole") / "library.db"
    stage[0].app = create_app(world())
    return path, refreshed(stage[1], path)


def world() -> World:
    made = World.generated(tracks=SONGS, seed=SEED)
    made.login_limit = 0
    return made


def refreshed(upstream: str, path: Path) -> float:
    with started("refresh", upstream, path) as process:
        assert said(process) == BEGUN
        done, _, seconds = said(process).partition(" ")
        assert done == DONE
    return float(seconds)


@pytest.mark.parametrize("point", range(POINTS - POINTS // 3))
def test_a_refresh_that_is_killed_leaves_a_sound_database_and_the_next_one_ends_it(
    stage: tuple[Stage, str], whole: tuple[Path, float], tmp_path: Path, point: int
) -> None:
    path, (finished, seconds) = tmp_path / "library.db", whole
    stage[0].app = create_app(world())
    with started("refresh", stage[1], path) as process:
        assert said(process) == BEGUN
        killed_within(seconds, process, point)
    if path.exists() and path.stat().st_size:
        is_sound(path)
    refreshed(stage[1], path)
    is_sound(path)
    assert content(path) == content(finished)


def killed_within(seconds: float, process: subprocess.Popen[str], point: int) -> None:
    """The power goes when it goes: at a random instant, of each point another."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(Random(SEED + point).uniform(0, seconds))
    kill(process)


def is_sound(path: Path) -> None:
    """Whole rows, whole vectors, and an index that can be loaded."""
    with closing(connect(path)) as db:
        assert check(db) == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        if not db.table_exists("main", "schema_migrations"):
            return
        if db.execute("SELECT COUNT(*) FROM schema_migrations").get < len([*MIGRATIONS.glob("*.sql")]):
            return  # it was cut between migrations; whoever reads it ends them first
        sizes = """
            SELECT dimension, length(document), length(names)
            FROM track_embeddings JOIN embedding_models USING (model)
        """
        for dimension, document, names in db.execute(sizes):
            assert document == names == 4 + dimension
        running = db.execute("SELECT COUNT(*) FROM navidrome_syncs WHERE status = 'running'").get
        assert running <= 1
        present, _ = tracks.count(db)
        assert present == db.execute("SELECT COUNT(*) FROM tracks WHERE json_valid(song)").get
        loaded = index.load(db)
        assert len(loaded) <= present


def content(path: Path) -> object:
    with closing(connect(path, readonly=True)) as db:
        rows = db.execute("SELECT track_id, content_hash FROM tracks ORDER BY 1").fetchall()
        made = db.execute(
            "SELECT track_id, model, document, names FROM track_embeddings ORDER BY 1"
        ).fetchall()
        words = len(index.load(db))
        status = db.execute("SELECT status FROM navidrome_syncs ORDER BY sync_id DESC LIMIT 1").get
    return rows, made, words, status


@pytest.mark.parametrize("point", range(POINTS // 3))
def test_creates_that_are_killed_leave_whole_lists_and_can_be_sent_again(
    stage: tuple[Stage, str], whole: tuple[Path, float], tmp_path: Path, point: int
) -> None:
    path, upstream = tmp_path / "library.db", stage[1]
    copies.backup(whole[0], path)
    stage[0].app = create_app(world())
    with started("serve", upstream, path) as server, connections() as http:
        ana = Listener(http, said(server), "ana", PASSWORDS["ana"])
        sender = threading.Thread(target=sent, args=(ana,))
        sender.start()
        killed_within(SECONDS_OF_CREATES, server, point)
        sender.join()
    is_sound(path)
    with connections() as http:
        straight = Listener(http, upstream, "ana", PASSWORDS["ana"])
        for playlist_id, (songs, comment) in remembered(path).items():
            found = straight.open(playlist_id)
            assert (found.songs, found.comment) == (songs, comment)
        assert all(each.count for each in straight.lists().values() if each.name in PROMPTS)
    with started("serve", upstream, path) as server, connections() as http:
        ana = Listener(http, said(server), "ana", PASSWORDS["ana"])
        sent(ana)
        lists = [each for each in ana.lists().values() if each.name in PROMPTS]
    assert sorted(each.name for each in lists) == sorted(PROMPTS)
    assert {each.id for each in lists} <= remembered(path).keys()
    assert all(each.count and each.comment for each in lists)


def sent(ana: Listener) -> None:
    """All that a client sends, until nobody answers."""
    with suppress(httpx.TransportError):
        for prompt in PROMPTS:
            ana.create(prompt)


def remembered(path: Path) -> dict[str, tuple[tuple[str, ...], str]]:
    """The songs and the comment of each list that the proxy knows of."""
    with closing(connect(path, readonly=True)) as db:
        rows = db.execute(
            "SELECT playlist_id, songs, comment, wish, explanation FROM prompt_playlists"
        ).fetchall()
    for *_, wish, explanation in rows:
        assert json.loads(wish)
        assert json.loads(explanation)["songs"]
    return {playlist_id: (tuple(json.loads(songs)), comment) for playlist_id, songs, comment, *_ in rows}
