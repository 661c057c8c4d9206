"""`status`: how things stand, out of the database alone."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from proxy.commands.ages import relative, span
from proxy.commands.status import Status, status, told
from proxy.errors import LibraryError, LibraryTooNew
from proxy.library import connect, migrate, syncs, timestamp, tracks, transaction
from proxy.playlists.store import PromptPlaylist, Store
from proxy.refresh.lock import hold
from tests.factories import NOW, WordCounter, library, track


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return library(tmp_path, [track(n) for n in range(12)])


def note(path: Path, **values: object) -> None:
    """A run that began three minutes ago."""
    with contextlib.closing(connect(path)) as db, transaction(db):
        row = {"kind": "native", "started_at": timestamp(NOW - timedelta(minutes=3)), "status": "ok"} | values
        marks = ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO navidrome_syncs ({', '.join(row)}) VALUES ({marks})", row)


def fail(path: Path, count: int) -> None:
    with contextlib.closing(connect(path)) as db, transaction(db):
        for number in range(count):
            syncs.failed(db, f"t{number:04}", "embed", "no vector for its text", now=NOW)


def lines(path: Path) -> dict[str, list[str]]:
    """What is told, by the word in front."""
    groups: dict[str, list[str]] = {}
    name = ""
    for line in told(status(path, now=NOW), as_json=False).split("\n"):
        name = line[:11].strip() or name
        groups.setdefault(name, []).append(line[11:])
    return groups


def test_without_a_database_one_is_told_to_refresh(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="`playlistgen refresh`"):
        status(tmp_path / "none.db", now=NOW)
    assert not list(tmp_path.iterdir())


def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    with contextlib.closing(connect(path)) as db, transaction(db):
        db.execute("INSERT INTO schema_migrations VALUES ('99990101000000')")
    with pytest.raises(LibraryTooNew):
        status(path, now=NOW)


def test_a_damaged_file_is_a_sentence(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(LibraryError, match="is no SQLite database"):
        status(path, now=NOW)


def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    migrate(tmp_path / "new.db")
    shown = lines(tmp_path / "new.db")
    assert shown["library"] == ["0 tracks"]
    assert "`playlistgen refresh`" in shown["vectors"][0]
    assert "`playlistgen refresh`" in shown["syncs"][0]


def test_missing_tracks_are_counted_apart(path: Path) -> None:
    with contextlib.closing(connect(path)) as db, transaction(db):
        tracks.mark_missing(db, ["t0001", "t0002"], now=timestamp(NOW))
    assert lines(path)["library"] == ["10 tracks, 2 missing upstream"]
    assert lines(path)["vectors"] == ["words  10 of 10 tracks, 0 wait"]


def test_each_model_says_how_many_tracks_wait(tmp_path: Path) -> None:
    path = library(
        tmp_path, [track(n) for n in range(3)], embedders=[WordCounter(), WordCounter("ollama:far")]
    )
    with contextlib.closing(connect(path)) as db, transaction(db):
        tracks.put(db, [track(7)], now=timestamp(NOW))
        db.execute("DELETE FROM track_embeddings WHERE model = 'words' AND track_id = 't0002'")
    assert lines(path)["vectors"] == [
        "ollama:far  3 of 4 tracks, 1 wait",
        "words       2 of 4 tracks, 2 wait",
    ]


def test_vectors_of_another_text_form_are_none(path: Path) -> None:
    with contextlib.closing(connect(path)) as db, transaction(db):
        db.execute("UPDATE embedding_models SET text_form = 'of old'")
    assert lines(path)["vectors"] == ["words  0 of 12 tracks, 12 wait"]


def test_lists_count_until_they_are_deleted(path: Path) -> None:
    store = Store(path)
    for name in ("one", "two", "three"):
        store.put(made(name))
    store.delete("three", [], now=NOW)
    store.close()
    assert lines(path)["playlists"] == ["2 made from prompts"]


def made(name: str) -> PromptPlaylist:
    texts = {"wish": "{}", "explanation": "{}", "comment": "", "owner": "ana"}
    return PromptPlaylist(
        playlist_id=name, name=name, name_key=name, generation=1, seeds=(), songs=(), made_at=NOW, **texts
    )


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"kind": "unchanged"}, "3 minutes ago  ok       nothing new upstream"),
        (
            {"seen": 9, "added": 5, "changed": 2, "missing": 1},
            "3 minutes ago  ok       9 songs read (native): "
            "5 added, 2 changed, 0 renamed, 1 missing, 0 deleted",
        ),
        ({"status": "failed", "error": "Upstream hid."}, "3 minutes ago  failed   Upstream hid."),
        ({"status": "running"}, "3 minutes ago  stopped"),
    ],
)
def test_a_run_is_told_with_what_came_of_it(path: Path, values: dict[str, object], line: str) -> None:
    note(path, **values)
    assert lines(path)["syncs"] == [line]


def test_the_newest_run_comes_first_and_five_are_enough(path: Path) -> None:
    for hours in range(7, 0, -1):
        note(path, started_at=timestamp(NOW - timedelta(hours=hours)), kind="unchanged")
    shown = lines(path)["syncs"]
    assert [line.partition(" ago")[0] for line in shown] == ["1 hour", *(f"{n} hours" for n in range(2, 6))]


def test_who_refreshes_is_told(path: Path) -> None:
    assert lines(path)["refresh"] == ["nobody is at work"]
    note(path, status="running")
    with hold(path, now=NOW - timedelta(minutes=3)):
        shown = lines(path)
    assert "is at work, began 3 minutes ago" in shown["refresh"][0]
    assert "running" in shown["syncs"][0]


def test_a_failure_is_told_with_its_text_and_when_it_is_tried_again(path: Path) -> None:
    assert lines(path)["failures"] == ["none"]
    fail(path, 1)
    assert lines(path)["failures"] == [
        "Artist 0 – Song 0: no vector for its text (embed, tried once, again in 10 minutes)"
    ]


def test_of_many_failures_ten_are_told_and_all_are_in_the_json(path: Path) -> None:
    fail(path, 12)
    shown = lines(path)["failures"]
    assert len(shown) == 11
    assert shown[-1].startswith("and 2 more")
    assert len(json.loads(told(status(path, now=NOW), as_json=True))["failures"]) == 12


def test_as_json_it_can_be_read_by_a_program(path: Path) -> None:
    note(path, seen=12)
    told_by_json = json.loads(told(status(path, now=NOW), as_json=True))
    assert told_by_json["tracks"] == 12
    assert told_by_json["models"] == [{"name": "words", "vectors": 12, "waiting": 0}]
    assert told_by_json["syncs"][0]["seen"] == 12
    assert set(told_by_json) == set(Status.__struct_fields__)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "a moment"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59.9), "59 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_spans_are_told_in_their_largest_unit(length: timedelta, words: str) -> None:
    assert span(length) == words
    assert relative(NOW - length, now=NOW) == f"{words} ago"


def test_what_is_still_to_come_is_told_so() -> None:
    assert relative(datetime(2026, 11, 23, 14, tzinfo=UTC), now=NOW) == "in 2 hours"
