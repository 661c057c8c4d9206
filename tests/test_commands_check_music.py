"""`check` on the music's files: the share that is here, and what was tried for the others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec import structs

from proxy.commands.check_music import music
from proxy.settings import Settings
from tests.factories import library, track


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Forty songs of a library upstream, of which none is here."""
    path = library(tmp_path, [track(n, library_path="/nd", path=f"a/{n}.mp3") for n in range(40)])
    return Settings(db_path=str(path))


def mounted(settings: Settings, count: int) -> Settings:
    """With so many of them here."""
    root = Path(settings.db_path).parent / "mount"
    (root / "a").mkdir(parents=True)
    for n in range(count):
        (root / "a" / f"{n}.mp3").touch()
    return Settings(db_path=settings.db_path, library_path=str(root))


def test_all_files_are_here(settings: Settings, tmp_path: Path) -> None:
    finding = music(mounted(settings, 40))
    assert (finding.wrong, finding.mend) == (False, "")
    assert finding.sentence == f"100% of 40 files looked for are here (/nd → {tmp_path}/mount)."


def test_a_few_that_are_missing_are_named_and_no_fault(settings: Settings, tmp_path: Path) -> None:
    finding = music(mounted(settings, 39))
    assert not finding.wrong
    assert finding.sentence.endswith(f"Tried: {tmp_path}/mount/a/39.mp3 is not there.")


def test_where_many_are_missing_three_are_named(settings: Settings) -> None:
    finding = music(mounted(settings, 20))
    assert finding.wrong
    assert finding.sentence.startswith("50% of 40 files")
    assert finding.sentence.count("is not there") == 3
    assert "LIBRARY_PATH" in finding.mend


def test_no_mount_is_no_fault_and_told_with_what_was_tried(settings: Settings) -> None:
    finding = music(settings)
    assert not finding.wrong
    assert finding.sentence.startswith("No file is here of 40 looked for. Tried: /nd/a/")
    assert "read-only" in finding.mend


def test_a_mount_that_was_named_and_is_empty_is_a_fault(settings: Settings) -> None:
    finding = music(mounted(settings, 0))
    assert finding.wrong
    assert "LIBRARY_PATH" in finding.mend


def test_without_ffmpeg_they_cannot_be_measured(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    finding = music(mounted(settings, 40))
    assert finding.wrong
    assert "pip install imageio-ffmpeg" in finding.mend


def test_no_mount_is_needed_where_upstream_streams(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    streamed = structs.replace(settings, analyse_from="upstream")
    finding = music(streamed)
    assert (finding.wrong, finding.mend) == (False, "")
    assert "upstream streams each song once" in finding.sentence
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    assert music(streamed).wrong


def test_an_upstream_without_paths_is_no_fault(tmp_path: Path) -> None:
    finding = music(Settings(db_path=str(library(tmp_path, [track(1)]))))
    assert (finding.wrong, finding.sentence) == (False, "Upstream tells no paths: no file is looked for.")
