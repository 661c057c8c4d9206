"""From a prompt to a list: wish → candidates → choice → order → explanation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from msgspec import Struct, structs

from proxy.arrays import Ints, Mask
from proxy.library.index import Index
from proxy.playlists import chance, explain, lexicon
from proxy.playlists.allowed import allowed
from proxy.playlists.candidates import POOL, Candidates
from proxy.playlists.choose import choose
from proxy.playlists.energies import energies
from proxy.playlists.explain import EnergyTold, Explanation
from proxy.playlists.meaning import Sources
from proxy.playlists.notes import CAPS, Finished, notes_on
from proxy.playlists.objective import PER_ALBUM, PER_ARTIST, Limits
from proxy.playlists.order import arrange
from proxy.playlists.pool import plain_pool, pool_of
from proxy.playlists.prompt import Vocabulary, render
from proxy.playlists.query import Query
from proxy.playlists.reading import query_in, read
from proxy.playlists.reasons import Reasons
from proxy.playlists.refining import refine
from proxy.playlists.request import Request
from proxy.playlists.retrieval import retrieved
from proxy.playlists.taste import own, shortage
from proxy.playlists.wish import Wish

SURPRISE_SONGS = 12  # of a bare prefix
SECONDS_TO_TELL = 0.5  # are kept of the deadline for what comes after the choice


class Chosen(Struct, frozen=True, omit_defaults=True):
    """A song of a list: its id, its relevance in [0, 1] and the reasons for it.

    `energy` in [0, 1] was `measured`, or guessed from tags; `wanted` is the energy of its place, where the
    wish has a curve or a level. `step` is what the change to the next song costs, 0 where both are alike and
    0.6 where nothing fits.
    """

    track_id: str
    relevance: float
    why: tuple[str, ...]
    energy: float = 0.5
    measured: bool = False
    wanted: float | None = None
    step: float | None = None


class Generated(Struct, frozen=True):
    """A finished list; `generation` is that of the index it was made from."""

    songs: tuple[Chosen, ...]
    wish: Wish
    explanation: Explanation
    generation: int

    @property
    def comment(self) -> str:
        """One line of at most 500 characters."""
        return explain.comment(self.explanation)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(song.track_id for song in self.songs)


@lru_cache(maxsize=1)
def vocabulary_of(index: Index) -> Vocabulary:
    """What prompts may name of this generation's genres and artists.

    An artist's name of one word that stands in three titles or more, and in more than there are tracks by
    them, names nobody unless a prompt says "by".
    """
    ordinary = [
        artist for artist in index.artists if index.in_titles(artist, times=max(3, index.tracks_by(artist)))
    ]
    return Vocabulary.of(index.genres, index.artists, ordinary=ordinary, tracks=index.tracks_by)


def understand(request: Request, *, index: Index, vocabulary: Vocabulary) -> Wish:
    """What the request asks for, before the library is looked at for songs."""
    wish = read(
        request.prompt, index=index, vocabulary=vocabulary, now=request.instant, playlists=request.playlists
    )
    if request.songs is not None:
        return structs.replace(wish, songs=request.songs, minutes=None)
    if request.minutes is not None:
        return structs.replace(wish, minutes=request.minutes, songs=None)
    return wish


def generate(request: Request, *, index: Index, vocabulary: Vocabulary, sources: Sources) -> Generated:
    """The list for a request. The same request over the same index gives the same list on every machine.

    It never fails for want of an embedder: the first that answers is used, else words alone decide, and the
    explanation says so. What a language model adds is only as repeatable as the model (`refining`).
    An empty index gives an empty list that says what to do.
    """
    wish = request.wish or understand(request, index=index, vocabulary=vocabulary)
    if not len(index):
        return _told((), wish, index, notes=[explain.NOTHING_READ])
    wish, reader = refine(wish, request, index=index, vocabulary=vocabulary, chat=sources.chat)
    mine = own(wish, request.taste, index, today=request.instant.date())
    open_to = allowed(wish, request, index) & mine.allowed
    if not request.prompt and not request.seeds:
        return _surprise(request, wish, index, open_to)
    seeds, resembled = _known(request.seeds, index), _known(request.like, index)
    query = query_in(index, wish)
    found = retrieved(
        wish,
        query,
        request,
        like=np.concatenate([seeds, resembled, mine.like]),
        open_to=open_to,
        index=index,
        sources=sources,
        count=_count(wish, request),
    )
    made = _made(wish, query, found, seeds, request, index)
    scarce = shortage(wish, request.taste, len(made.places) - len(seeds))
    notes = [*mine.notes, *found.notes, *notes_on(made, index, scarce=scarce)]
    return _told(_songs(made, index), wish, index, made=made, notes=notes, reader=reader)


def _known(songs: Sequence[str], index: Index) -> Ints:
    known = [index.position[song] for song in dict.fromkeys(songs) if song in index.position]
    return np.array(known, dtype=np.int64)


def _count(wish: Wish, request: Request) -> int:
    """Four for every song of the list, were they 200 s long, or more: so many leave a choice."""
    songs = wish.songs or (wish.minutes or request.default_minutes) * 60 / 200
    return max(POOL, 4 * round(songs))


def _made(
    wish: Wish, query: Query, found: Candidates, seeds: Ints, request: Request, index: Index
) -> Finished:
    def late() -> bool:
        return time.monotonic() > request.deadline - SECONDS_TO_TELL

    pool, versions = pool_of(
        found, wish, index, seeds=seeds, lately=sorted(request.lately) if wish.fresh else ()
    )
    limits = _limits(wish, request)
    choice = choose(pool, limits, strict=[cap for cap in CAPS if getattr(wish, cap)], late=late)
    order = arrange(pool, choice.chosen, limits, late=late)
    return Finished(wish, query, found, pool, limits, choice, order, versions)


def _limits(wish: Wish, request: Request) -> Limits:
    minutes = wish.minutes if wish.songs or wish.minutes else request.default_minutes
    return Limits(
        seconds=None if minutes is None else minutes * 60,
        songs=wish.songs,
        per_artist=wish.per_artist or PER_ARTIST,
        per_album=wish.per_album or PER_ALBUM,
        curve=wish.curve,
        level=wish.energy,
    )


def _surprise(request: Request, wish: Wish, index: Index, open_to: Mask) -> Generated:
    """A short random list that changes from day to day; its comment explains how to ask for more."""
    drawn = chance.drawn(open_to, owner=request.owner, day=request.day)
    position = drawn[np.sort(np.unique(index.song[drawn], return_index=True)[1])]
    pool = plain_pool(position, np.linspace(1, 0, len(position), dtype=np.float32), index)
    short = wish.minutes is None and wish.songs is None
    limits = Limits(songs=SURPRISE_SONGS) if short else _limits(wish, request)
    places = list(arrange(pool, choose(pool, limits).chosen, limits).places)
    songs = [Chosen(index.ids[position], 0.0, ("by chance",)) for position in pool.position[places].tolist()]
    return _told(songs, wish, index, notes=[explain.GRAMMAR])


def _songs(made: Finished, index: Index) -> list[Chosen]:
    pool, places, energy = made.pool, made.places, energies(index)
    place_of = {int(position): place for place, position in enumerate(made.found.positions)}
    reasons = Reasons(made.wish, made.query, index, lexicon.load(), made.found)
    wanted: list[float | None] = made.order.wanted.tolist() or [None] * len(places)
    steps: list[float | None] = [*made.order.steps, None]
    songs = []
    for number, place in enumerate(places):
        position = int(pool.position[place])
        song = Chosen(
            track_id=index.ids[position],
            relevance=round(float(pool.relevance[place]), 3),
            why=("your song",) if place < pool.seeds else reasons.of(place_of[position]),
            energy=round(float(pool.energy[place]), 3),
            measured=bool(energy.measured[position]),
            wanted=wanted[number],
            step=steps[number],
        )
        songs.append(song)
    return songs


def _told(
    songs: Sequence[Chosen],
    wish: Wish,
    index: Index,
    *,
    notes: Sequence[str],
    made: Finished | None = None,
    reader: str = "",
) -> Generated:
    fields = render(structs.replace(wish, minutes=None, songs=None, curve="", energy=None))
    positions = [index.position[song.track_id] for song in songs]
    told = Explanation(
        understood=explain.understood(fields, made.query.words if made else ()),
        minutes=wish.minutes,
        seconds=int(index.duration[positions].sum()),
        songs=len(songs),
        energy=_energy(wish, positions, index),
        relaxed=made.choice.relaxed if made else (),
        notes=tuple(notes),
        model=made.found.model if made else "",
        reader=reader,
        timed_out=bool(made and (made.choice.timed_out or made.order.timed_out)),
    )
    return Generated(tuple(songs), wish, told, index.generation)


def _energy(wish: Wish, positions: Sequence[int], index: Index) -> EnergyTold:
    if not len(index):
        return EnergyTold(wish.curve, wish.energy)
    known = energies(index)
    measured, estimated = (int(mask[list(positions)].sum()) for mask in (known.measured, known.estimated))
    return EnergyTold(wish.curve, wish.energy, measured, estimated)
