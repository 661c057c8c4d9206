"""Pools and limits to hold the engine against: conversations of CPCD, and libraries by chance.

CPCD (Conversational Playlist Curation Dataset, Google, CC BY 4.0) gives real songs, artists and albums, and
which of them people were shown for a request; what it does not have (durations, energy, loudness, tempo,
sound) is drawn by a chance that each track's id decides.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

from proxy.library.recordings import song_key
from proxy.playlists.objective import Limits, Pool

CPCD = Path(__file__).parents[2] / "tests" / "data" / "cpcd" / "dialogs.jsonl"
LEAST, MOST = 100, 600  # candidates
GENERATED = 36
MINUTES = (20, 240, 30, 180, 45, 120, 60, 90)
CAPS: tuple[tuple[int | None, int | None], ...] = ((3, 2), (1, 1), (2, 1), (5, 3), (None, None))
MOODS: tuple[tuple[str, float | None], ...] = (
    ("", None),
    ("build", None),
    ("steady", 0.7),
    ("wind down", 0.4),
    ("peak", None),
    ("", 0.2),
    ("waves", None),
)
SOUNDS = 16  # dimensions of a sound, around one of KINDS
KINDS = 12


class Instance(Struct, frozen=True):
    """One list to be made; caps are kept whatever comes."""

    name: str
    pool: Pool
    limits: Limits


def instances() -> list[Instance]:
    """The same on every machine: lengths, caps and curves go round at periods that have no common divisor."""
    pools = [*_conversations(), *(generated(number) for number in range(GENERATED))]
    asked = zip(pools, cycle(MINUTES), cycle(CAPS), cycle(MOODS), strict=False)
    return [
        Instance(name, pool, Limits(minutes * 60, None, artist, album, curve, level))
        for (name, pool), minutes, (artist, album), (curve, level) in asked
    ]


def _conversations() -> Iterator[tuple[str, Pool]]:
    for line in CPCD.read_text(encoding="utf-8").splitlines():
        conversation = json.loads(line)
        if LEAST <= len(conversation["tracks"]) <= MOST:
            yield f"CPCD {conversation['id'][:6]}", _shown(conversation)


def _shown(conversation: dict[str, Any]) -> Pool:
    """What was shown for a conversation's searches: the more often and the higher, the more relevant."""
    tracks = conversation["tracks"]
    score = dict.fromkeys(sorted(tracks), 0.0)
    for turn in conversation["turns"]:
        for found in turn["search_results"]:
            for rank, track in enumerate(found):
                score[track] = score.get(track, 0.0) + 1 / (rank + 3)
    for liked in conversation["goal_playlist"]:
        score[liked] = score.get(liked, 0.0) + 0.3
    ids = sorted(set(score) & set(tracks), key=lambda track: (-score[track], track))
    artists = [(tracks[track]["track_artists"] or ["?"])[0] for track in ids]
    return _pool(
        relevance=np.array([score[track] for track in ids]) / max(score.values()),
        artist=_numbers(artists),
        album=_numbers([tracks[track]["track_release_titles"] for track in ids]),
        song=_numbers([song_key(a, tracks[t]["track_titles"]) for a, t in zip(artists, ids, strict=True)]),
        chances=[np.random.default_rng(zlib.crc32(track.encode())) for track in ids],
    )


def generated(number: int, *, size: int | None = None) -> tuple[str, Pool]:
    """A pool of falling relevance; an artist has a dozen songs on three albums, a few are on compilations."""
    chance = np.random.default_rng(number)
    size = size or int(chance.integers(LEAST, MOST + 1))
    artist = chance.integers(0, max(size // 12, 8), size)
    album = artist * 3 + chance.integers(0, 3, size)
    album = np.where(chance.random(size) < 0.1, -1 - chance.integers(0, 5, size), album)
    relevance = np.sort(chance.beta(1.5 + number % 3, 3, size))[::-1]
    name = f"by chance {number}"
    return name, _pool(
        relevance=relevance / relevance[0],
        artist=artist,
        album=_numbers([str(each) for each in album]),
        song=_numbers([str(each) for each in chance.integers(0, 4 * size, size)]),
        chances=chance.spawn(size),
    )


def _pool(
    *,
    relevance: np.ndarray[Any, Any],
    artist: np.ndarray[Any, Any],
    album: np.ndarray[Any, Any],
    song: np.ndarray[Any, Any],
    chances: Sequence[np.random.Generator],
) -> Pool:
    size = len(chances)
    kinds = np.random.default_rng(99).normal(size=(KINDS, SOUNDS))
    energy = np.array([chance.random() for chance in chances])
    sound = np.array(
        [kinds[n % KINDS] + 0.7 * c.normal(size=SOUNDS) for n, c in zip(artist, chances, strict=True)]
    )
    hidden = np.array([chance.random() < 0.1 for chance in chances])  # not analysed yet
    return Pool(
        position=np.arange(size),
        relevance=relevance.astype(np.float32),
        duration=np.array([np.clip(c.lognormal(5.4, 0.35), 45, 900) for c in chances])
        .round()
        .astype(np.float32),
        artist=artist,
        album=album,
        song=song,
        free=np.zeros(size, dtype=np.bool_),
        lately=np.array([chance.random() < 0.1 for chance in chances]),
        energy=np.where(hidden, 0.5, energy).astype(np.float32),
        loudness=np.where(hidden, np.nan, energy * 12 - 20 + [c.normal() * 2 for c in chances]).astype(
            np.float32
        ),
        tempo=np.where(hidden, np.nan, [c.uniform(60, 180) for c in chances]).astype(np.float32),
        sound=(sound / np.linalg.norm(sound, axis=1, keepdims=True)).astype(np.float32),
        tags=np.zeros((size, 0), dtype=np.float32),
    )


def _numbers(keys: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
