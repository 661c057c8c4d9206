"""Decides whether any list meets a length or a count within the caps, and names one: no guess, a proof.

Sums that can be reached are the bits of one large integer, so that adding a song to every list at once is a
shift: for each song, and each number of songs already taken of its artist and of its album, such an integer
holds what the songs from there on can add. A walk through them finds a list. They know every artist's cap,
and an album's within one artist; one of several artists is held to its cap on the walk, which turns back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from proxy.arrays import Mask
from proxy.playlists.objective import MILLISECONDS
from proxy.playlists.terms import Caps, Terms

MOST_BITS = 1 << 16  # tenths of a second up to 109 minutes, whole seconds above, where the tolerance is wider
MOST_BYTES = 1 << 26  # of all sets together; a few megabytes are usual
MOST_STEPS = 20_000  # of the walk; only albums of several artists can make it turn back at all
NEARBY = 16  # totals that are tried outside the window, nearest first, where none inside can be had

State = tuple[int, int]  # how many songs are taken of this song's artist, and how many of his from its album


class Reach(Struct, frozen=True):
    """`taken` is a list within the window, or the nearest to it that was found, seeds included.

    `decided` is False in the one case of doubt: the walk was given up before it had seen every list.
    """

    taken: Mask
    inside: bool
    decided: bool


class Song(Struct, frozen=True):
    """A candidate on the walk; artist and album are -1 where no cap counts it."""

    place: int
    amount: int
    artist: int
    album: int


class Node(Struct, frozen=True):
    """Where a walk stands: before song number `song`, with so much left to add."""

    song: int
    state: State
    rest: int
    path: tuple[Song, Node | None] | None = None
    shared: tuple[int, ...] = ()  # the albums of several artists that songs were taken of


def reach(terms: Terms, caps: Caps, *, nearer_than: float = float("inf")) -> Reach:
    """A list that meets `terms.asked` within its slack and keeps the caps, if there is one.

    Else the nearest; only such are looked for as are outside by less than `nearer_than`.
    """
    unit = _unit(terms)
    songs = _songs(terms, caps, unit)
    asked = (terms.asked - int(terms.amount[caps.seed].sum())) // unit
    slack = terms.slack // unit
    longest = max((song.amount for song in songs), default=0)
    sets = _Sets(songs, caps, most=max(asked + slack + longest, 0))
    if not sets.affordable:
        return Reach(caps.seed, terms.outside(caps.seed) == 0, False)
    for total in _nearest(sets.totals(), asked, slack):
        if abs(total - asked) - slack >= nearer_than / unit:
            break
        places = sets.find(total)
        if places is not None:
            taken = caps.seed.copy()
            taken[places] = True
            return Reach(taken, terms.outside(taken) == 0, sets.steps > 0)
    return Reach(caps.seed, terms.outside(caps.seed) == 0, sets.steps > 0)


class _Sets:
    """What the songs from each one on can add, and the search for one list that adds a given total."""

    def __init__(self, songs: Sequence[Song], caps: Caps, *, most: int) -> None:
        self._songs = songs
        self._artists, self._albums = (room.tolist() for room in caps.room)
        self._shared = _shared(songs)
        self.steps = MOST_STEPS
        states: list[set[State]] = [{(0, 0)}]
        for n in range(len(songs)):
            states.append({after for state in states[n] for _, after in self._ways(n, state)})
        self.affordable = sum(map(len, states)) * most // 8 <= MOST_BYTES
        self._sets: list[dict[State, int]] = [dict.fromkeys(states[-1], 1)]
        if self.affordable:
            self._fill(states, (1 << (most + 1)) - 1)

    def _fill(self, states: Sequence[set[State]], most: int) -> None:
        for n in range(len(self._songs) - 1, -1, -1):
            rest, amount, here = self._sets[-1], self._songs[n].amount, {}
            for state in states[n]:
                (_, without), *taking = self._ways(n, state)
                here[state] = rest[without]
                for _, after in taking:
                    here[state] |= rest[after] << amount & most
            self._sets.append(here)
        self._sets.reverse()

    def totals(self) -> int:
        return self._sets[0][0, 0]

    def find(self, total: int) -> list[int] | None:
        """The places of a list of that total; songs that stand first in the pool are preferred."""
        ways = [Node(0, (0, 0), total)]
        while ways and self.steps > 0:
            self.steps -= 1
            node = ways.pop()
            if node.song == len(self._songs):
                return [song.place for song in _walked(node)]
            for taking, after in self._ways(node.song, node.state):
                rest = node.rest - self._songs[node.song].amount * taking
                if rest >= 0 and self._sets[node.song + 1][after] >> rest & 1:
                    ways += self._open(node, taking, after, rest)
        return None

    def _open(self, node: Node, taking: bool, after: State, rest: int) -> Iterator[Node]:
        song, path, shared = self._songs[node.song], node.path, node.shared
        if taking:
            path = (song, node)
        if taking and song.album in self._shared:
            if shared.count(song.album) >= self._albums[song.album]:
                return
            shared = (*shared, song.album)
        yield Node(node.song + 1, after, rest, path, shared)

    def _ways(self, n: int, state: State) -> list[tuple[bool, State]]:
        """Without song n and, where the caps allow, with it: the state before the next song."""
        song, (artist, album) = self._songs[n], state
        room = (song.artist < 0 or artist < self._artists[song.artist]) and (
            song.album < 0 or album < self._albums[song.album]
        )
        ways = [(False, self._entered(n, state))]
        if room:
            ways.append((True, self._entered(n, (artist + (song.artist >= 0), album + (song.album >= 0)))))
        return ways

    def _entered(self, n: int, state: State) -> State:
        if n + 1 == len(self._songs):
            return 0, 0
        one, other = self._songs[n], self._songs[n + 1]
        if one.artist != other.artist:
            return 0, 0
        return state[0], state[1] if one.album == other.album else 0


def _unit(terms: Terms) -> int:
    """Milliseconds (or songs) to a bit: whole seconds where all are whole or a list is long, else tenths."""
    if terms.slack == 0:
        return 1
    whole = not (terms.amount % MILLISECONDS).any() and terms.asked % MILLISECONDS == 0
    tenth = MILLISECONDS // 10
    return MILLISECONDS if whole or terms.asked // tenth > MOST_BITS else tenth


def _songs(terms: Terms, caps: Caps, unit: int) -> list[Song]:
    """By artist and album, which the sets ask for, the first in the pool last: the walk then prefers it."""
    places = np.flatnonzero(caps.open)
    artist, album = caps.number[:, places]
    amounts = np.rint(terms.amount[places] / unit).astype(np.int64)
    ordered = np.lexsort((places, album, artist))
    return [
        Song(*each)
        for each in zip(
            *(part[ordered].tolist() for part in (places, amounts, artist, album)),
            strict=True,
        )
    ]


def _shared(songs: Sequence[Song]) -> set[int]:
    """The albums whose songs stand at more than one artist."""
    artist_of: dict[int, int] = {}
    return {s.album for s in songs if s.album >= 0 and artist_of.setdefault(s.album, s.artist) != s.artist}


def _nearest(totals: int, asked: int, slack: int) -> list[int]:
    """The totals that can be reached: those in the window, the nearest first; else the nearest few."""
    reached = [n for n, bit in enumerate(reversed(f"{totals:b}")) if bit == "1"]
    reached.sort(key=lambda total: (abs(total - asked), total))
    inside = [total for total in reached if abs(total - asked) <= slack]
    return inside or reached[:NEARBY]


def _walked(node: Node) -> Iterator[Song]:
    at: Node | None = node
    while at is not None and at.path is not None:
        song, at = at.path
        yield song
