"""The words of the tracks: an FTS5 table, and its postings in memory with BM25's impacts worked out.

FTS5 splits and stems; the impacts equal its own bm25() a column at a time, and adding them up in numpy takes
a tenth of the time of four bm25() calls in SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import apsw
import numpy as np
import numpy.typing as npt

from proxy.arrays import Floats, Ints
from proxy.library.tags import taken, told
from proxy.library.transactions import transaction

COLUMNS = ("title", "artist", "album", "tags")
TOKENIZER = ("porter", "unicode61", "remove_diacritics", "2")

BATCH = 1000  # tracks that are written in one transaction

# Robertson's constants as FTS5 has them: https://www.sqlite.org/fts5.html#the_bm25_function
K1, B = 1.2, 0.75


def build(db: apsw.Connection, *, inherit: bool = True) -> int:
    """Make a table of words from the tracks that are not missing, for `put_in_force`; their number.

    A track is found by the tags that it inherits, too.
    """
    with transaction(db):
        db.execute("DROP TABLE IF EXISTS track_words_next")
        db.execute(
            f"CREATE VIRTUAL TABLE track_words_next USING fts5({', '.join(COLUMNS)}, content='', "
            f"tokenize='{' '.join(TOKENIZER)}')"
        )
    rows = _rows(db, inherit=inherit)
    for start in range(0, len(rows), BATCH):
        with transaction(db):
            db.executemany(
                "INSERT INTO track_words_next (rowid, title, artist, album, tags) VALUES (?, ?, ?, ?, ?)",
                rows[start : start + BATCH],
            )
    return len(rows)


def put_in_force(db: apsw.Connection) -> None:
    """What was built takes the place of the table that was."""
    db.execute("DROP TABLE IF EXISTS track_words_terms")
    db.execute("DROP TABLE IF EXISTS track_words")
    db.execute("ALTER TABLE track_words_next RENAME TO track_words")
    db.execute("CREATE VIRTUAL TABLE track_words_terms USING fts5vocab(track_words, instance)")


def _rows(db: apsw.Connection, *, inherit: bool) -> list[tuple[int, str, str, str, str]]:
    """The number of each track and its text in each column."""
    tracks: list[Any] = db.execute("""
        SELECT track_row, title, artist, COALESCE(song -> '$.artists', song -> '$.participants.artist'),
          album_id, album, genres, moods
        FROM tracks WHERE missing_since IS NULL ORDER BY track_row
    """).fetchall()
    said = [told(*row[2:]) for row in tracks]
    more = taken(said) if inherit else [()] * len(said)
    return [
        (row[0], row[1], row[2], row[5], ", ".join((*own.own, *inherited)))
        for row, own, inherited in zip(tracks, said, more, strict=True)
    ]


class Posting(NamedTuple):
    """Where one term stands: track positions, and per position its column and impact."""

    tracks: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int8]
    impacts: Floats


class Words:
    """The postings of one generation of the index; tracks are counted in the order of `rows`."""

    def __init__(self, db: apsw.Connection, rows: Ints) -> None:
        self.size = len(rows)
        self._tokenize = db.fts5_tokenizer(TOKENIZER[0], list(TOKENIZER[1:]))
        self._number: dict[str, int] = {}
        found = self._read(db, rows)
        self._tracks, self._columns = found["track"].copy(), found["column"].copy()
        self._bounds = np.searchsorted(found["term"], np.arange(len(self._number) + 1))
        tf = found["count"].astype(np.float32)
        self._impacts = tf * (K1 + 1) / (tf + self._length_norm(tf)) * self._idf(found["term"])

    def terms(self, text: str) -> list[str]:
        """The distinct stems of a text, as the table stems them, in the order of the text."""
        written = text.encode(errors="replace")
        found: Any = self._tokenize(written, apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False)
        return list(dict.fromkeys(term for terms in found for term in terms))

    def posting(self, term: str) -> Posting | None:
        """Where a stem stands, or None where no track has it."""
        number = self._number.get(term)
        if number is None:
            return None
        part = slice(self._bounds[number], self._bounds[number + 1])
        return Posting(self._tracks[part], self._columns[part], self._impacts[part])

    def where(self, term: str, track: int) -> set[str]:
        """The columns of a track in which a stem stands."""
        posting = self.posting(term)
        if posting is None:
            return set()
        return {COLUMNS[column] for column in posting.columns[posting.tracks == track]}

    def scores(self, terms: Iterable[str]) -> dict[str, Floats]:
        """Per column the sum of the terms' impacts on every track."""
        sums = np.zeros((len(COLUMNS), self.size), dtype=np.float32)
        for term in terms:
            posting = self.posting(term)
            if posting is not None:
                np.add.at(sums, (posting.columns, posting.tracks), posting.impacts)
        return dict(zip(COLUMNS, sums, strict=True))

    def _read(self, db: apsw.Connection, rows: Ints) -> npt.NDArray[np.void]:
        """Every term's tracks and columns, by term; read one by one, since there are millions."""
        if not self.size:
            return np.zeros(0, dtype=_INSTANCE)
        number, column = self._number, {name: n for n, name in enumerate(COLUMNS)}
        instances: Any = db.execute("""
            SELECT term, doc, col, COUNT(*) FROM track_words_terms GROUP BY term, doc, col ORDER BY term, doc
        """)
        found = np.fromiter(
            (
                (number.setdefault(term, len(number)), doc, column[col], count)
                for term, doc, col, count in instances
            ),
            dtype=_INSTANCE,
        )
        found = found[np.isin(found["track"], rows)]  # tracks may have gone since the words were made
        found["track"] = np.searchsorted(rows, found["track"])
        return found

    def _length_norm(self, tf: Floats) -> Floats:
        lengths = np.bincount(self._tracks, weights=tf, minlength=self.size)
        mean = max(float(lengths.mean()), 1e-9) if self.size else 1.0
        norm = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)
        weight: Floats = norm[self._tracks]
        return weight

    def _idf(self, term: npt.NDArray[np.int32]) -> Floats:
        pairs = np.unique(term.astype(np.int64) * max(self.size, 1) + self._tracks)
        df = np.bincount(pairs // max(self.size, 1), minlength=len(self._number))
        idf: Floats = np.maximum(np.log((self.size - df + 0.5) / (df + 0.5)), 1e-6).astype(np.float32)
        return idf[term]


_INSTANCE = np.dtype([("term", "i4"), ("track", "i4"), ("column", "i1"), ("count", "i4")])
