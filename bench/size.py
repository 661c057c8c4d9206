"""How much room the database takes: a large generated library, embedded, then measured and heard too, and at
last embedded by two of Ollama's models, of which the second replaces the first.

The tracks are those that the fake Navidrome invents, as a refresh keeps them. Vectors and what was heard are
drawn: they take the room that real ones take, and making those takes hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random

import apsw
import numpy as np

from bench.figures import Figure, written
from bench.house import SEED, House
from bench.processes import MEGABYTE
from bench.progress import Say
from bench.quality.shelf import NOW, fill
from bench.quality.speed import Drawn
from proxy.library import Track, connect, index, loudness, sizes, sounds, syncs, transaction
from proxy.library.loudness import Measured
from proxy.library.sonic import DIMENSION
from proxy.library.sounds import STYLES, Sound
from proxy.refresh.embed import embed, forget_replaced
from proxy.refresh.songs import track_of
from tests.fake_navidrome.generated import invented

TRACKS = 100_000  # whatever the size of the house's library
MOST = 600.0  # MB
LISTENING = ("locate", "measure", "hear")


def measure(house: House, say: Say) -> list[Figure]:
    path = house.folder / "large.db"
    say(f"size: {TRACKS:,} tracks, embedded")
    library = [track_of(row) for row in islice(invented(Random(SEED)), TRACKS)]
    fill(path, library, Drawn())
    dealt_with(path, library, "sync")
    embedded = figure(path, "with embeddings")
    say(f"size: {TRACKS:,} tracks, measured and heard")
    listened(path, library)
    dealt_with(path, library, *LISTENING)
    made_anew(path)
    listened_to = figure(path, "measured and heard too")
    say(f"size: {TRACKS:,} tracks, embedded by Ollama too, and by another model of it")
    first, second = (Far(f"ollama:{name}") for name in ("nomic-embed-text", "embeddinggemma"))
    embedded_too(path, first)
    both = figure(path, f"and by a model of {Far.dimension} dimensions too")
    embedded_too(path, second)
    return [embedded, listened_to, both, figure(path, "and that model replaced")]


class Far(Drawn):
    """What Ollama's models usually give: 768 components."""

    dimension = 768

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model


def embedded_too(path: Path, far: Far) -> None:
    """As a refresh does, and then another that makes the index anew."""
    with closing(connect(path)) as db:
        forget_replaced(db, [far, Drawn()])
        embed(db, far, now=lambda: NOW)
        index.rebuild(db)
    made_anew(path)


def dealt_with(path: Path, library: Sequence[Track], *stages: str) -> None:
    with closing(connect(path)) as db, transaction(db):
        for stage in stages:
            syncs.succeeded(db, (track.track_id for track in library), stage, now=NOW.isoformat())


def listened(path: Path, library: Sequence[Track]) -> None:
    """A track at a time, as it comes from those who listen; then all are rated."""
    with closing(connect(path)) as db, transaction(db):
        for measured, sound in heard(library):
            loudness.put(db, measured, now=NOW.isoformat())
            sounds.put(db, sound, now=NOW.isoformat())
        rate(db, library)


def made_anew(path: Path) -> None:
    """The index, while the one that is in force takes its own room."""
    with closing(connect(path)) as db:
        index.rebuild(db)


def heard(library: Sequence[Track]) -> Iterator[tuple[Measured, Sound]]:
    chance = np.random.default_rng(SEED)
    for track in library:
        lufs, true_peak, loudness_range, rms = (float(value) for value in chance.normal(-9, 3, 4).round(2))
        yield (
            Measured(
                track_id=track.track_id,
                lufs=lufs,
                true_peak=true_peak,
                range=loudness_range,
                rms=rms,
                source="ffmpeg",
            ),
            Sound(
                track_id=track.track_id,
                embedding=chance.standard_normal(DIMENSION, dtype=np.float32),
                embedding_mtt=chance.standard_normal(DIMENSION, dtype=np.float32),
                styles=chance.standard_normal(STYLES, dtype=np.float32),
            ),
        )


def rate(db: apsw.Connection, library: Sequence[Track]) -> None:
    chance = np.random.default_rng(SEED)
    sounds.rate(db, ((track.track_id, chance.random(), 60 + 120 * chance.random()) for track in library))


def figure(path: Path, state: str) -> Figure:
    """Of the closed database: its log is in it."""
    size = sizes.file(path)
    return Figure(
        name=f"database of {TRACKS:,} tracks, {state}",
        measured=size / MEGABYTE,
        unit="MB",
        limit=MOST,
        note=f"{written(size / TRACKS / 1000, 'kB')} a track",
    )
