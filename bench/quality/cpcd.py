"""CPCD: what people asked for in conversations, and what they liked and aimed at.

Conversation → goal: everything the person said, against the playlist they had in mind. Turn → liked: what
was said in one turn, against what they liked of the answer to it; turns after which nothing was liked are
left out. Google, CC BY 4.0; see tests/data/cpcd/README.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from proxy.library import Track
from proxy.library.index import Index

FILE = Path(__file__).parents[2] / "tests" / "data" / "cpcd" / "dialogs.jsonl"
SECONDS = 200.0  # of every track: the data has no durations, and nothing measured here reads them


class Task(Struct, frozen=True):
    """A prompt, and the ids of the tracks that were wanted."""

    prompt: str
    wanted: frozenset[str]

    def relevant(self, index: Index) -> frozenset[int]:
        return frozenset(index.position[track] for track in self.wanted if track in index.position)


class Cpcd(Struct, frozen=True):
    tracks: tuple[Track, ...]
    conversations: tuple[Task, ...]
    turns: tuple[Task, ...]


def read() -> Cpcd:
    dialogs = [msgspec.json.decode(line) for line in FILE.read_bytes().splitlines()]
    described = {key: track for dialog in dialogs for key, track in dialog["tracks"].items()}
    return Cpcd(
        tracks=tuple(_track(key, described[key]) for key in sorted(described)),
        conversations=tuple(_conversation(dialog) for dialog in dialogs),
        turns=tuple(
            Task(turn["user_query"], frozenset(turn["liked_results"]))
            for dialog in dialogs
            for turn in dialog["turns"]
            if turn["liked_results"]
        ),
    )


def _conversation(dialog: dict[str, Any]) -> Task:
    said = " ".join(turn["user_query"] for turn in dialog["turns"])
    return Task(said, frozenset(dialog["goal_playlist"]))


def _track(key: str, described: dict[str, Any]) -> Track:
    return Track(
        track_id=key,
        title=described["track_titles"],
        artist=", ".join(described["track_artists"]),
        album=described["track_release_titles"],
        duration=SECONDS,
        content_hash=key,
    )
