"""The lists made from a name, as the server remembers them: whose, from what wish, frozen or not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from proxy.library.database import timestamp
from proxy.library.writer import Writer

KEEP_SERVED = timedelta(days=90)
KEEP_BEGUN = timedelta(days=1)  # a list that nobody asked for again by then is as its owner wants it


class PromptPlaylist(Struct, frozen=True, kw_only=True):
    """A row about one list. `name_key` is the name as names are compared; instants are aware.

    `generation` is that of the index it was made from, `songs` what it was given then, seeds among them.
    """

    playlist_id: str
    owner: str
    name: str
    name_key: str
    generation: int
    wish: str
    explanation: str
    comment: str
    seeds: tuple[str, ...]
    songs: tuple[str, ...]
    made_at: datetime
    frozen_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def is_filled(self) -> bool:
        """Whether there were songs to give it: not while the library had not been read, say."""
        return bool(json.loads(self.explanation).get("songs"))

    def age(self, now: datetime) -> timedelta:
        return now - self.made_at


class Begun(Struct, frozen=True, kw_only=True):
    """A create as it is about to be asked of upstream: what the list will hold, and what it will be told.

    `others` are the ids of the lists that there were before.
    """

    owner: str
    name: str
    name_key: str
    songs: tuple[str, ...]
    comment: str
    others: frozenset[str]
    begun_at: datetime


class Store:
    """Every method raises LibraryError where the database does not take part."""

    def __init__(self, path: Path) -> None:
        self._writer = Writer(path)

    def get(self, playlist_id: str) -> PromptPlaylist | None:
        """A list that was made and not deleted."""
        return self._one("playlist_id = ? AND deleted_at IS NULL", playlist_id)

    def known(self, playlist_ids: Sequence[str]) -> dict[str, PromptPlaylist]:
        """Those of the lists that were made and not deleted, by id."""
        wanted = "playlist_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL"
        return {made.playlist_id: made for made in self._all(wanted, json.dumps(list(playlist_ids)))}

    def named(self, owner: str, name_key: str) -> PromptPlaylist | None:
        """The newest list of that name that was not deleted."""
        return self._one("owner = ? AND name_key = ? AND deleted_at IS NULL", owner, name_key)

    def lately_deleted(self, owner: str, *, since: datetime) -> list[PromptPlaylist]:
        """The owner's lists that were deleted after `since`, the newest first."""
        return self._all("owner = ? AND deleted_at > ?", owner, timestamp(since))

    def served(self, owner: str, *, since: datetime) -> frozenset[str]:
        """The songs that the owner's lists were given after `since`."""
        statement = "SELECT DISTINCT track_id FROM served WHERE owner = ? AND served_at > ?"
        with self._writer.reading() as db:
            found: Any = db.execute(statement, (owner, timestamp(since)))
            return frozenset(song for (song,) in found)

    def begin(self, begun: Begun) -> None:
        """Note a create before upstream is asked for the list; `put` ends it."""
        songs, others = json.dumps(begun.songs), json.dumps(sorted(begun.others))
        told, began = (begun.name, songs, begun.comment, others), timestamp(begun.begun_at)
        with self._writer.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO creates_begun VALUES (?, ?, ?, ?, ?, ?, ?)",
                (begun.owner, begun.name_key, *told, began),
            )
            db.execute(
                "DELETE FROM creates_begun WHERE begun_at < ?", (timestamp(begun.begun_at - KEEP_BEGUN),)
            )

    def begun(self, owner: str, name_key: str, *, now: datetime) -> Begun | None:
        """The last create of that name, where it was cut before its end."""
        statement = """
            SELECT name, songs, comment, others, begun_at FROM creates_begun
            WHERE owner = ? AND name_key = ? AND begun_at >= ?
        """
        with self._writer.reading() as db:
            row: Any = db.execute(statement, (owner, name_key, timestamp(now - KEEP_BEGUN))).fetchone()
        return _begun(owner, name_key, row) if row else None

    def put(self, made: PromptPlaylist) -> None:
        """Remember a list, and what it was given as served."""
        with self._writer.writing() as db:
            db.execute(
                """
                INSERT OR REPLACE INTO prompt_playlists (
                  playlist_id, owner, name, name_key, generation, wish, explanation, comment, seeds,
                  songs, made_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                _values(made),
            )
            db.executemany(
                "INSERT OR IGNORE INTO served (owner, track_id, served_at) VALUES (?, ?, ?)",
                ((made.owner, song, timestamp(made.made_at)) for song in made.songs),
            )
            db.execute(
                "DELETE FROM creates_begun WHERE owner = ? AND name_key = ?", (made.owner, made.name_key)
            )
            db.execute("DELETE FROM served WHERE served_at < ?", (timestamp(made.made_at - KEEP_SERVED),))

    def add_seeds(self, playlist_id: str, seeds: Sequence[str]) -> None:
        """Songs that the owner added while the list was being made."""
        self._change(
            """
            UPDATE prompt_playlists SET seeds = (
              SELECT json_group_array(value) FROM (
                SELECT value FROM json_each(seeds) UNION ALL SELECT value FROM json_each(?)
              )
            ) WHERE playlist_id = ?
            """,
            json.dumps(list(seeds)),
            playlist_id,
        )

    def rename(self, playlist_id: str, name: str, name_key: str) -> None:
        """Called something else by its owner: no prompt finds it under the old name any more."""
        self._change(
            "UPDATE prompt_playlists SET name = ?, name_key = ? WHERE playlist_id = ?",
            name,
            name_key,
            playlist_id,
        )

    def freeze(self, playlist_id: str, *, now: datetime) -> None:
        """Edited by its owner: it stays as it is until it is renamed or created again."""
        self._change(
            "UPDATE prompt_playlists SET frozen_at = ? WHERE playlist_id = ? AND frozen_at IS NULL",
            timestamp(now),
            playlist_id,
        )

    def delete(self, playlist_id: str, songs: Sequence[str], *, now: datetime) -> None:
        """Kept as deleted with its last songs: some clients edit by deleting and creating."""
        self._change(
            "UPDATE prompt_playlists SET deleted_at = ?, songs = ? WHERE playlist_id = ?",
            timestamp(now),
            json.dumps(list(songs)),
            playlist_id,
        )

    def close(self) -> None:
        self._writer.close()

    def _one(self, where: str, *values: str) -> PromptPlaylist | None:
        return next(iter(self._all(where, *values)), None)

    def _all(self, where: str, *values: str) -> list[PromptPlaylist]:
        """The newest first."""
        statement = f"""
            SELECT playlist_id, owner, name, name_key, generation, wish, explanation, comment, seeds, songs,
              made_at, frozen_at, deleted_at
            FROM prompt_playlists WHERE {where} ORDER BY made_at DESC
        """
        with self._writer.reading() as db:
            return [_made(row) for row in db.execute(statement, values)]

    def _change(self, statement: str, *values: str) -> None:
        with self._writer.writing() as db:
            db.execute(statement, values)


def _values(made: PromptPlaylist) -> tuple[str | int, ...]:
    return (
        made.playlist_id,
        made.owner,
        made.name,
        made.name_key,
        made.generation,
        made.wish,
        made.explanation,
        made.comment,
        json.dumps(made.seeds),
        json.dumps(made.songs),
        timestamp(made.made_at),
    )


def _begun(owner: str, name_key: str, row: Any) -> Begun:
    name, songs, comment, others, begun_at = row
    return Begun(
        owner=owner,
        name=name,
        name_key=name_key,
        songs=tuple(json.loads(songs)),
        comment=comment,
        others=frozenset(json.loads(others)),
        begun_at=datetime.fromisoformat(begun_at),
    )


def _made(row: Any) -> PromptPlaylist:
    *texts, seeds, songs, made_at, frozen_at, deleted_at = row
    names = ("playlist_id", "owner", "name", "name_key", "generation", "wish", "explanation", "comment")
    return PromptPlaylist(
        **dict(zip(names, texts, strict=True)),
        seeds=tuple(json.loads(seeds)),
        songs=tuple(json.loads(songs)),
        made_at=datetime.fromisoformat(made_at),
        frozen_at=datetime.fromisoformat(frozen_at) if frozen_at else None,
        deleted_at=datetime.fromisoformat(deleted_at) if deleted_at else None,
    )
