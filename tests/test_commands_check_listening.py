"""`check` on listening: which ffmpeg, whether the networks are whole, and how many tracks were heard."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from proxy.commands.check_listening import listening
from proxy.errors import CannotListen, SoundError
from proxy.library import connect, loudness, sounds, timestamp
from proxy.library.loudness import Measured
from proxy.library.sounds import Sound
from proxy.settings import Settings
from proxy.sound import network
from tests.factories import NOW, library, track


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Four tracks, of which two were measured and one was heard."""
    path = library(tmp_path, [track(n) for n in range(4)])
    with contextlib.closing(connect(path)) as db:
        for name in ("t0000", "t0001"):
            silent = Measured(track_id=name, lufs=None, true_peak=None, range=None, rms=None, source="ffmpeg")
            loudness.put(db, silent, now=timestamp(NOW))
        sounds.put(db, Sound("t0000"), now=timestamp(NOW))
    return Settings(db_path=str(path), quiet_hours="23:00-07:00")


def with_ffmpeg(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Path:
    file = folder / "bin" / "ffmpeg"
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{file.parent}{os.pathsep}{os.defpath}")
    return file


def test_it_says_which_ffmpeg_and_how_far_it_has_come(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = with_ffmpeg(
        tmp_path, monkeypatch, "echo ffmpeg version 6.1.1-3ubuntu5 Copyright; echo built with gcc"
    )
    finding = listening(settings)
    assert (finding.topic, finding.wrong) == ("listening", False)
    assert finding.sentence == (
        f"ffmpeg 6.1.1-3ubuntu5 ({file}) and both networks load. "
        "Loudness of 2 of 4 tracks (50%) measured, 1 of 4 tracks (25%) heard. Only 23:00-07:00."
    )


def test_without_ffmpeg_it_is_for_the_music_to_say_whether_one_is_needed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    assert (listening(settings).wrong, listening(settings).sentence[:17]) == (False, "No ffmpeg is here")


def test_an_ffmpeg_that_does_not_run_is_an_error(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_ffmpeg(tmp_path, monkeypatch, "echo libavcodec.so.61: cannot open shared object file >&2; exit 127")
    with pytest.raises(SoundError, match=r"libavcodec\.so"):
        listening(settings)


@pytest.mark.parametrize("damage", ["gone", "cut", "other"])
def test_damaged_weights_are_a_fault(
    damage: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    if damage == "cut":
        (folder / "msd.npz").write_bytes(
            (Path(network.__file__).parent / "data" / "msd.npz").read_bytes()[:9999]
        )
    if damage == "other":
        np.savez(folder / "msd.npz", weights=np.zeros(1))
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    with pytest.raises(CannotListen, match=r"weights cannot be read .*\. Install playlistgen anew\."):
        listening(settings)
