"""What a wish says of recordings: their version, tempo, moods to leave out, and since when they are here."""

from __future__ import annotations

from datetime import date

import numpy as np

from proxy.arrays import Floats, Mask
from proxy.library.index import Index
from proxy.playlists import ear
from proxy.playlists.evidence import Evidence
from proxy.playlists.lexicon import Lexicon, run, singular
from proxy.playlists.wish import Wish

_EPOCH = date(1970, 1, 1)


def refused(wish: Wish, index: Index, evidence: Evidence, lists: Lexicon) -> Mask:
    """The tracks of unwanted versions and moods, those that by ear alone are of an unwanted genre, and those
    that came into the library too long ago."""
    refused, heard = np.zeros(len(index), dtype=np.bool_), ear.ear_of(index)
    for version in wish.without_versions:
        refused |= of_version(version, index)
    for mood in wish.without_moods:
        for number, row in enumerate(lists.rows):
            if row.words & {mood, singular(mood)}:
                refused |= evidence.row(number) > 0
    refused |= heard.sounding(heard.genres(wish.without_genres))
    if wish.added_since is not None:
        refused |= index.added < (wish.added_since - _EPOCH).days
    return refused


def fits(wish: Wish, index: Index, evidence: Evidence) -> Floats:
    """1 where a track is of the version asked for, 0 else; of several wishes the share that it fits."""
    wanted = [of_version(wish.version, index)] if wish.version else []
    if wish.instrumental:
        wanted.append(index.instrumental | (evidence.says(run("instrumental")) > 0))
    if not wanted:
        return np.zeros(len(index), dtype=np.float32)
    share: Floats = np.mean(wanted, axis=0, dtype=np.float32)
    return share


def out_of_tempo(wish: Wish, index: Index) -> Floats:
    """1 where the tempo is known and out of the range, counted in full, half or double time."""
    if wish.bpm is None:
        return np.zeros(len(index), dtype=np.float32)
    low, high = wish.bpm
    counted = [index.tempo * factor for factor in (0.5, 1.0, 2.0)]
    inside: Mask = np.logical_or.reduce([(tempo >= low) & (tempo <= high) for tempo in counted])
    return (~inside & ~np.isnan(index.tempo)).astype(np.float32)


def of_version(version: str, index: Index) -> Mask:
    """The tracks whose title or album says so; none for a version that nothing is known of."""
    known = {"live": index.live, "acoustic": index.acoustic, "remix": index.remix}
    return known.get(version, np.zeros(len(index), dtype=np.bool_))
