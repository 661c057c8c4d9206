"""`check` before the first refresh: all that needs no database, and where none can be made."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proxy.commands.check_listening import listening
from proxy.commands.check_music import mounts, music
from proxy.library import migrate
from proxy.settings import Settings
from tests.commands import powerless, run
from tests.factories import library, track
from tests.fake_navidrome import World

Told = dict[str, Any]


def told(environ: dict[str, str], **changes: str) -> dict[str, Told]:
    """The findings by topic, as one to whom the rights of files apply is told them."""
    output, _ = run({**environ, **changes}, "check", "--json", code=1, before=powerless())
    return {finding["topic"]: finding for finding in json.loads(output)}


def readonly(path: Path) -> Path:
    path.chmod(0o500 if path.is_dir() else 0o400)
    return path


def test_all_but_the_database_is_looked_at(environ: dict[str, str], tmp_path: Path) -> None:
    findings = told(environ, LIBRARY_PATH=str(tmp_path / "unmounted"))
    assert [topic for topic, finding in findings.items() if finding["wrong"]] == ["database", "music"]
    assert findings["database"]["mend"] == "Run `playlistgen refresh`. It makes one."
    assert f"{tmp_path}/unmounted cannot be read (No such file" in findings["music"]["sentence"]
    assert findings["listening"]["sentence"].endswith("both networks load.")
    assert {"disk", "recipes", "embedder", "playlists"} < findings.keys()


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        (lambda path: path / "none", "/none is not a folder that can be used."),
        (lambda path: readonly(path / "lists"), "/lists: it may not be written."),
    ],
)
def test_a_folder_in_which_no_database_can_be_made_is_told(
    environ: dict[str, str], tmp_path: Path, folder: Callable[[Path], Path], said: str
) -> None:
    """And nobody is sent to `refresh`, which says the same."""
    (tmp_path / "lists").mkdir()
    path = str(folder(tmp_path) / "library.db")
    finding = told(environ, DB_PATH=path)["database"]
    assert finding["wrong"]
    assert finding["sentence"].endswith(said)
    assert "DB_PATH" in finding["mend"]
    assert "refresh" not in finding["mend"]
    _, errors = run({**environ, "DB_PATH": path}, "refresh", code=2, before=powerless())
    assert finding["sentence"] in errors


def test_a_database_that_may_only_be_read_is_a_fault(environ: dict[str, str], tmp_path: Path) -> None:
    path = readonly(library(tmp_path, [track(1)]))
    assert told(environ)["database"]["sentence"] == f"{path} may not be written."


@pytest.mark.parametrize("command", ["status", "check", "refresh"])
def test_a_folder_in_place_of_the_database_is_called_so(
    environ: dict[str, str], tmp_path: Path, command: str
) -> None:
    output, errors = run(environ | {"DB_PATH": str(tmp_path)}, command, code=1 if command == "check" else 2)
    assert f"{tmp_path} is no file. Name one in DB_PATH." in output + errors


def test_a_name_that_no_file_can_have_is_a_sentence(environ: dict[str, str], tmp_path: Path) -> None:
    _, errors = run(environ | {"DB_PATH": str(tmp_path / ("n" * 300))}, "refresh", code=2)
    assert "cannot be opened (File name too long)" in errors


def test_an_empty_library_is_not_only_to_be_read_again(environ: dict[str, str], world: World) -> None:
    world.songs.clear()
    world.scan.count = 0
    run(environ, "refresh")
    index = told(environ)["index"]
    assert index["sentence"] == "The index is empty: no list can be made."
    assert "NAVIDROME_USER may see it" in index["mend"]


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    (tmp_path / "mount" / "artist").mkdir(parents=True)
    return tmp_path / "mount"


def test_music_that_is_mounted_is_told_before_it_is_known(mount: Path) -> None:
    finding = mounts(Settings(library_path=str(mount)))
    assert (finding.wrong, finding.mend) == (False, "")
    assert finding.sentence.startswith(f"{mount} can be read; after a refresh")


def test_an_empty_mount_is_a_fault(mount: Path) -> None:
    (mount / "artist").rmdir()
    for settings in (Settings(library_path=str(mount)), Settings(library_map=f"/srv={mount}")):
        assert mounts(settings).wrong
        assert mounts(settings).sentence.startswith(f"{mount} is empty")


def test_without_ffmpeg_nothing_can_be_heard_whatever_is_mounted(
    mount: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    for settings in (Settings(library_path=str(mount)), Settings(analyse_from="upstream")):
        assert mounts(settings).wrong
        assert "pip install imageio-ffmpeg" in mounts(settings).mend
    assert not mounts(Settings()).wrong


def test_a_library_without_tracks_is_one_that_was_not_read(tmp_path: Path, mount: Path) -> None:
    migrate(tmp_path / "new.db")
    settings = Settings(db_path=str(tmp_path / "new.db"), library_path=str(mount))
    assert music(settings) == mounts(settings)


def test_before_there_is_a_database_the_networks_are_loaded_nonetheless(tmp_path: Path) -> None:
    finding = listening(Settings(db_path=str(tmp_path / "none.db"), quiet_hours="23:00-07:00"), begun=False)
    assert finding.sentence.endswith("both networks load. Only 23:00-07:00.")
