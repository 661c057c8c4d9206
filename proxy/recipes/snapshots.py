"""The last good list of each recipe and user, as the server remembers it; who hid what, and who listens."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from proxy.library import timestamp
from proxy.library.writer import Writer
from proxy.recipes.recipe import Caller


class Snapshot(Struct, frozen=True, kw_only=True):
    """One list as it was made at `made_at` from the recipe of that digest; instants are aware.

    `created_at` is that of the first list of the recipe. `changed_at` moves when name, comment or songs
    do. `generation` is that of the index, `cover` an art id of upstream's, "four", or "" for none.
    `wish` and `explanation` are JSON, "" of a list that was made before they were kept.
    """

    owner: str
    recipe: str
    period: str
    digest: str
    generation: int
    name: str
    comment: str
    songs: tuple[str, ...]
    seconds: int
    cover: str
    made_at: datetime
    created_at: datetime
    changed_at: datetime
    valid_until: datetime
    wish: str = ""
    explanation: str = ""


_COLUMNS = Snapshot.__struct_fields__
_MOVING = [name for name in _COLUMNS if name not in ("owner", "recipe", "created_at", "changed_at")]


class InVain(Struct, frozen=True):
    """Why a recipe could not be filled well the last time; `attempt` "" where that was no verdict on it."""

    attempt: str
    reason: str = ""


class Shelf(Struct, frozen=True):
    """What one user has: by the recipe's key his snapshots and what was tried in vain, and what is hidden."""

    snapshots: dict[str, Snapshot] = {}
    hidden: frozenset[str] = frozenset()
    in_vain: dict[str, InVain] = {}


class Snapshots:
    """Every method raises LibraryError where the database does not take part."""

    def __init__(self, path: Path) -> None:
        self._writer = Writer(path)

    def shelf(self, owner: str) -> Shelf:
        with self._writer.reading() as db:
            query = f"SELECT {', '.join(_COLUMNS)} FROM snapshots WHERE owner = ?"
            found = [_snapshot(row) for row in db.execute(query, (owner,))]
            hidden: Any = db.execute("SELECT recipe FROM hidden_recipes WHERE owner = ?", (owner,))
            query = "SELECT recipe, attempt, reason FROM recipes_in_vain WHERE owner = ?"
            in_vain: Any = db.execute(query, (owner,))
            return Shelf(
                {each.recipe: each for each in found},
                frozenset(key for (key,) in hidden),
                {key: InVain(attempt, reason) for key, attempt, reason in in_vain},
            )

    def put(self, made: Snapshot) -> None:
        """In the place of the last one, which keeps `created_at`, and `changed_at` where nothing differs."""
        statement = f"""
            INSERT INTO snapshots ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
            ON CONFLICT (owner, recipe) DO UPDATE SET
              {", ".join(f"{name} = excluded.{name}" for name in _MOVING)},
              changed_at = IIF(
                (name, comment, songs) IS (excluded.name, excluded.comment, excluded.songs),
                changed_at, excluded.changed_at
              )
        """
        with self._writer.writing() as db:
            db.execute(statement, _values(made))
            db.execute(
                "DELETE FROM recipes_in_vain WHERE owner = ? AND recipe = ?", (made.owner, made.recipe)
            )

    def keep(self, made: Snapshot, songs: Sequence[str], *, now: datetime) -> None:
        """Some of its songs are gone; unless a newer one has come meanwhile."""
        statement = """
            UPDATE snapshots SET songs = ?, changed_at = ? WHERE owner = ? AND recipe = ? AND made_at = ?
        """
        with self._writer.writing() as db:
            values = (
                json.dumps(list(songs)),
                timestamp(now),
                made.owner,
                made.recipe,
                timestamp(made.made_at),
            )
            db.execute(statement, values)

    def gave_up(self, owner: str, recipe: str, in_vain: InVain) -> None:
        """It could not be filled well: where that is a verdict, the last good list is none any more."""
        with self._writer.writing() as db:
            if in_vain.attempt:
                db.execute("DELETE FROM snapshots WHERE owner = ? AND recipe = ?", (owner, recipe))
            statement = """
                INSERT OR REPLACE INTO recipes_in_vain (owner, recipe, attempt, reason) VALUES (?, ?, ?, ?)
            """
            db.execute(statement, (owner, recipe, in_vain.attempt, in_vain.reason))

    def hide(self, owner: str, recipe: str, *, now: datetime) -> None:
        with self._writer.writing() as db:
            statement = "INSERT OR IGNORE INTO hidden_recipes (owner, recipe, hidden_at) VALUES (?, ?, ?)"
            db.execute(statement, (owner, recipe, timestamp(now)))

    def show(self, owner: str, recipe: str) -> None:
        with self._writer.writing() as db:
            db.execute("DELETE FROM hidden_recipes WHERE owner = ? AND recipe = ?", (owner, recipe))

    def saw(self, caller: Caller, *, now: datetime) -> None:
        """He has asked for his lists."""
        libraries = None if caller.libraries is None else json.dumps(sorted(caller.libraries))
        statement = (
            "INSERT OR REPLACE INTO listeners (owner, libraries, is_admin, seen_at) VALUES (?, ?, ?, ?)"
        )
        with self._writer.writing() as db:
            db.execute(statement, (caller.name, libraries, int(caller.is_admin), timestamp(now)))

    def listeners(self, *, since: datetime) -> list[Caller]:
        """Those who have asked for their lists after that, as they were then; by name."""
        query = "SELECT owner, libraries, is_admin FROM listeners WHERE seen_at > ? ORDER BY owner"
        with self._writer.reading() as db:
            found: Any = db.execute(query, (timestamp(since),))
            return [
                Caller(
                    name=owner,
                    libraries=None if libraries is None else frozenset(json.loads(libraries)),
                    is_admin=bool(is_admin),
                )
                for owner, libraries, is_admin in found
            ]

    def close(self) -> None:
        self._writer.close()


def _values(made: Snapshot) -> tuple[str | int, ...]:
    values: list[Any] = [getattr(made, name) for name in _COLUMNS]
    return tuple(
        timestamp(value)
        if isinstance(value, datetime)
        else json.dumps(value)
        if isinstance(value, tuple)
        else value
        for value in values
    )


def _snapshot(row: Any) -> Snapshot:
    values = dict(zip(_COLUMNS, row, strict=True))
    instants = {
        name: datetime.fromisoformat(values[name]) for name in _COLUMNS if name.endswith(("_at", "until"))
    }
    return Snapshot(**values | instants | {"songs": tuple(json.loads(values["songs"]))})
