"""Standing lists without a server: a library of invented songs, recipes as text, and whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from proxy.library import Track
from proxy.library.reader import Reader
from proxy.navidrome.taste import Ask
from proxy.recipes import Caller, Standing, StandingList
from proxy.recipes.book import Book
from proxy.recipes.kitchen import Larder
from proxy.recipes.snapshots import Snapshots
from tests.factories import NOW, WordCounter, library, track

GENRES = ("Jazz", "Rock", "Folk", "Techno", "Soul", "Ambient")
MOODS = ("calm", "upbeat", "energetic", "relaxing", "instrumental", "dreamy")


def songs(count: int, **values: object) -> list[Track]:
    """By forty artists, of six genres and six decades, a third of them in library 2."""
    return [
        track(
            number,
            **{
                "artist": f"Artist {number % 40}",
                "album": f"Album {number // 120} of {number % 40}",
                "genres": (GENRES[number % 6],),
                "moods": (MOODS[(number // 6) % 6],),
                "year": 1960 + number * 7 % 60,
                "library_id": 2 if number % 3 == 0 else 1,
                "song": {
                    "created": "2026-11-01T10:00:00Z",
                    "trackNumber": number % 12 + 1,
                    "coverArt": f"mf-{number}",
                },
            }
            | values,
        )
        for number in range(count)
    ]


class Upstream:
    """What one user has done, as search3 and the calls about playlists tell it; `asked` are the calls."""

    def __init__(
        self, done: Sequence[dict[str, Any]] = (), lists: dict[str, Sequence[str]] | None = None
    ) -> None:
        self.done = list(done)
        self.lists = lists or {}
        self.folders = {1: "Music", 2: "Kids"}
        self.asked: list[str] = []
        self.away: Exception | None = None

    async def ask(self, endpoint: str, params: Sequence[tuple[str, str]]) -> bytes:
        self.asked.append(endpoint)
        if self.away:
            raise self.away
        given = dict(params)
        content: dict[str, Any] = {}
        if endpoint == "search3":
            page = self.done if given["songOffset"] == "0" else []
            content["searchResult3"] = {"song": page}
        if endpoint == "getMusicFolders":
            folders = [{"id": number, "name": name} for number, name in self.folders.items()]
            content["musicFolders"] = {"musicFolder": folders}
        if endpoint == "getPlaylists":
            content["playlists"] = {
                "playlist": [{"id": name, "name": name, "owner": "ana"} for name in self.lists]
            }
        if endpoint == "getPlaylist":
            content["playlist"] = {"entry": [{"id": song} for song in self.lists[given["id"]]]}
        return msgspec.json.encode({"subsonic-response": {"status": "ok", **content}})


class Diner:
    """One library and its recipes; restarted, a server has forgotten all but what is in the database."""

    def __init__(self, folder: Path, rows: Sequence[Track], recipes: str = "", **changes: Any) -> None:
        self.path = library(folder, rows)
        self.tracks = {row.track_id: row for row in rows}
        self.file = folder / "recipes.toml"
        self.file.write_text(recipes, encoding="utf-8")
        self.now = NOW
        self.book = Book(self.file if recipes else None, clock=self.tick)
        self._ticks = 0.0
        self._changes = changes
        self.open()

    def tick(self) -> float:
        self._ticks += 2
        return self._ticks

    def open(self, **changes: Any) -> None:
        self._changes |= changes
        self.reader = Reader(self.path)
        self.snapshots = Snapshots(self.path)
        larder = Larder(
            book=self.book,
            reader=self.reader,
            snapshots=self.snapshots,
            **{"embedders": [WordCounter()], "zone": UTC} | self._changes,
        )
        self.standing = Standing(larder)

    def close(self) -> None:
        self.standing.close()
        self.reader.close()
        self.snapshots.close()

    async def lists(self, caller: Caller, now: datetime | None = None) -> dict[str, StandingList]:
        """As a client sees them that has asked before, by name."""
        now = now or self.now
        await self.standing.settled()  # one renewal of a user at a time: he may have asked in another way
        await self.standing.lists(caller, now)
        await self.standing.settled()
        return {each.name: each for each in await self.standing.lists(caller, now)}


def caller(name: str = "ana", ask: Ask | None = None, **values: Any) -> Caller:
    return Caller(name=name, ask=ask, **values)
