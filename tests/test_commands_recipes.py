"""`recipes`: the standing lists on the command line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from proxy.library import migrate
from proxy.recipes.book import Book, built_in, copy_beside
from tests.commands import typed
from tests.kitchens import Diner, caller, songs

MIX = (
    '[[recipe]]\nname = "Mix"\nminutes = 30\n[[recipe]]\nname = "Anew"\nrefresh = "on open"\nfor = "admins"\n'
)


def run(*arguments: str, **settings: Any) -> Result:
    environ = {name.upper(): str(value) for name, value in settings.items()}
    return typed("recipes", *arguments, env=environ)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "recipes.toml"
    file.write_text(MIX)
    return file


def test_without_a_file_it_lists_what_is_built_in() -> None:
    listed = run()
    assert listed.exit_code == 0
    assert [line.split("  ")[0] for line in listed.output.splitlines()[1:]] == [r.name for r in built_in()]


def test_as_json_it_tells_when_each_is_made_anew(file: Path) -> None:
    mix, anew = json.loads(run("--json", recipes_path=file).output)
    assert (mix["name"], mix["refresh"], mix["for"]) == ("Mix", "daily 04:00", "all")
    assert mix["next"] > "2026"
    assert (anew["next"], anew["for"]) == (None, "admins")


def test_a_file_that_is_well_is_said_to_be(file: Path) -> None:
    assert run("--check", str(file)).output == f"{file}: 2 recipes, and all can be read.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MIX + "minuts = 4\n", "line 8, minuts: minuts is no field of a recipe. Did you mean minutes?"),
        ("", "holds no recipe. Begin each with [[recipe]]."),
    ],
)
def test_what_is_wrong_with_a_file_is_told(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    checked = run("--check", str(file))
    assert checked.exit_code == 2
    assert checked.stderr.startswith(f"playlistgen: {file}")
    assert said in checked.stderr


def test_what_stays_in_force_is_told_with_what_is_wrong(file: Path, tmp_path: Path) -> None:
    here = {"recipes_path": file, "db_path": tmp_path / "library.db"}
    assert Book(file, copy=copy_beside(here["db_path"])).recipes
    file.write_text("[[recipe]]\n")
    assert "Until it is mended, the last good ones stay in force, of " in run(**here).stderr


def test_a_list_is_hidden_from_a_user_and_shown_again(file: Path, tmp_path: Path) -> None:
    at = Diner(tmp_path, songs(300), MIX)
    asyncio.run(visit(at))
    here = {"recipes_path": file, "db_path": at.path}

    def states(user: str) -> list[str]:
        return [row["state"] for row in json.loads(run("--user", user, "--json", **here).output)]

    nothing = "not made, or not well enough filled"
    assert states("ana") == ["Mix, 9 songs", nothing]
    assert states("ben") == [nothing, nothing]
    assert run("hide", "mix", "--user", "ana", **here).output == "Mix is hidden from ana.\n"
    assert states("ana") == ["hidden", nothing]
    assert run("show", "Mix", "--user", "ana", **here).output == "Mix is shown to ana.\n"
    assert states("ana") == ["Mix, 9 songs", nothing]
    assert "Mix, 9 songs" in run("--user", "ana", **here).output


async def visit(at: Diner) -> None:
    await at.lists(caller())
    at.close()


def test_a_recipe_that_is_not_there_is_told_with_the_nearest(file: Path, tmp_path: Path) -> None:
    migrate(tmp_path / "library.db")
    asked = run("hide", "mixes", "--user", "ana", recipes_path=file, db_path=tmp_path / "library.db")
    assert asked.exit_code == 2
    assert asked.stderr == "playlistgen: There is no recipe called mixes. Did you mean Mix?\n"


def test_without_a_database_one_is_told_to_refresh(file: Path, tmp_path: Path) -> None:
    asked = run("hide", "mix", "--user", "ana", recipes_path=file, db_path=tmp_path / "nowhere.db")
    assert asked.exit_code == 2
    assert "`playlistgen refresh` makes it." in asked.stderr
