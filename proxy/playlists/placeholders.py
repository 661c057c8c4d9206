"""Lists that are there to be renamed, as the server remembers them: one at a time of each owner."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from proxy.library import timestamp
from proxy.library.writer import Writer
from proxy.playlists.name import fold, opening, prompt_of

KEY = "ai rename me"
ABOUT = "to be renamed to a prompt, for clients that cannot create an empty list"


def name_of(prefixes: Sequence[str]) -> str:
    """What every client shows, and no prompt itself; "" where none can be made of these prefixes."""
    name = f"AI rename me, e.g. {opening(prefixes)} rainy jazz 60 min"
    return name if prefixes and prompt_of(name, prefixes) is None else ""


def is_called(name: str, whole: str) -> bool:
    """Whether that is the whole name of it, where it has one, or its first words."""
    return bool(whole) and fold(name) in (KEY, fold(whole))


class Placeholder(Struct, frozen=True, kw_only=True):
    """`playlist_id` is the playlist that it became, "" while it waits for a name. Instants are aware."""

    placeholder_id: str
    owner: str
    songs: tuple[str, ...]
    created_at: datetime
    playlist_id: str = ""
    hidden_at: datetime | None = None


class Placeholders:
    """Every method raises LibraryError where the database does not take part."""

    def __init__(self, path: Path) -> None:
        self._writer = Writer(path)

    def get(self, placeholder_id: str) -> Placeholder | None:
        return next(iter(self._all("placeholder_id = ?", placeholder_id)), None)

    def of(self, owner: str) -> Sequence[Placeholder]:
        """All that he was ever shown; the one that has become no playlist, if any, is shown now."""
        return self._all("owner = ?", owner)

    def waiting(self, owner: str) -> Placeholder | None:
        """The one that has become no playlist, also where he has hidden it."""
        return next(iter(self._all("playlist_id = '' AND owner = ?", owner)), None)

    def that_became(self, playlist_id: str) -> Placeholder | None:
        return next(iter(self._all("playlist_id = ?", playlist_id)), None)

    def put(self, made: Placeholder) -> None:
        """Where there is one of that id already, it stays."""
        with self._writer.writing() as db:
            db.execute(
                """
                INSERT OR IGNORE INTO placeholders (placeholder_id, owner, songs, created_at)
                VALUES (?, ?, ?, ?)
                """,
                (made.placeholder_id, made.owner, json.dumps(made.songs), timestamp(made.created_at)),
            )

    def refill(self, placeholder_id: str, songs: Sequence[str]) -> None:
        """Its songs have gone from the library: these take their places."""
        self._change(
            "UPDATE placeholders SET songs = ? WHERE placeholder_id = ?", json.dumps(songs), placeholder_id
        )

    def became(self, placeholder_id: str, playlist_id: str) -> None:
        """It was given a name: another one takes its place."""
        self._change(
            "UPDATE placeholders SET playlist_id = ? WHERE placeholder_id = ?", playlist_id, placeholder_id
        )

    def hide(self, placeholder_id: str, *, now: datetime) -> None:
        """Its owner does not want one."""
        self._change(
            "UPDATE placeholders SET hidden_at = ? WHERE placeholder_id = ?", timestamp(now), placeholder_id
        )

    def show(self, placeholder_id: str) -> None:
        """He wants one again."""
        self._change("UPDATE placeholders SET hidden_at = NULL WHERE placeholder_id = ?", placeholder_id)

    def close(self) -> None:
        self._writer.close()

    def _change(self, statement: str, *values: str) -> None:
        with self._writer.writing() as db:
            db.execute(statement, values)

    def _all(self, where: str, value: str) -> list[Placeholder]:
        query = f"""
            SELECT placeholder_id, owner, songs, created_at, playlist_id, hidden_at
            FROM placeholders WHERE {where}
        """
        with self._writer.reading() as db:
            return [_placeholder(row) for row in db.execute(query, (value,))]


def _placeholder(row: Any) -> Placeholder:
    placeholder_id, owner, songs, created_at, playlist_id, hidden_at = row
    return Placeholder(
        placeholder_id=placeholder_id,
        owner=owner,
        songs=tuple(json.loads(songs)),
        created_at=datetime.fromisoformat(created_at),
        playlist_id=playlist_id,
        hidden_at=datetime.fromisoformat(hidden_at) if hidden_at else None,
    )
