"""From a prompt to a list: wish → candidates → choice → order → explanation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

import numpy as np
from msgspec import Struct, structs

from proxy.arrays import Floats, Ints, Mask
from proxy.library.index import Index
from proxy.playlists import explain, lexicon, order
from proxy.playlists.candidates import POOL, Candidates, candidates, of_genres
from proxy.playlists.choose import choose
from proxy.playlists.energy import UNKNOWN
from proxy.playlists.evidence import evidence_of
from proxy.playlists.explain import Explanation
from proxy.playlists.meaning import Sources
from proxy.playlists.never import Never, spared
from proxy.playlists.objective import PER_ALBUM, PER_ARTIST, Limits, Pool
from proxy.playlists.prompt import Vocabulary, render
from proxy.playlists.query import Query
from proxy.playlists.reading import query_in, read
from proxy.playlists.versions import refused
from proxy.playlists.wish import Wish

SURPRISE_SONGS = 12  # of a bare prefix
MOST_DRAWN = 2000  # to choose them from
GIVEN_LATELY = 0.1  # of its relevance is left to such a song where a fresh list was asked for
VERSIONS = frozenset(["live", "remix", "remixes", "remixed", "acoustic", "unplugged", "demo", "demos"])


class Request(Struct, frozen=True, kw_only=True):
    """Who asks for what, and when: `now` is the clock on the wall, without it the day's first minute.

    `libraries` are those that the owner may hear, None for all. `lately` are songs that the owner was given
    these days, which a wish for something fresh puts last. `playlists` are the names of the owner's lists.
    `minutes` or `songs` win over the prompt's; `default_minutes` holds where neither says anything. After
    `deadline`, a time.monotonic(), no embedder is waited for. `never` are the rules of the house.
    """

    prompt: str
    owner: str
    day: date
    now: datetime | None = None
    seeds: tuple[str, ...] = ()
    libraries: frozenset[int] | None = None
    lately: frozenset[str] = frozenset()
    playlists: tuple[str, ...] = ()
    minutes: float | None = None
    songs: int | None = None
    default_minutes: float = 60.0
    never: Never = Never()
    deadline: float = float("inf")


class Chosen(Struct, frozen=True):
    """A song of a list: its id, its relevance in [0, 1] and the reasons for it."""

    track_id: str
    relevance: float
    why: tuple[str, ...]


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

    An artist's name of one word that stands in three titles or more names nobody unless a prompt says "by".
    """
    return Vocabulary.of(index.genres, index.artists, ordinary=filter(index.in_titles, index.artists))


def generate(request: Request, *, index: Index, vocabulary: Vocabulary, sources: Sources) -> Generated:
    """The list for a request. The same request over the same index gives the same list on every machine.

    It never fails for want of an embedder: the first that answers is used, else words alone decide, and the
    explanation says so. An empty index gives an empty list that says what to do.
    """
    now = request.now or datetime.combine(request.day, time())
    read_as = read(request.prompt, index=index, vocabulary=vocabulary, now=now, playlists=request.playlists)
    wish = _with_length(read_as, request)
    if not len(index):
        return _told([], wish, index, notes=[explain.NOTHING_READ])
    allowed = _allowed(wish, request, index)
    if not request.prompt and not request.seeds:
        return _surprise(request, wish, index, allowed)
    known = [index.position[seed] for seed in dict.fromkeys(request.seeds) if seed in index.position]
    seeds = np.array(known, dtype=np.int64)
    query = query_in(index, wish)
    found = _find(wish, query, seeds, allowed, request, index=index, sources=sources)
    pool = _pool(found, seeds, wish, index)
    limits = _limits(wish, request)
    choice = choose(pool, limits, strict=[cap for cap in explain.CAPS if getattr(wish, cap)])
    places = np.array(order.arrange(pool, choice.chosen, limits).places, dtype=np.int64)
    notes = [*found.notes, *_notes(wish, limits, found, query, pool, places, choice.relaxed, index)]
    songs = _songs(places, pool, found, wish, query, index)
    return _told(songs, wish, index, words=query.words, notes=notes, model=found.model)


def _with_length(wish: Wish, request: Request) -> Wish:
    if request.songs is not None:
        return structs.replace(wish, songs=request.songs, minutes=None)
    if request.minutes is not None:
        return structs.replace(wish, minutes=request.minutes, songs=None)
    return wish


def _allowed(wish: Wish, request: Request, index: Index) -> Mask:
    """Which tracks the hard rules leave: the owner's libraries, years, lengths of songs, and exclusions."""
    allowed: Mask = (index.duration > 0) & spared(wish, index, never=request.never, day=request.day)
    allowed &= ~refused(wish, index, evidence_of(index), lexicon.load())
    if request.libraries is not None:
        allowed &= (index.library < 0) | np.isin(index.library, sorted(request.libraries))
    if wish.years:
        allowed &= (index.year >= wish.years[0]) & (index.year <= wish.years[1])
    decade = index.year - index.year % 10
    if wish.decades:
        allowed &= (index.year == 0) | np.isin(decade, wish.decades)
    allowed &= ~np.isin(decade, wish.without_decades)
    if wish.longest is not None:
        allowed &= index.duration <= wish.longest
    if wish.shortest is not None:
        allowed &= index.duration >= wish.shortest
    allowed &= ~index.by_artists(wish.without_artists)
    allowed &= ~index.tagged(wish.without_genres)
    for word in wish.without_words:
        allowed &= ~index.saying(word)
    return allowed


def _find(
    wish: Wish, query: Query, seeds: Ints, allowed: Mask, request: Request, *, index: Index, sources: Sources
) -> Candidates:
    like = np.concatenate([seeds, np.flatnonzero(index.by_artists(wish.like))])
    found = candidates(
        wish,
        query,
        like=like,
        allowed=allowed,
        index=index,
        sources=sources,
        count=_enough(wish, request),
        deadline=request.deadline,
    )
    return _fresh_first(found, wish, request, index)


def _fresh_first(found: Candidates, wish: Wish, request: Request, index: Index) -> Candidates:
    """Where something fresh was asked for, what the owner was given lately comes after all else."""
    if not (wish.fresh and request.lately):
        return found
    given = [index.position[song] for song in request.lately if song in index.position]
    known = np.isin(found.positions, given)
    later = np.argsort(known, kind="stable")
    relevance = np.where(known, GIVEN_LATELY * found.relevance, found.relevance).astype(np.float32)
    return structs.replace(
        found,
        positions=found.positions[later],
        relevance=relevance[later],
        meaning=found.meaning[later],
    )


def _enough(wish: Wish, request: Request) -> int:
    """How many candidates leave a choice: four for every song of the list, were they 200 s long."""
    songs = wish.songs or (wish.minutes or request.default_minutes) * 60 / 200
    return max(POOL, 4 * round(songs))


def _pool(found: Candidates, seeds: Ints, wish: Wish, index: Index) -> Pool:
    """Seeds as given, then the candidates: of each song the version that the wish prefers, no seed twice."""
    preferred = index.version if VERSIONS & set(wish.text.lower().split()) else ~index.version
    standing = found.relevance + preferred[found.positions]
    best_first = found.positions[np.lexsort((np.arange(len(found)), -standing))]
    songs = np.concatenate([index.song[seeds], index.song[best_first]])
    first = np.zeros(len(songs), dtype=np.bool_)
    first[np.unique(songs, return_index=True)[1]] = True
    keep = np.isin(found.positions, best_first[first[len(seeds) :]])
    position = np.concatenate([seeds, found.positions[keep]])
    relevance = np.concatenate([np.ones(len(seeds), dtype=np.float32), found.relevance[keep]])
    free = np.isin(position, seeds) | index.by_artists(wish.artists)[position]
    return structs.replace(_pool_of(position, relevance, index), free=free, seeds=len(seeds))


def _pool_of(position: Ints, relevance: Floats, index: Index) -> Pool:
    nobody = np.zeros(len(position), dtype=np.bool_)
    unknown = np.full(len(position), np.nan, dtype=np.float32)
    return Pool(
        position=position,
        relevance=relevance,
        duration=index.duration[position],
        artist=index.artist[position],
        album=index.album[position],
        song=index.song[position],
        free=nobody,
        lately=nobody,
        energy=np.full(len(position), UNKNOWN, dtype=np.float32),
        loudness=unknown,
        tempo=unknown,
        sound=np.zeros((len(position), 0), dtype=np.float32),
    )


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


def _surprise(request: Request, wish: Wish, index: Index, allowed: Mask) -> Generated:
    """A short random list that changes from day to day; its comment explains how to ask for more."""
    chance = random.Random(f"{request.owner}\n{request.day.isoformat()}")
    hat = np.flatnonzero(allowed).tolist()
    drawn = np.array(chance.sample(hat, min(MOST_DRAWN, len(hat))), dtype=np.int64)
    position = drawn[np.sort(np.unique(index.song[drawn], return_index=True)[1])]
    pool = _pool_of(position, np.linspace(1, 0, len(position), dtype=np.float32), index)
    short = wish.minutes is None and wish.songs is None
    limits = Limits(songs=SURPRISE_SONGS) if short else _limits(wish, request)
    places = np.array(order.arrange(pool, choose(pool, limits).chosen, limits).places, dtype=np.int64)
    songs = [Chosen(index.ids[position], 0.0, ("by chance",)) for position in pool.position[places].tolist()]
    return _told(songs, wish, index, notes=[explain.GRAMMAR])


def _songs(
    places: Ints, pool: Pool, found: Candidates, wish: Wish, query: Query, index: Index
) -> list[Chosen]:
    place_of = {int(position): place for place, position in enumerate(found.positions)}
    reasons = explain.Reasons(wish, query, index, lexicon.load(), found)
    songs = []
    for place in places.tolist():
        position = int(pool.position[place])
        why = ("your song",) if place < pool.seeds else reasons.of(place_of[position])
        songs.append(Chosen(index.ids[position], round(float(pool.relevance[place]), 3), why))
    return songs


def _notes(
    wish: Wish,
    limits: Limits,
    found: Candidates,
    query: Query,
    pool: Pool,
    places: Ints,
    relaxed: Sequence[str],
    index: Index,
) -> list[str]:
    notes = [explain.CAPS[cap] for cap in relaxed]
    if query.words and not found.parts.hit().any():
        notes.append(explain.NO_WORD_HIT)
    seconds = float(pool.duration[places].sum())
    if limits.seconds is not None and seconds < limits.seconds - limits.tolerance:
        notes.append("this library has no more of it")
    if wish.songs is not None and len(places) < wish.songs:
        notes.append(f"{wish.songs} songs asked, this library has no more of it")
    tagged = int(of_genres(wish.genres, index)[pool.position[places]].sum())
    if wish.genres and tagged < len(places):
        notes.append(f"{tagged or 'none'} of {len(places)} tagged {' or '.join(wish.genres)}")
    repeats = order.repeats(pool.artist[places].tolist())
    if repeats:
        notes.append("an artist comes twice in a row, for want of others")
    return notes


def _told(
    songs: Sequence[Chosen],
    wish: Wish,
    index: Index,
    *,
    words: Sequence[str] = (),
    notes: Sequence[str],
    model: str = "",
) -> Generated:
    seconds = sum(float(index.duration[index.position[song.track_id]]) for song in songs)
    told = Explanation(
        understood=explain.understood(render(structs.replace(wish, minutes=None, songs=None)), words),
        minutes=wish.minutes,
        seconds=int(seconds),
        songs=len(songs),
        notes=tuple(notes),
        model=model,
    )
    return Generated(tuple(songs), wish, told, index.generation)
