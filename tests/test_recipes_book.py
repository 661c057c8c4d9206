"""The recipes in force: the last good ones, whatever is being done to their file."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from proxy.errors import RecipeError
from proxy.recipes.book import LOOK_SECONDS, Book, built_in, copy_beside, read_file

ONE, TWO = '[[recipe]]\nname = "One"\n', '[[recipe]]\nname = "Two or more"\n'


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "recipes.toml"
    file.write_text(ONE)
    return file


def names(book: Book) -> list[str]:
    return [recipe.name for recipe in book.recipes]


def test_without_a_file_those_of_the_package_are_in_force() -> None:
    assert Book(None).recipes == built_in()
    assert Book(None).reload()


def test_a_file_takes_their_place_and_a_change_is_seen_within_a_second(file: Path, clock: Clock) -> None:
    book = Book(file, clock=clock)
    assert names(book) == ["One"]
    file.write_text(TWO)
    clock.time += LOOK_SECONDS / 2
    assert names(book) == ["One"]
    clock.time += LOOK_SECONDS / 2
    assert names(book) == ["Two or more"]


@pytest.mark.parametrize(
    "spoiled", [b"[[recipe]]\nnane = 1\n", b"[[rec", b"\xff", b"", b"# all of them are gone\n", None]
)
def test_what_cannot_be_read_leaves_the_last_good_ones(
    file: Path, clock: Clock, spoiled: bytes | None
) -> None:
    book = Book(file, clock=clock)
    assert names(book) == ["One"]
    file.unlink()
    if spoiled is not None:
        file.write_bytes(spoiled)
    clock.time += LOOK_SECONDS
    assert names(book) == ["One"]
    assert str(file) in book.error
    file.write_text(TWO)
    clock.time += LOOK_SECONDS
    assert names(book) == ["Two or more"]
    assert book.error == ""


def test_a_byte_order_mark_is_read_past(file: Path) -> None:
    file.write_text(TWO, encoding="utf-8-sig")
    assert names(Book(file)) == ["Two or more"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told(file: Path, encoding: str) -> None:
    file.write_text(TWO, encoding=encoding)
    with pytest.raises(RecipeError) as refused:
        read_file(file)
    assert str(refused.value) == f"{file} is written in UTF-16. Save it as UTF-8."


def test_what_is_no_utf_8_is_told_with_its_line(file: Path) -> None:
    file.write_bytes(f"{ONE}about = 'Grün'\n".encode("latin-1"))
    with pytest.raises(
        RecipeError, match=r"recipes.toml, line 3: this is not UTF-8. Save the file as UTF-8.$"
    ):
        read_file(file)


def test_who_wants_no_lists_says_so(file: Path) -> None:
    file.write_text("recipe = []\n")
    book = Book(file)
    assert (names(book), book.error) == ([], "")


def test_before_a_file_was_ever_good_those_of_the_package_are_in_force(tmp_path: Path) -> None:
    book = Book(tmp_path / "nowhere.toml")
    assert book.recipes == built_in()
    assert (
        book.error
        == f"{tmp_path}/nowhere.toml cannot be read: No such file or directory. Look at RECIPES_PATH."
    )


def test_reload_reads_at_once_and_says_how_it_went(file: Path, clock: Clock) -> None:
    book = Book(file, clock=clock)
    assert names(book) == ["One"]
    file.write_text(TWO)
    assert book.reload()
    assert names(book) == ["Two or more"]
    file.write_text("name")
    assert not book.reload()
    assert names(book) == ["Two or more"]


def test_after_a_restart_the_last_good_ones_are_in_force_still(file: Path) -> None:
    copy = copy_beside(file.with_name("library.db"))
    assert names(Book(file, copy=copy)) == ["One"]
    assert copy.name == "library.recipes.toml"
    assert copy.stat().st_mode & 0o777 == 0o600
    file.write_text("")
    book = Book(file, copy=copy)
    assert names(book) == ["One"]
    assert str(file) in book.error
    file.write_text(TWO)
    assert book.reload()
    assert copy.read_text().endswith(f".\n{TWO}")
    assert {each.name for each in file.parent.iterdir()} == {file.name, copy.name}


def test_a_copy_of_another_file_is_not_in_force(file: Path) -> None:
    copy = copy_beside(file.with_name("library.db"))
    assert names(Book(file, copy=copy)) == ["One"]
    other = file.with_name("other.toml")
    other.write_text("[[rec")
    assert Book(other, copy=copy).recipes == built_in()
    with pytest.raises(RecipeError, match=r"Until it is mended, those in the package are in force.$"):
        read_file(other, copy=copy)
    copy.write_text(ONE)  # by whom, and of what?
    file.write_text("")
    assert Book(file, copy=copy).recipes == built_in()


def test_a_copy_says_of_when_the_recipes_are_that_stay(file: Path) -> None:
    copy = copy_beside(file.with_name("library.db"))
    assert names(Book(file, copy=copy)) == ["One"]
    os.utime(copy, (0, datetime(2026, 11, 3, 18, 30).astimezone().timestamp()))
    file.write_text(f"{ONE}nane = 1")
    with pytest.raises(RecipeError) as refused:
        read_file(file, copy=copy)
    assert str(refused.value) == (
        f"{file}, line 3, nane: nane is no field of a recipe. Did you mean name? "
        "Until it is mended, the last good ones stay in force, of 3 November 2026, 18:30."
    )


def test_a_copy_is_written_only_where_it_would_differ_and_need_not_be(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.toml"
    assert names(Book(file, copy=copy)) == ["One"]
    before = copy.stat()
    assert names(Book(file, copy=copy)) == ["One"]
    assert copy.stat() == before
    assert names(Book(file, copy=tmp_path / "nowhere" / "copy.toml")) == ["One"]
