"""The house: imports go down only, what decides does no I/O, and each kind of thing has one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "proxy"

# From the roof to the ground. What stands on one line does not see its neighbours.
LAYERS = """
__main__
cli
commands demo
app
asgi
endpoints
resources
recipes
refresh playlists
library embedding navidrome forward sound
hops inbox
subsonic http1
configuration
settings logs
notation
errors arrays counts remembered
"""
RANK = {name: rank for rank, line in enumerate(LAYERS.split("\n")) for name in line.split()}

PURE = (
    "subsonic/*.py",
    "playlists/prompt/*.py",
    "playlists/wish.py",
    "playlists/chance.py",
    "playlists/taste.py",
    "playlists/query.py",
    "playlists/energy.py",
    "playlists/objective.py",
    "playlists/terms.py",
    "playlists/prices.py",
    "playlists/exchange.py",
    "playlists/reach.py",
    "playlists/choose.py",
    "playlists/moves.py",
    "playlists/order.py",
    "playlists/candidates.py",
    "playlists/parts.py",
    "playlists/dictionary.py",
    "playlists/evidence.py",
    "playlists/feedback.py",
    "playlists/lexicon.py",
    "playlists/phrases.py",
    "playlists/reading.py",
    "playlists/translation.py",
    "playlists/typos.py",
    "playlists/years.py",
    "playlists/never.py",
    "playlists/versions.py",
    "playlists/likeness.py",
    "playlists/similar.py",
    "playlists/path.py",
    "library/artists.py",
    "library/credits.py",
    "library/inheritance.py",
    "library/recordings.py",
    "library/tags.py",
    "library/twins.py",
    "playlists/explain.py",
    "playlists/name.py",
    "recipes/recipe.py",
    "recipes/period.py",
    "recipes/fields.py",
    "recipes/lines.py",
    "recipes/nsp.py",
    "recipes/reading.py",
    "recipes/criteria.py",
    "recipes/picking.py",
    "recipes/seeds.py",
    "recipes/shown.py",
    "recipes/verdict.py",
    "refresh/changes.py",
    "refresh/places.py",
    "refresh/quiet.py",
    "refresh/songs.py",
    "embedding/texts.py",
    "embedding/answers.py",
    "sound/mel.py",
    "sound/network.py",
    "sound/styles.py",
    "sound/tempo.py",
)
DOES_IO = {"apsw", "asyncio", "httpx", "ollama", "os", "socket", "sqlite3", "starlette", "subprocess", "time"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """The modules that a file imports, also inside functions, as dotted names."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "proxy":
            yield from (f"proxy.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def part(file: Path) -> str:
    """The file or folder directly below `proxy` that a module belongs to."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_go_down_only(file: Path) -> None:
    if file == PACKAGE / "__init__.py":
        return
    own = part(file)
    for name in imports(file):
        below, _, _ = name.removeprefix("proxy.").partition(".")
        if not name.startswith("proxy.") or below in (own, "__version__"):
            continue
        assert RANK[below] > RANK[own], f"{file.name} ({own}) imports {name}"


def test_every_part_has_its_place() -> None:
    parts = {part(file) for file in MODULES} - {"__init__"}
    assert parts == set(RANK)


@pytest.mark.parametrize("pattern", PURE)
def test_what_decides_does_no_io(pattern: str) -> None:
    files = [*PACKAGE.glob(pattern)]
    assert files, f"{pattern} names no file"
    for file in files:
        assert not {name.partition(".")[0] for name in imports(file)} & DOES_IO, file


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_sql_and_the_environment_have_one_place(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    here = str(file.relative_to(PACKAGE))
    if not here.startswith("library/") and here not in (
        "playlists/store.py",
        "recipes/snapshots.py",
        "playlists/placeholders.py",
    ):
        assert not re.search(r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b", text), here
    if not here.startswith("cli/") and here != "library/dbmate.py":  # the latter hands it to dbmate
        assert "os.environ" not in text, here


ROOMS = {"own": set[str](), "prompt": set[str](), "virtual": {"prompt"}, "api": {"prompt", "virtual"}}
"""The folders of `proxy/endpoints`, and the others that each may see."""


@pytest.mark.parametrize("room", ROOMS)
def test_the_rooms_of_endpoints_see_only_those_below(room: str) -> None:
    names = {name for file in (PACKAGE / "endpoints" / room).glob("*.py") for name in imports(file)}
    seen = {name.removeprefix("proxy.endpoints.").partition(".")[0] for name in names}
    assert seen & set(ROOMS) - {room} <= ROOMS[room]


def test_every_room_of_endpoints_has_its_place() -> None:
    assert {file.parent.name for file in PACKAGE.glob("endpoints/*/__init__.py")} == set(ROOMS)
