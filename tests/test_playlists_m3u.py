"""`.m3u8`: what stands in the file, and how it comes to stand there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import PlaylistgenError
from proxy.playlists.m3u import Entry, mapped, path_map, text, write

NAMES = st.text(max_size=40)
ENTRIES = st.builds(
    Entry,
    path=st.text(min_size=1, max_size=40).filter(lambda path: path.split()),
    artist=NAMES,
    title=NAMES,
    seconds=st.floats(0, 36_000),
)


def test_a_list_is_written_as_extended_m3u() -> None:
    entries = [
        Entry("/music/a.flac", "Nina Simone", "Sinnerman", 622.6),
        Entry("/music/b.mp3", "", "Untitled", 59.4),
    ]
    assert text("ai: long ones", entries) == (
        "#EXTM3U\n"
        "#PLAYLIST:ai: long ones\n"
        "#EXTINF:623,Nina Simone - Sinnerman\n"
        "/music/a.flac\n"
        "#EXTINF:59,Untitled\n"
        "/music/b.mp3\n"
    )


def test_an_empty_list_has_its_name() -> None:
    assert text("nothing", []) == "#EXTM3U\n#PLAYLIST:nothing\n"


@given(name=NAMES, entries=st.lists(ENTRIES, max_size=8))
def test_whatever_the_names_every_entry_is_two_lines(name: str, entries: list[Entry]) -> None:
    head, called, *rest = text(name, entries).splitlines()
    assert (head, called.startswith("#PLAYLIST:")) == ("#EXTM3U", True)
    assert len(rest) == 2 * len(entries)
    for entry, information, path in zip(entries, rest[::2], rest[1::2], strict=True):
        assert information.startswith(f"#EXTINF:{round(entry.seconds)},")
        assert path.removeprefix("./").split() == entry.path.removeprefix("./").split()


@pytest.mark.parametrize(
    ("setting", "pairs"),
    [
        ("", []),
        (" , ", []),
        ("/music=/nas", [("/music", "/nas")]),
        ("/m=/a, /music/live = /b", [("/music/live", "/b"), ("/m", "/a")]),
        ("/music=", [("/music", "")]),
        ("/music=smb://nas/a=b", [("/music", "smb://nas/a=b")]),
    ],
)
def test_a_path_map_is_pairs_with_the_longest_first(setting: str, pairs: list[tuple[str, str]]) -> None:
    assert path_map(setting) == pairs


@pytest.mark.parametrize("setting", ["/music", "/a=/b, /c"])
def test_half_a_pair_is_refused(setting: str) -> None:
    with pytest.raises(PlaylistgenError, match="M3U_PATH_MAP"):
        path_map(setting)


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("/music/a.flac", "/nas/a.flac"),
        ("/music/live/a.flac", "/stage/a.flac"),
        ("/musical/a.flac", "/musical/a.flac"),
        ("/other/music/a.flac", "/other/music/a.flac"),
        ("/music", "/nas"),
    ],
)
def test_only_whole_folders_at_the_front_are_mapped(path: str, result: str) -> None:
    assert mapped(path, path_map("/music=/nas, /music/live=/stage")) == result


def test_a_prefix_that_ends_in_a_slash_is_mapped_as_it_stands() -> None:
    assert mapped("/music/a.flac", path_map("/music/=Z:/")) == "Z:/a.flac"


def test_an_empty_prefix_stands_before_relative_paths_only() -> None:
    pairs = path_map("=/music/, /nas=/mnt")
    assert mapped("Ada/a.flac", pairs) == "/music/Ada/a.flac"
    assert mapped("/nas/a.flac", pairs) == "/mnt/a.flac"
    assert mapped("/other/a.flac", pairs) == "/other/a.flac"


@given(path=st.text(max_size=40))
def test_without_a_map_a_path_stays(path: str) -> None:
    assert mapped(path, path_map("")) == path


def test_a_file_is_written_with_the_folders_that_lead_to_it(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "list.m3u8"
    write(file, "#EXTM3U\nBjörk\n")
    assert file.read_bytes() == "#EXTM3U\nBjörk\n".encode()
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_file_is_replaced_and_never_half_written(tmp_path: Path) -> None:
    file = tmp_path / "list.m3u8"
    write(file, "old")
    with file.open(encoding="utf-8") as reader:
        write(file, "new")
        assert reader.read() == "old"  # whoever was reading has the whole old one
    assert file.read_text(encoding="utf-8") == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["list.m3u8"]


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PlaylistgenError, match="cannot be written"):
        write(tmp_path / "file" / "list.m3u8", "")


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "list.m3u8").mkdir()
    (tmp_path / "list.m3u8" / "something").touch()
    with pytest.raises(PlaylistgenError, match="cannot be written"):
        write(tmp_path / "list.m3u8", "new")
    assert [each.name for each in tmp_path.iterdir()] == ["list.m3u8"]


def test_a_path_that_looks_like_a_comment_is_none() -> None:
    assert text("x", [Entry("#1 Hits/a.mp3", "", "A", 1)]).splitlines()[-1] == "./#1 Hits/a.mp3"
