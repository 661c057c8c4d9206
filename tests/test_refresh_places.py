"""Which prefix may stand for which, and which explains a sample."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import SettingsError
from proxy.library.files import File, Library
from proxy.refresh.places import Music, Prefix, best, candidates, is_told, music_of, path_of, shared_folder
from proxy.settings import Settings


@pytest.mark.parametrize(
    ("there", "path", "parts"),
    [
        ("/music", "/music/a/b.mp3", ("a", "b.mp3")),
        ("/music/", "/music/a.mp3", ("a.mp3",)),
        ("/", "/music/a.mp3", ("music", "a.mp3")),
        ("", "a/b.mp3", ("a", "b.mp3")),
        ("", "/a/b.mp3", None),
        ("/music", "/musical/a.mp3", None),
        ("/music", "a.mp3", None),
        ("/music", "/music", None),
        ("/music", "/music/", None),
        ("/music", "/music//a/./b.mp3", ("a", "b.mp3")),
        ("/music", "/music/../etc/passwd", None),
        ("/music", "/music/a/..", None),
        ("", "../a.mp3", None),
        ("", "a\0b.mp3", None),
        ("/music", "/music/..a/b...mp3", ("..a", "b...mp3")),
    ],
)
def test_a_path_lies_in_whole_folders(there: str, path: str, parts: tuple[str, ...] | None) -> None:
    assert Prefix(there, "/here").mapped(path) == parts


@given(st.text("ab./\0", max_size=20), st.sampled_from(["", "/", "/a", "/a/"]))
def test_no_path_leads_out(path: str, there: str) -> None:
    parts = Prefix(there, "/here").mapped(path)
    assert parts is None or not {"", ".", ".."} & set(parts)


@pytest.mark.parametrize(
    ("library", "common"),
    [
        (Library("/music", "a/b/c.mp3", "x/y/z.mp3"), "/music"),
        (Library("/music", "flac/a/1.mp3", "flac/b/2.mp3"), "/music/flac"),
        (Library("/music", "a/1.mp3", "a/1.mp3"), "/music/a"),
        (Library("", "/srv/music/a/1.mp3", "/srv/music/b/1.mp3"), "/srv/music"),
        (Library("", "a/1.mp3", "b/2.mp3"), ""),
        (Library("", "/a/1.mp3", "b/2.mp3"), ""),
    ],
)
def test_the_folder_of_all_files_is_that_of_the_first_and_last(library: Library, common: str) -> None:
    assert shared_folder(library) == common


def there_and_here(library: Library, music: Music, beside: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return list(dict.fromkeys((p.there, p.here) for p in candidates(library, music, beside)))


def test_without_a_word_the_music_is_where_upstream_has_it_or_where_it_usually_is() -> None:
    assert there_and_here(Library("/data/m", "a/1.mp3", "b/2.mp3"), Music()) == [
        ("/data/m", "/data/m"),
        ("/data/m", "/music"),
        ("/data", "/music"),
        ("/", "/music"),
    ]
    assert there_and_here(Library("", "a/1.mp3", "b/2.mp3"), Music()) == [("", "/music")]


def test_the_folder_that_was_named_comes_first_and_then_what_is_in_it() -> None:
    found = there_and_here(Library("/music", "a/1.mp3", "b/2.mp3"), Music("/nas"), ("/nas/old", "/nas/new"))
    assert found[:3] == [("/music", "/nas"), ("/nas/music"[4:], "/nas/music"), ("/music", "/music")]
    assert ("/music", "/nas/new") in found
    assert ("/", "/nas") in found


def test_what_was_mapped_by_hand_comes_before_all() -> None:
    music = music_of(Settings(library_map="/m=/a, /m/live=/b", library_path="/c"))
    assert music.prefixes == (Prefix("/m/live", "/b", given=True), Prefix("/m", "/a", given=True))
    assert [p.here for p in candidates(Library("/m", "x.mp3", "y.mp3"), music)][:3] == ["/b", "/a", "/c"]


def test_half_a_pair_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"LIBRARY_MAP: '/m' has no `=`"):
        music_of(Settings(library_map="/m"))


SAMPLE = [File(f"t{n}", "/music", f"{n}.mp3") for n in range(100)]


def chosen(*shares: tuple[Prefix, int]) -> tuple[Prefix | None, int]:
    """What is chosen where under each prefix that many of a hundred files are."""
    here = dict(shares)
    return best(list(here), SAMPLE, lambda prefix, file: int(file.track_id[1:]) < here[prefix])


GIVEN, GUESS, OTHER = Prefix("/m", "/given", given=True), Prefix("/m", "/guess"), Prefix("/m", "/other")


@pytest.mark.parametrize(
    ("shares", "prefix", "count"),
    [
        ([(GIVEN, 100), (GUESS, 100)], GIVEN, 100),
        ([(GIVEN, 94), (GUESS, 95)], GUESS, 95),
        ([(GUESS, 94), (OTHER, 96)], OTHER, 96),
        ([(GIVEN, 3), (GUESS, 94)], GIVEN, 3),
        ([(GUESS, 94)], None, 0),
        ([(GIVEN, 0)], None, 0),
        ([], None, 0),
    ],
)
def test_a_guess_must_explain_nearly_all_and_what_was_named_anything(
    shares: list[tuple[Prefix, int]], prefix: Prefix | None, count: int
) -> None:
    assert chosen(*shares) == (prefix, count)


def test_a_wrong_guess_is_given_up_early() -> None:
    asked: list[File] = []
    best([GUESS], SAMPLE, lambda prefix, file: bool(asked.append(file)))
    assert len(asked) == 6


def test_a_whole_path_is_told_and_another_may_be_made_up() -> None:
    assert path_of(File("t", "/music", "a/b.mp3")) == "/music/a/b.mp3"
    assert is_told(File("t", "/music", "a/b.mp3"))
    assert is_told(File("t", "", "/music/a/b.mp3"))
    assert not is_told(File("t", "", "a/b.mp3"))
