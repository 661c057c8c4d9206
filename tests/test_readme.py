"""The front door is true: every setting, command and exit code stands in it."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import click
import pytest

from proxy import settings
from proxy.cli import main
from proxy.commands.topics import text
from proxy.playlists.prompt import Vocabulary, parse, render
from proxy.playlists.wish import CURVES
from proxy.recipes.reading import read as read_recipes
from proxy.recipes.seeds import SOURCES, TIMES
from proxy.recipes.values import LEVELS, READERS
from proxy.settings import Settings
from tests.data import prompts
from tests.data.prompts.examples import EXAMPLES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPES = text("recipes")


def rows() -> list[str]:
    """The table of settings as it must stand in the README."""
    default = Settings()
    return [
        f"| `{name.upper()}` | {_shown(getattr(default, name))} | {meaning} |"
        for name, meaning in settings.meanings().items()
    ]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"`{value}`".lower()
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`" if value != "" else ""


def test_the_table_of_settings_is_that_of_the_code() -> None:
    table = "\n".join(["| Setting | Default | Meaning |", "| --- | --- | --- |", *rows()])
    assert f"<!-- settings -->\n\n{table}\n\n<!-- /settings -->" in README


def test_what_can_be_said_in_a_prompt_is_understood_so() -> None:
    library = Vocabulary.of(prompts.GENRES, prompts.ARTISTS)
    table = "| Say what | For example | And it is understood as |\n| --- | --- | --- |\n"
    for what, prompt in EXAMPLES:
        wish = parse(prompt, library, now=prompts.NOW, playlists=prompts.PLAYLISTS)
        table += f"| {what} | `ai: {prompt}` | {render(wish)} |\n"
    assert f"<!-- prompts -->\n\n{table}\n<!-- /prompts -->" in README


def test_the_recipes_it_shows_can_be_read_and_say_all_that_a_recipe_can() -> None:
    shown = re.search(r"may have:\n\n((?: {4}.*\n|\n)+)", RECIPES)
    assert shown
    slow, genre = read_recipes(dedent(shown[1]), "recipes.md")
    assert (slow.minutes, slow.seeds, genre.key) == (
        45,
        ("starred", "evening", "playlist Road trip"),
        "genre",
    )
    for field in READERS:
        assert re.search(rf"\b{field}\b", shown[1]), field


def test_the_words_of_recipes_it_names_exist() -> None:
    for word in (*SOURCES, *TIMES, *CURVES, *LEVELS):
        assert re.search(rf"\b{word}\b", RECIPES), word


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_stands_in_it(name: str) -> None:
    assert f"`playlistgen {name}" in README
    assert main.commands[name].help


@pytest.mark.parametrize("option", ["--host", "--workers", "--stage", "--limit", "--again"])
def test_options_it_names_exist(option: str) -> None:
    known = {o for command in main.commands.values() for p in command.params for o in p.opts}
    assert option in known


def test_exit_codes_are_those_of_the_help() -> None:
    codes = (
        "0 all is well, 1 done but with faults, 2 it could not be done, 3 another refresh is at work, "
        "130 stopped by Ctrl-C."
    )
    assert codes in " ".join(README.split())
    assert codes in " ".join(main.get_help(click.Context(main)).split())


def test_every_make_target_has_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE), target


def test_every_part_of_the_package_stands_in_the_picture_of_the_house() -> None:
    for path in (ROOT / "proxy").iterdir():
        if path.name.startswith("__"):
            continue
        assert f"  {path.name}{'/' if path.is_dir() else ''} " in README or f" {path.name}" in README
