"""Copies of the database, and the database from a copy, told in a sentence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from proxy.errors import LibraryError, RecipeError
from proxy.library import copies
from proxy.library.database import check_place
from proxy.recipes.book import read_file
from proxy.refresh.lock import hold
from proxy.settings import Settings


def backup(settings: Settings, file: Path) -> str:
    """Raises LibraryError."""
    _refuse_stream(file)
    copies.backup(Path(settings.db_path), file)
    recipes = f" and the recipes in {settings.recipes_path} (RECIPES_PATH)" if settings.recipes_path else ""
    return f"{file}: {file.stat().st_size / 1e6:.1f} MB. The settings{recipes} are not in it: copy them too."


def restore(settings: Settings, file: Path, *, now: datetime) -> str:
    """Raises LibraryError, and RefreshRunning where somebody refreshes."""
    database = Path(settings.db_path)
    _refuse_stream(file)
    check_place(database)
    with hold(database, now=now):
        copies.restore(database, file)
    told = f"{database} is as it was in {file}. `playlistgen refresh` reads what has changed since."
    return f"{told}{_of_recipes(settings)}"


def _refuse_stream(file: Path) -> None:
    """`-` would be a file of that name; a copy is whole or not there at all, which no pipe can promise."""
    if str(file) == "-":
        raise LibraryError("A copy is a file: name one, and move that.")


def _of_recipes(settings: Settings) -> str:
    """They are not in a copy: on a new machine the file may be missing."""
    try:
        if settings.recipes_path:
            read_file(Path(settings.recipes_path))
    except RecipeError as error:
        return f" But {error}"
    return ""
