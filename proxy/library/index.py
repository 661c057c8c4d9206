"""One generation of the library in memory: what retrieval and choice need of every track, as arrays.

Positions 0 … n-1 count the tracks that are not missing, in the order of their row numbers.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import apsw
import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints, Mask
from proxy.library import artists, vectors, words
from proxy.library.artists import fold
from proxy.library.vectors import Vectors
from proxy.library.words import Words

# What follows in a title does not make it another song: "(Remastered 2011)", "- Live", "feat. X", "[Mono]".
_VERSION = re.compile(
    r"[(\[{][^)\]}]*[)\]}]?|\s[-–—]\s.*\b(live|remaster(ed)?|version|mix|edit|mono|stereo|demo|acoustic|take)\b.*"
    r"|\b(feat|ft|featuring)\b.*"
)


class Tags(Struct, frozen=True):
    """Which track carries which tag, as pairs of positions; `names` are in lower case and sorted."""

    names: tuple[str, ...]
    track: Ints
    tag: Ints

    def of(self, position: int) -> tuple[str, ...]:
        return tuple(self.names[n] for n in self.tag[self.track == position])

    def sums(self, weights: Floats, size: int) -> Floats:
        """Per track the sum of its tags' weights."""
        sums: Floats = np.bincount(self.track, weights=weights[self.tag], minlength=size).astype(np.float32)
        return sums


class Credits(Struct, frozen=True, eq=False):
    """Which track is credited to whom, as pairs of positions; `number` of an artist's folded name."""

    track: Ints
    artist: Ints
    number: dict[str, int]


class Index(Struct, frozen=True, eq=False):
    """`library` is -1 and `year` 0 where unknown; `song` numbers the distinct songs (versions share one).

    `tags` are genres and moods, `genres` the genres alone as they are written.
    """

    generation: int
    rows: Ints
    ids: tuple[str, ...]
    library: Ints
    artist: Ints
    artists: tuple[str, ...]
    credits: Credits
    album: Ints
    song: Ints
    version: Mask
    title_words: dict[str, int]
    year: Ints
    duration: Floats
    genres: tuple[str, ...]
    tags: Tags
    words: Words
    vectors: dict[str, Vectors]
    position: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def years_known(self) -> float:
        """The share of tracks with a year."""
        return float((self.year > 0).mean()) if len(self) else 0.0

    def tagged(self, tags: Sequence[str]) -> Mask:
        """Which tracks carry one of these tags, in whatever case."""
        wanted = np.isin(np.array(self.tags.names, dtype=object), [tag.lower() for tag in tags])
        return np.isin(np.arange(len(self)), self.tags.track[wanted[self.tags.tag]])

    def saying(self, word: str) -> Mask:
        """Which tracks have all stems of a word or phrase in their title, album or tags."""
        said = np.ones(len(self), dtype=np.bool_)
        for term in self.words.terms(word):
            columns = self.words.scores([term])
            said &= (columns["title"] > 0) | (columns["album"] > 0) | (columns["tags"] > 0)
        return said & bool(self.words.terms(word))

    def in_titles(self, word: str, *, times: int = 3) -> bool:
        """Whether a single word stands in that many songs' titles, brackets and featured artists left out."""
        return self.title_words.get(fold(word), 0) >= times

    def by_artists(self, names: Sequence[str]) -> Mask:
        """Which tracks are by one of these artists, alone or with others, however their names are written."""
        wanted = [self.credits.number.get(fold(name), -1) for name in names]
        return np.isin(np.arange(len(self)), self.credits.track[np.isin(self.credits.artist, wanted)])

    def of_rows(self, rows: Sequence[int]) -> Ints:
        """The positions of row numbers; those of rows that this generation does not have are left out."""
        wanted = np.unique(np.array(rows, dtype=np.int64))
        return np.flatnonzero(np.isin(self.rows, wanted, assume_unique=True))


def rebuild(db: apsw.Connection) -> int:
    """Make all that is derived from the tables anew and announce it to readers; the number of tracks."""
    with db:
        size = words.rebuild(db)
        for model in vectors.declared(db):
            vectors.rebuild(db, model)
        db.execute("UPDATE library_generation SET generation = generation + 1, stale = 0")
    return size


def generation(db: apsw.Connection) -> int:
    """Moves whenever `rebuild` has run; 0 where it never has."""
    row: Any = db.execute("SELECT generation FROM library_generation").fetchone()
    return int(row[0]) if row else 0


def is_stale(db: apsw.Connection) -> bool:
    """Whether anything that `rebuild` reads has changed since; triggers of the tables keep count."""
    row: Any = db.execute("SELECT stale FROM library_generation").fetchone()
    return bool(row[0])


def load(db: apsw.Connection) -> Index:
    """The generation of now; about 0.3 s for 9,000 tracks."""
    with db:  # one view of the data
        index = _load(db)
    return index


def _load(db: apsw.Connection) -> Index:
    current = generation(db)
    found = _tracks(db) if current else []
    rows = np.array([row[0] for row in found], dtype=np.int64)
    credited = [artists.credited(row[3], _listed(row[11])) for row in found]
    songs, numbered = _numbers([song_key(row[3], row[6]) for row in found])
    return Index(
        generation=current,
        rows=rows,
        ids=tuple(row[1] for row in found),
        library=np.array([-1 if row[2] is None else row[2] for row in found], dtype=np.int64),
        artist=_numbers([fold(row[3]) for row in found])[0],
        artists=artists.names(credited),
        credits=_credits(credited),
        album=_numbers([row[4] or fold(row[3] + " " + row[5]) for row in found])[0],
        song=songs,
        title_words=Counter(word for key in numbered for word in set(key.partition("\n")[2].split())),
        version=np.array([is_version(row[6]) for row in found], dtype=np.bool_),
        year=np.array([row[7] or 0 for row in found], dtype=np.int64),
        duration=np.array([row[8] for row in found], dtype=np.float32),
        genres=tuple(dict.fromkeys(genre for row in found for genre in json.loads(row[9]))),
        tags=_tags([json.loads(row[9]) + json.loads(row[10]) for row in found]),
        words=Words(db, rows),
        vectors={model: Vectors(db, model) for model in vectors.searchable(db)},
        position={row[1]: n for n, row in enumerate(found)},
    )


def _tracks(db: apsw.Connection) -> list[tuple[Any, ...]]:
    found: list[Any] = db.execute("""
        SELECT track_row, track_id, library_id, artist, album_id, album, title, year, duration, genres, moods,
          COALESCE(song -> '$.artists', song -> '$.participants.artist')
        FROM tracks WHERE missing_since IS NULL ORDER BY track_row
    """).fetchall()
    return found


def song_key(artist: str, title: str) -> str:
    """Equal for two recordings of one song by one artist: remaster, live, feat. and the like are left out."""
    plain = title.casefold()
    return fold(artist) + "\n" + (fold(_VERSION.sub(" ", plain)) or fold(title) or plain)


def is_version(title: str) -> bool:
    """Whether a title says that it is not the song's first recording."""
    return bool(_VERSION.search(title.casefold()))


def _listed(names: str | None) -> list[str]:
    """The names in upstream's list of a song's artists, which older servers do not have."""
    return [artist.get("name", "") for artist in json.loads(names)] if names else []


def _credits(credited: Sequence[Sequence[str]]) -> Credits:
    pairs = [(n, fold(name)) for n, names in enumerate(credited) for name in names]
    artist, number = _numbers([name for _, name in pairs])
    return Credits(np.array([n for n, _ in pairs], dtype=np.int64), artist, number)


def _tags(tags: Sequence[Sequence[str]]) -> Tags:
    each = [tuple(dict.fromkeys(tag.lower() for tag in of_track)) for of_track in tags]
    names = tuple(sorted({tag for of_track in each for tag in of_track}))
    number = {name: n for n, name in enumerate(names)}
    return Tags(
        names=names,
        track=np.array([n for n, of_track in enumerate(each) for _ in of_track], dtype=np.int64),
        tag=np.array([number[tag] for of_track in each for tag in of_track], dtype=np.int64),
    )


def _numbers(keys: Sequence[str]) -> tuple[Ints, dict[str, int]]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64), numbers
