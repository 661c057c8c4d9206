"""`recipes`: the standing lists on the command line."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from proxy.library import migrate
from proxy.playlists.placeholders import Placeholder, Placeholders
from proxy.recipes import Caller
from proxy.recipes.book import Book, built_in, copy_beside
from tests.commands import typed
from tests.factories import NOW
from tests.kitchens import Diner, Upstream, caller, songs

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


def test_a_file_to_be_checked_that_is_not_there_is_no_matter_of_settings(tmp_path: Path) -> None:
    checked = run("--check", str(tmp_path / "none.toml"))
    assert checked.exit_code == 2
    assert "does not exist" in checked.stderr
    assert "RECIPES_PATH" not in checked.stderr


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
    here = visited(file, tmp_path, caller(), caller("ben", libraries=frozenset()))

    def states(user: str) -> list[str]:
        return [row["state"] for row in json.loads(run("--user", user, "--json", **here).output)]

    assert states("ana") == ["Mix, 9 songs", "not for this user"]
    assert states("ben")[0] == "not shown: nothing that may be heard is in the library now"
    assert run("hide", "mix", "--user", "ana", **here).output == "Mix is hidden from ana.\n"
    assert states("ana") == ["hidden", "not for this user"]
    assert run("show", "Mix", "--user", "ana", **here).output == "Mix is shown to ana.\n"
    assert states("ana") == ["Mix, 9 songs", "not for this user"]
    assert "Mix, 9 songs" in run("--user", "ana", **here).output


def visited(file: Path, folder: Path, *callers: Caller) -> dict[str, Any]:
    """The settings of a house in which these have asked for their lists."""
    at = Diner(folder, songs(300), MIX)
    asyncio.run(visit(at, *callers))
    return {"recipes_path": file, "db_path": at.path}


async def visit(at: Diner, *callers: Caller) -> None:
    for each in callers:
        await at.lists(each)
    at.close()


def test_a_list_that_waits_for_its_owner_says_so_also_beside_the_last_good_one(tmp_path: Path) -> None:
    loved = '[[recipe]]\nname = "Loved"\nsongs = 10\nseed_from = "starred"\n'
    at, upstream = Diner(tmp_path, songs(300), loved), Upstream([{"id": "t0001", "starred": "2026-01-01"}])
    here = {"recipes_path": at.file, "db_path": at.path}

    async def renewed() -> None:
        await at.lists(caller(ask=upstream.ask))
        at.snapshots.saw(caller("ben"), now=NOW)
        await at.standing.renew(NOW + timedelta(days=1), lambda name: None)
        at.close()

    asyncio.run(renewed())
    for user, state in (
        ("ana", "Loved, 10 songs; not made anew: waits for ana's next visit"),
        ("ben", "not shown: waits for ben's next visit"),
    ):
        (row,) = json.loads(run("--user", user, "--json", **here).output)
        assert (row["state"], row["reason"]) == (state, f"waits for {user}'s next visit")
        assert state in run("--user", user, **here).output


@pytest.mark.parametrize("typed", ["Ana", "ANA"])
def test_a_user_is_known_in_whatever_case(file: Path, tmp_path: Path, typed: str) -> None:
    here = visited(file, tmp_path, caller())
    assert run("hide", "mix", "--user", typed, **here).output == "Mix is hidden from ana.\n"
    assert json.loads(run("--user", typed, "--json", **here).output)[0]["state"] == "hidden"


def test_one_who_is_written_so_is_meant_before_one_who_is_not(file: Path, tmp_path: Path) -> None:
    here = visited(file, tmp_path, caller("ANA"), caller())
    assert run("hide", "mix", "--user", "ana", **here).output == "Mix is hidden from ana.\n"


@pytest.mark.parametrize("command", [("hide", "mix"), ("show", "mix"), ()])
def test_who_has_never_asked_for_lists_is_said_to_be_unknown(
    file: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    here = visited(file, tmp_path, caller(), caller("ben"))
    asked = run(*command, "--user", "anna", **here)
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert asked.stderr == (
        "playlistgen: Nobody called anna has asked playlistgen for lists yet. Did you mean ana? "
        "Else open anna's playlists in a client once.\n"
    )


def test_where_nobody_has_asked_yet_no_name_is_suggested(file: Path, tmp_path: Path) -> None:
    migrate(tmp_path / "library.db")
    asked = run("hide", "mix", "--user", "ana", recipes_path=file, db_path=tmp_path / "library.db")
    assert asked.exit_code == 2
    assert "Did you mean" not in asked.stderr


def test_what_is_not_for_a_user_is_said_to_be_not(file: Path, tmp_path: Path) -> None:
    here = visited(file, tmp_path, caller(), caller("root", is_admin=True))
    assert [
        json.loads(run("--user", user, "--json", **here).output)[1]["state"] for user in ("ana", "root")
    ] == ["not for this user", "Anew, 18 songs"]


# The list that is there to be renamed.


@pytest.fixture
def shown(file: Path, tmp_path: Path) -> dict[str, Any]:
    """The settings of a house in which ana has been shown one."""
    here = visited(file, tmp_path, caller(), caller("ben"))
    placeholders = Placeholders(here["db_path"])
    placeholders.put(Placeholder(placeholder_id="aip-1", owner="ana", songs=("s1",), created_at=NOW))
    placeholders.close()
    return here


def state(here: dict[str, Any], user: str = "ana") -> str | None:
    """That of the list to rename, None where it is not told of."""
    told = json.loads(run("--user", user, "--json", **here).output)
    return next((row["state"] for row in told if row["key"] == "ai rename me"), None)


@pytest.mark.parametrize("name", ["AI rename me", "AI rename me, e.g. ai: rainy jazz 60 min"])
def test_the_list_to_rename_is_hidden_and_shown_again(shown: dict[str, Any], name: str) -> None:
    assert (state(shown), state(shown, "ben")) == ("1 song", None)
    said = "AI rename me, e.g. ai: rainy jazz 60 min is hidden from ana.\n"
    assert run("hide", name, "--user", "Ana", **shown).output == said
    assert state(shown) == "hidden"
    assert run("show", name, "--user", "Ana", **shown).output == said.replace("hidden from", "shown to")
    assert state(shown) == "1 song"


def test_who_was_never_shown_the_list_to_rename_is_told_how_to_see_it(shown: dict[str, Any]) -> None:
    asked = run("show", "ai rename me", "--user", "ben", **shown)
    assert asked.exit_code == 2
    assert "ben has never been shown" in asked.stderr
    assert "PLACEHOLDER_CLIENTS" in asked.stderr


def test_where_no_client_is_shown_it_there_is_no_list_to_rename(shown: dict[str, Any]) -> None:
    here = {**shown, "placeholder_clients": ","}
    assert state(here) is None
    assert (
        "There is no recipe called ai rename me."
        in run("show", "ai rename me", "--user", "ana", **here).stderr
    )


def test_a_recipe_that_is_not_there_is_told_with_the_nearest(file: Path, tmp_path: Path) -> None:
    asked = run("hide", "mixes", "--user", "ana", **visited(file, tmp_path, caller()))
    assert asked.exit_code == 2
    assert asked.stderr == "playlistgen: There is no recipe called mixes. Did you mean Mix?\n"


def test_without_a_database_one_is_told_to_refresh(file: Path, tmp_path: Path) -> None:
    asked = run("hide", "mix", "--user", "ana", recipes_path=file, db_path=tmp_path / "nowhere.db")
    assert asked.exit_code == 2
    assert "`playlistgen refresh` makes it" in asked.stderr
