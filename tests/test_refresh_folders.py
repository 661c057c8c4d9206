"""A file is found by its names, however they are written, and never outside of its root."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from proxy.refresh.folders import Folders
from tests.commands import powerless

NAME = "Sigur Rós"
AS_MAC = unicodedata.normalize("NFD", NAME)


def laid(root: Path, *names: str) -> Path:
    file = root.joinpath(*names)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    return file


@pytest.mark.parametrize(
    ("here", "asked"),
    [
        ((NAME, "a.mp3"), (NAME, "a.mp3")),
        ((AS_MAC, "a.mp3"), (NAME, "a.mp3")),
        ((NAME, "a.mp3"), (AS_MAC, "a.mp3")),
        (("ABBA", "Gold", "SOS.MP3"), ("Abba", "gold", "sos.mp3")),
        (("Straße", "É.mp3"), ("STRASSE", "e\u0301.MP3")),
        (("b" * 251 + ".mp3",), ("b" * 251 + ".mp3",)),
        (("-i two\nlines 'x' \"y\".mp3",), ("-i two\nlines 'x' \"y\".mp3",)),
    ],
)
def test_names_may_be_written_otherwise(
    tmp_path: Path, here: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    file = laid(tmp_path, *here)
    assert Folders().find(str(tmp_path), asked).file == file


def test_the_very_name_comes_before_one_that_is_like_it(tmp_path: Path) -> None:
    laid(tmp_path, "ABBA", "a.mp3")
    exact = laid(tmp_path, "Abba", "a.mp3")
    assert Folders().find(str(tmp_path), ("Abba", "A.mp3")).file == exact
    assert Folders().find(str(tmp_path), ("abba", "a.mp3")).file == tmp_path / "ABBA" / "a.mp3"


def test_bytes_that_are_no_text_are_found_as_upstream_shows_them(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.mp3")
    file = laid(tmp_path, name)
    assert Folders().find(str(tmp_path), ("caf\N{REPLACEMENT CHARACTER}.mp3",)).file == file


def test_a_link_is_followed_inside_and_not_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "music", laid(tmp_path, "secret", "a.mp3")
    inside = laid(root, "all", "a.mp3")
    (root / "best.mp3").symlink_to(inside)
    (root / "out.mp3").symlink_to(outside)
    (root / "away").symlink_to(outside.parent)
    found = Folders()
    assert found.find(str(root), ("best.mp3",)).file == root / "best.mp3"
    assert found.find(str(root), ("out.mp3",)).wrong == f"leads out of {root}"
    assert found.find(str(root), ("away", "a.mp3")).wrong == f"leads out of {root}"
    assert found.find(str(root), ("AWAY", "a.mp3")).wrong == f"leads out of {root}"


def test_a_root_may_be_a_link_itself(tmp_path: Path) -> None:
    laid(tmp_path / "disk", "a.mp3")
    (tmp_path / "music").symlink_to(tmp_path / "disk")
    assert Folders().find(str(tmp_path / "music"), ("a.mp3",)).file == tmp_path / "music" / "a.mp3"


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    laid(tmp_path, "a", "b.mp3")
    os.mkfifo(tmp_path / "pipe.mp3")
    found = Folders()
    assert found.find(str(tmp_path), ("a",)).wrong == "is no file"
    assert found.find(str(tmp_path), ("pipe.mp3",)).wrong == "is no file"
    assert found.find(str(tmp_path), ("a", "c.mp3")).wrong == "is not there"
    assert found.find(str(tmp_path), ("a", "b.mp3", "c.mp3")).wrong == "is not there"
    assert "cannot be looked at" in found.find(str(tmp_path), ("a" * 300,)).wrong
    assert found.find(str(tmp_path / "gone"), ("a.mp3",)).wrong == "is not there"


def test_a_link_in_a_circle_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    assert "cannot be looked at" in Folders().find(str(tmp_path), ("a", "b.mp3")).wrong


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    laid(tmp_path, "a.mp3").chmod(0)
    asked = "import sys; from proxy.refresh.folders import Folders; "
    asked += "print(Folders().find(sys.argv[1], ('a.mp3',)).wrong)"
    command = [*powerless(), sys.executable, "-c", asked, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout == "may not be read by this user\n"


def test_the_folders_beside_are_those_that_show(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        laid(tmp_path, name, "x.mp3")
    laid(tmp_path, "file.mp3")
    assert Folders().folders(str(tmp_path)) == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert Folders().folders(str(tmp_path / "gone")) == []
