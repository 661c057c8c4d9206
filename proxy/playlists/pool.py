"""What choice and order work on, taken from the candidates and what the library knows of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from msgspec import structs

from proxy.arrays import Floats, Ints, Mask
from proxy.library.index import Index
from proxy.playlists.candidates import Candidates
from proxy.playlists.energies import energies
from proxy.playlists.evidence import evidence_of
from proxy.playlists.objective import Pool
from proxy.playlists.versions import of_version
from proxy.playlists.wish import Wish

GIVEN_LATELY = 0.1  # of its relevance is left to such a song where a fresh list was asked for


def pool_of(
    found: Candidates, wish: Wish, index: Index, *, seeds: Ints, lately: Iterable[str] = ()
) -> tuple[Pool, int]:
    """Seeds as given, then of each song the recording that the wish prefers; and how many others there were.

    Songs that were given `lately` come after all else.
    """
    keep = preferred(found, wish, index, seeds=seeds)
    position, relevance = found.positions[keep], found.relevance[keep]
    given = np.isin(position, [index.position[song] for song in lately if song in index.position])
    relevance = np.where(given, GIVEN_LATELY * relevance, relevance).astype(np.float32)
    falling = np.argsort(given, kind="stable")
    position, relevance, given = position[falling], relevance[falling], given[falling]
    plain = plain_pool(
        np.concatenate([seeds, position]), np.concatenate([np.ones(len(seeds), np.float32), relevance]), index
    )
    pool = structs.replace(
        plain,
        free=np.isin(plain.position, seeds) | index.by_artists(wish.artists)[plain.position],
        lately=np.concatenate([np.zeros(len(seeds), dtype=np.bool_), given]),
        seeds=len(seeds),
    )
    return pool, int((~keep).sum())


def preferred(found: Candidates, wish: Wish, index: Index, *, seeds: Ints) -> Mask:
    """One recording of each song that is no seed: of the version asked for, else the first one made.

    Of several such the most relevant.
    """
    version = of_version(wish.version, index) if wish.version else ~index.version
    standing = found.relevance + version[found.positions]
    best_first = np.lexsort((np.arange(len(found)), -standing))
    songs = np.concatenate([index.song[seeds], index.song[found.positions[best_first]]])
    first = np.zeros(len(songs), dtype=np.bool_)
    first[np.unique(songs, return_index=True)[1]] = True
    keep = np.zeros(len(found), dtype=np.bool_)
    keep[best_first[first[len(seeds) :]]] = True
    return keep


def plain_pool(position: Ints, relevance: Floats, index: Index) -> Pool:
    """These tracks, none of them a seed, free of caps or given lately."""
    nobody = np.zeros(len(position), dtype=np.bool_)
    return Pool(
        position=position,
        relevance=relevance,
        duration=index.duration[position],
        artist=index.artist[position],
        album=index.album[position],
        song=index.song[position],
        free=nobody,
        lately=nobody,
        energy=energies(index).values[position],
        loudness=index.loudness[position],
        tempo=index.tempo[position],
        sound=index.sonic.rows(position),
        tags=tag_rows(position, index),
    )


def tag_rows(position: Ints, index: Index) -> Floats:
    """A unit vector of tags a row: by them those are told apart that were not heard."""
    place, tag, weight = evidence_of(index).fingerprints(position)
    carried, column = np.unique(tag, return_inverse=True)
    rows = np.zeros((len(position), len(carried)), dtype=np.float32)
    rows[place, column] = weight
    return rows
