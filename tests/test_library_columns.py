"""Fields of tracks by Navidrome's names, from songs of either of its APIs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proxy.library import Track, columns, connect, migrate, tracks, transaction
from proxy.refresh.songs import track_of
from tests.factories import NOW

RECORDED = Path(__file__).parent / "data" / "navidrome"
NAMES = columns.LISTS | columns.TEXTS | columns.NUMBERS | columns.DATES | columns.FLAGS


def read(folder: Path, rows: list[Track]) -> dict[str, dict[str, Any]]:
    """Every field of every track: by its name and the track's id."""
    folder.mkdir()
    migrate(folder / "library.db")
    db = connect(folder / "library.db")
    with transaction(db):
        tracks.put(db, rows, now=NOW.isoformat())
    numbers = dict(db.execute("SELECT track_row, track_id FROM tracks"))
    order = np.array(list(numbers), dtype=np.int64)
    found = {
        name: dict(zip(numbers.values(), columns.column(db, name, order), strict=True)) for name in NAMES
    }
    db.close()
    return found


def recorded(name: str) -> list[Track]:
    return [track_of(song) for song in json.loads((RECORDED / f"library_{name}.json").read_text())]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = tmp_path_factory.mktemp("columns")
    return read(folder / "native", recorded("native")), read(folder / "child", recorded("subsonic"))


@pytest.mark.parametrize(
    "name",
    [
        *("title", "album", "albumartist", "artist", "genre", "mood", "isrc", "composer", "performer"),
        *("year", "bpm", "bitrate", "bitdepth", "samplerate", "channels", "size", "filetype"),
        *("rgtrackgain", "rgtrackpeak", "explicitstatus", "mbz_recording_id"),
    ],
)
def test_both_apis_tell_the_same(both: tuple[dict[str, Any], dict[str, Any]], name: str) -> None:
    native, child = ({song: _plain(value) for song, value in read[name].items()} for read in both)
    assert native == child


def _plain(value: Any) -> Any:
    """Names come in any order, and twice where a song's artist is one of its artists."""
    return sorted(set(value)) if isinstance(value, list) else value or None


@pytest.mark.parametrize("name", ["artist", "genre", "mood", "year", "bpm", "rgtrackgain", "comment"])
def test_what_the_recorded_library_has_is_found(
    both: tuple[dict[str, Any], dict[str, Any]], name: str
) -> None:
    assert any(both[0][name].values()), name


def test_roles_tags_and_flags_of_the_native_api(tmp_path: Path) -> None:
    song = {
        "id": "s1",
        "title": "Song",
        "participants": {"composer": [{"id": "1", "name": "Ana B"}], "artist": [{"id": "2", "name": "C"}]},
        "tags": {"grouping": ["One", "Two"], "key": ["Am"]},
        "compilation": True,
        "hasCoverArt": False,
        "trackNumber": 3,
        "date": "1999-05",
    }
    found = {name: values["s1"] for name, values in read(tmp_path / "native", [track_of(song)]).items()}
    wanted = {
        "composer": ["Ana B"],
        "grouping": ["One", "Two"],
        "key": ["Am"],
        "compilation": 1,
        "hascoverart": 0,
    }
    assert {name: found[name] for name in wanted} == wanted
    assert (found["tracknumber"], found["date"], found["producer"], found["codec"]) == (
        3,
        "1999-05",
        [],
        None,
    )


def test_roles_of_a_child_are_its_contributors(tmp_path: Path) -> None:
    song = {
        "id": "s1",
        "isDir": False,
        "title": "Song",
        "contributors": [{"role": "composer", "artist": {"id": "1", "name": "Ana B"}}],
        "coverArt": "al-1",
    }
    found = {name: values["s1"] for name, values in read(tmp_path / "child", [track_of(song)]).items()}
    assert (found["composer"], found["lyricist"], found["hascoverart"]) == (["Ana B"], [], 1)


def test_odd_values_stop_nothing(tmp_path: Path) -> None:
    odd = {"participants": {"composer": "nobody", "artist": 3}, "tags": {"key": {"a": 1}, "media": "LP"}}
    song = {"id": "s1", "title": "Song", "trackNumber": "three", "compilation": "yes", **odd}
    found = {name: values["s1"] for name, values in read(tmp_path / "odd", [track_of(song)]).items()}
    assert found["title"] == "Song"
    assert found["key"] == []
    assert found["media"] == []
    assert found["composer"] == []
    assert found["tracknumber"] is None
