"""A library for measuring, made by the product's own door: database, refresh's embedding, index."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from proxy.arrays import Ints
from proxy.embedding import Builtin
from proxy.library import Track, connect, index, migrate, sounds, tracks, transaction
from proxy.library.index import Index
from proxy.library.sounds import Sound
from proxy.playlists import Sources, vocabulary_of
from proxy.playlists.prompt import Vocabulary
from proxy.refresh.embed import embed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Remembering(Builtin):
    """The built-in embedder; a text that comes again in another system or library is not embedded again."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    def documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, super().documents(new), strict=True))
        return np.array([self._known[text] for text in texts])


class Shelf(Struct, frozen=True):
    """An open library; `seconds` is how long its index took to load.

    `credit` numbers the artists as they are written, guests and all: by these CPCD's lists are capped.
    """

    db: apsw.Connection
    index: Index
    credit: Ints
    vocabulary: Vocabulary
    sources: Sources
    seconds: float


@contextlib.contextmanager
def stocked(
    rows: Sequence[Track], embedder: Builtin, *, inherit: bool = True, heard: Sequence[Sound] = ()
) -> Iterator[Shelf]:
    """A new library with these tracks, to the end of the block."""
    with TemporaryDirectory(prefix="playlistgen-quality-") as folder:
        path = Path(folder) / "library.db"
        fill(path, rows, embedder, inherit=inherit, heard=heard)
        with opened(path, embedder, inherit=inherit) as shelf:
            yield shelf


def fill(
    path: Path,
    rows: Sequence[Track],
    embedder: Builtin,
    *,
    inherit: bool = True,
    heard: Sequence[Sound] = (),
) -> None:
    """Make the library as a refresh does."""
    migrate(path)
    with contextlib.closing(connect(path)) as db:
        with transaction(db):
            tracks.put(db, rows, now=NOW.isoformat())
            for sound in heard:
                sounds.put(db, sound, now=NOW.isoformat())
        embed(db, embedder, now=lambda: NOW)
        index.rebuild(db, inherit=inherit)


@contextlib.contextmanager
def opened(path: Path, embedder: Builtin, *, inherit: bool = True) -> Iterator[Shelf]:
    """Open it as a server does."""
    with contextlib.closing(connect(path, readonly=True)) as db:
        started = time.perf_counter()
        loaded = index.load(db, inherit=inherit)
        seconds = time.perf_counter() - started
        yield Shelf(db, loaded, _credits(db), vocabulary_of(loaded), Sources(db, [embedder]), seconds)


def _credits(db: apsw.Connection) -> Ints:
    written = [artist for (artist,) in db.execute("SELECT artist FROM tracks ORDER BY track_row")]
    return np.unique(np.array(written, dtype=object), return_inverse=True)[1]
