"""The recipes in force: those of a file, read again when it changes, or those in the package."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
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


def read_file(path: Path) -> tuple[Recipe, ...]:
    """Raises RecipeError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"{path} cannot be read: {error.strerror}. Look at RECIPES_PATH.") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: this is not TOML, which is written in UTF-8.") from error
    return read(text, str(path))


class Book:
    """`path` None stands for the recipes in the package, which are in force too until a file can be read.

    `clock` is monotonic, in seconds. It may be asked from any thread and never raises: what is wrong with
    the file is a log line and `error`, and the last good recipes stay.
    """

    def __init__(self, path: Path | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.error = ""
        self._path = path
        self._clock = clock
        self._turn = threading.Lock()
        self._recipes = built_in()
        self._stamp: Stamp | None = None
        self._looked = float("-inf")

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        with self._turn:
            if self._path is not None and self._clock() - self._looked >= LOOK_SECONDS:
                self._look(self._path)
            return self._recipes

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
            self._recipes, self.error = read_file(path), ""
        except RecipeError as error:
            self.error = str(error)
            log.warning("the recipes stay as they were", reason=self.error)
        else:
            log.info("the recipes were read", file=str(path), recipes=len(self._recipes))


_NOWHERE: Stamp = (0, 0, 0)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return _NOWHERE
    return found.st_ino, found.st_mtime_ns, found.st_size
