"""The recipes in force: those of a file, read again when it changes, or those in the package."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import structlog

from proxy.errors import RecipeError
from proxy.recipes.reading import read
from proxy.recipes.recipe import Recipe

BUILT_IN = "built_in.toml"
LOOK_SECONDS = 1.0  # between two looks at the file

Stamp = tuple[int, int, int]

log = structlog.get_logger()


@cache
def built_in() -> tuple[Recipe, ...]:
    return read(files("proxy.recipes").joinpath(BUILT_IN).read_text(encoding="utf-8"), BUILT_IN)


def read_file(path: Path, *, copy: Path | None = None) -> tuple[Recipe, ...]:
    """Raises RecipeError, which with a copy says too what is in force until the file is mended."""
    try:
        return read(_text(path), str(path))
    except RecipeError as error:
        if copy is None:
            raise
        raise RecipeError(f"{error} {_in_force(path, copy)}") from error


def copy_beside(database: Path) -> Path:
    """Where the last good recipes are kept for the next start."""
    return database.with_name(f"{database.stem}.recipes.toml")


def _in_force(path: Path, copy: Path) -> str:
    if _kept(copy, of=path) is None:
        return "Until it is mended, those in the package are in force."
    since = datetime.fromtimestamp(copy.stat().st_mtime).astimezone()
    return f"Until it is mended, the last good ones stay in force, of {since.day} {since:%B %Y, %H:%M}."


def _text(path: Path) -> str:
    try:
        written = path.read_bytes()
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror}. Look at RECIPES_PATH.") from error
    if b"\0" in written or written.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise RecipeError(f"{path} is written in UTF-16. Save it as UTF-8.")
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise RecipeError(f"{path}, line {line}: this is not UTF-8. Save the file as UTF-8.") from error


class Book:
    """`path` None stands for the recipes in the package.

    Until the file can be read, those of `copy` are in force, which has what could be read of this file last,
    before a restart too; without a copy, those in the package.

    `clock` is monotonic, in seconds. It may be asked from any thread and never raises: what is wrong with
    the file is a log line and `error`, and the last good recipes stay.
    """

    def __init__(
        self, path: Path | None, *, copy: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.error = ""
        self._path = path
        self._copy = copy
        self._clock = clock
        self._turn = threading.Lock()
        self._recipes: tuple[Recipe, ...] | None = built_in() if path is None else None
        self._stamp: Stamp | None = None
        self._looked = float("-inf")

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        with self._turn:
            if self._path is not None and self._clock() - self._looked >= LOOK_SECONDS:
                self._look(self._path)
            return built_in() if self._recipes is None else self._recipes

    def reload(self) -> bool:
        """Read the file now, whether or not it has changed; whether its recipes are in force."""
        with self._turn:
            if self._path is not None:
                self._stamp = None
                self._look(self._path)
            return not self.error

    def _look(self, path: Path) -> None:
        self._looked = self._clock()
        stamp = _stamp(path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            text = _text(path)
            self._recipes, self.error = read(text, str(path)), ""
        except RecipeError as error:
            self.error = str(error)
            self._stay(path)
        else:
            log.info("the recipes were read", file=str(path), recipes=len(self._recipes))
            if self._copy is not None:
                _keep(_heading(path) + text, self._copy)

    def _stay(self, path: Path) -> None:
        if self._recipes is not None:
            log.warning("the recipes stay as they were", reason=self.error)
            return
        self._recipes = _kept(self._copy, of=path) if self._copy is not None else None
        force = "those in the package" if self._recipes is None else str(self._copy)
        self._recipes = built_in() if self._recipes is None else self._recipes
        log.warning("the recipes stay as they were", reason=self.error, in_force=force)


def _heading(path: Path) -> str:
    return f"# The last good recipes of {str(path.absolute())!r}.\n"


def _kept(copy: Path, *, of: Path) -> tuple[Recipe, ...] | None:
    """None where the copy is of another file, or nothing can be read from it."""
    with suppress(RecipeError):
        text = _text(copy)
        return read(text, str(copy)) if text.startswith(_heading(of)) else None
    return None


def _keep(text: str, copy: Path) -> None:
    """For the next start; nobody else may read it, as it may name users."""
    try:
        if copy.exists() and copy.read_bytes() == text.encode():
            return
        handle, name = tempfile.mkstemp(dir=copy.parent, prefix=f".{copy.name}.")  # of mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(copy)
    except OSError as error:
        log.warning("the recipes were not kept for the next start", file=str(copy), reason=error.strerror)


_NOWHERE: Stamp = (0, 0, 0)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return _NOWHERE
    return found.st_ino, found.st_mtime_ns, found.st_size
