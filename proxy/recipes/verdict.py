"""Whether a list is good enough to be shown: better none than one that is not what its name says."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np

from proxy.library.index import Index
from proxy.playlists import Generated, Sources
from proxy.playlists.meaning import NOBODY, SILENT
from proxy.playlists.notes import NO_WORD_HIT
from proxy.playlists.objective import PER_ARTIST
from proxy.recipes.recipe import Recipe

ENOUGH = 0.8  # of the length or the number of songs that was asked for
FEWEST_SONGS = 5
SHORTEST = FEWEST_SONGS * 200  # seconds of a list that takes so many
MOST_OF_ONE = 0.34  # of the songs may be by one artist, and always as many as the usual cap lets in
ENERGY_KNOWN = 0.5  # of the songs, of a list that has a curve or a level


def shortcomings(recipe: Recipe, made: Generated, index: Index) -> list[str]:
    """Why the list is not to be shown, each in a few words; none where it is well filled."""
    return list(_shortcomings(recipe, made, index))


def is_doubtful(made: Generated, sources: Sources) -> bool:
    """Whether an embedder was away, so that another day's list may be better: no recipe is judged by this."""
    notes = made.explanation.notes
    return any(note.endswith(SILENT) for note in notes) or (NOBODY in notes and bool(sources.embedders))


def _shortcomings(recipe: Recipe, made: Generated, index: Index) -> Iterator[str]:
    told, count = made.explanation, len(made.songs)
    wanted = 60 * (made.wish.minutes or recipe.minutes or 0)
    songs = made.wish.songs if recipe.prompt else recipe.songs
    if count < _least(songs, wanted):
        yield f"only {count} of at least {ceil(_least(songs, wanted))} songs" if count else "no song fits"
        return
    if told.seconds < ENOUGH * wanted:
        yield f"only {told.seconds // 60} of {wanted // 60:g} min"
    if NO_WORD_HIT in told.notes:
        yield "nothing in the library has the words of its prompt"
    most = max(PER_ARTIST, MOST_OF_ONE * count)
    artists = index.artist[[index.position[song] for song in made.ids]]
    if recipe.per_artist is None and np.unique(artists, return_counts=True)[1].max() > most:
        yield "too many songs by one artist"
    known = told.energy.measured + told.energy.estimated
    if told.energy.is_asked and known < ENERGY_KNOWN * count:
        yield f"of {count - known} of {count} songs the energy is not known"


def _least(songs: int | None, seconds: float) -> float:
    """How many songs make a list, where so many or so long a one was asked for; a short one may have one."""
    if songs:
        return min(songs, max(FEWEST_SONGS, ENOUGH * songs))
    return 1 if 0 < seconds < SHORTEST else FEWEST_SONGS
