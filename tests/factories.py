"""Small libraries for tests: tracks with sensible values, and an embedder that counts words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import apsw
import numpy as np
import numpy.typing as npt

from proxy.arrays import Floats
from proxy.errors import EmbedderUnreachable
from proxy.library import Track, connect, index, migrate, sounds, tracks, transaction
from proxy.library.index import Index
from proxy.library.sonic import DIMENSION
from proxy.library.sounds import Sound
from proxy.playlists import Generated, Request, Sources, generate, vocabulary_of
from proxy.refresh.embed import embed
from proxy.sound.styles import TAGS

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class WordCounter:
    """An embedder of 128 dimensions in which texts are near that share words."""

    def __init__(self, model: str = "words", *, away: bool = False) -> None:
        self.model = model
        self.dimension = 128
        self.digest = "1"
        self.away = away
        self.asked: list[str] = []

    def load(self) -> None:
        self._answer()

    def documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self._answer()
        return np.array([self._vector(text) for text in texts], dtype=np.float32)

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        self._answer()
        self.asked.append(text)
        return self._vector(text)

    def _answer(self) -> None:
        if self.away:
            raise EmbedderUnreachable("nobody answers")

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        words = text.lower().replace(",", " ").replace(".", " ").split() or [""]
        vector = np.sum([_direction(word, self.dimension) for word in words], axis=0)
        unit: npt.NDArray[np.float32] = vector / np.linalg.norm(vector)
        return unit


@cache
def _direction(word: str, dimension: int) -> npt.NDArray[np.float32]:
    chance = np.random.default_rng(zlib.crc32(word.encode()))
    return chance.standard_normal(dimension).astype(np.float32)


def track(number: int, **values: object) -> Track:
    """Track number n: by artist n % 20, 200 s long, on an album of two, unless told otherwise."""
    artist = values.pop("artist", f"Artist {number % 20}")
    defaults: dict[str, object] = {
        "track_id": f"t{number:04}",
        "title": f"Song {number}",
        "artist": artist,
        "album": f"Album {number // 40} of {artist}",
        "duration": 200.0,
        "content_hash": f"{number}",
    }
    return Track(**(defaults | values))  # type: ignore[arg-type]


def sound(number: int, embedding: Floats | None = None, **likely: float) -> Sound:
    """What was heard of track number n: tags of the networks (_ for a blank) and how likely each is.

    The embedding is that of both networks.
    """
    logits = np.full(len(TAGS), _logit(0.01), dtype=np.float32)
    for name, probability in likely.items():
        places = [place for place, tag in enumerate(TAGS) if tag.lower() == name.replace("_", " ")]
        assert places, name
        logits[places] = _logit(probability)
    unit = _direction(f"track {number}", DIMENSION) if embedding is None else embedding
    row = unit.astype(np.float32)
    return Sound(track_id=f"t{number:04}", embedding=row, embedding_mtt=row, styles=logits)


def _logit(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def library(
    folder: Path,
    rows: Sequence[Track],
    *,
    embedders: Sequence[WordCounter] = (WordCounter(),),
    heard: Sequence[Sound] = (),
) -> Path:
    """A database with these tracks, embedded and indexed, and what was heard of them."""
    path = folder / "library.db"
    migrate(path)
    db = connect(path)
    with transaction(db):
        tracks.put(db, rows, now=NOW.isoformat())
        for sound in heard:
            sounds.put(db, sound, now=NOW.isoformat())
    for embedder in embedders:
        embed(db, embedder, now=lambda: NOW)
    index.rebuild(db)
    db.close()
    return path


class Shop:
    """A library that lists can be had from, without a server."""

    def __init__(
        self,
        folder: Path,
        rows: Sequence[Track],
        *,
        embedders: Sequence[WordCounter] = (WordCounter(),),
        heard: Sequence[Sound] = (),
    ) -> None:
        self.path = library(folder, rows, embedders=embedders, heard=heard)
        self.db: apsw.Connection = connect(self.path, readonly=True)
        self.index: Index = index.load(self.db)
        self.embedders = embedders
        self.tracks = {row.track_id: row for row in rows}

    def list(self, prompt: str, **values: object) -> Generated:
        """The list for a prompt, by default for `ana` on the day of NOW."""
        request = Request(**({"prompt": prompt, "owner": "ana", "day": NOW.date()} | values))  # type: ignore[arg-type]
        sources = Sources(self.db, self.embedders)
        return generate(request, index=self.index, vocabulary=vocabulary_of(self.index), sources=sources)

    def songs(self, prompt: str, **values: object) -> Sequence[Track]:
        return [self.tracks[song.track_id] for song in self.list(prompt, **values).songs]
