"""What a finished list could not meet, each in a few words."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from proxy.library.index import Index
from proxy.playlists import order
from proxy.playlists.candidates import Candidates
from proxy.playlists.choose import Choice
from proxy.playlists.energies import energies
from proxy.playlists.objective import Limits, Pool
from proxy.playlists.order import Order
from proxy.playlists.parts import of_genres
from proxy.playlists.query import Query
from proxy.playlists.wish import Wish

NO_WORD_HIT = "no title, name or tag has these words: chosen by their meaning alone"
BY_ENERGY = "no title, name or tag has these words: chosen by their energy and meaning"
NO_MORE = "this library has no more of it"
NO_NEARER = "its songs come to no nearer length"
TIME_WAS_UP = "time was up: the best list so far"
CAPS = {
    "per_album": "more than 2 songs of an album, to reach the length",
    "per_artist": "more than 3 songs by an artist, to reach the length",
}


class Finished(Struct, frozen=True):
    """A list with what it was made from; `versions` are other recordings that were left out."""

    wish: Wish
    query: Query
    found: Candidates
    pool: Pool
    limits: Limits
    choice: Choice
    order: Order
    versions: int = 0

    @property
    def places(self) -> list[int]:
        return list(self.order.places)


def notes_on(made: Finished, index: Index, *, scarce: str = "") -> Iterable[str]:
    """`scarce` is why there was little to choose from, where that is known."""
    yield from (CAPS[cap] for cap in made.choice.relaxed)
    if made.query.words and not made.found.parts.hit().any():
        yield BY_ENERGY if made.query.energy and energies(index).measured.any() else NO_WORD_HIT
    yield from _length(made, scarce or NO_MORE)
    yield from _genres(made, index)
    if order.repeats(made.pool.artist[made.places].tolist()):
        yield "an artist comes twice in a row, for want of others"
    if made.versions:
        yield f"{made.versions} other version{'' if made.versions == 1 else 's'} left out"
    if made.choice.timed_out or made.order.timed_out:
        yield TIME_WAS_UP


def _length(made: Finished, scarce: str) -> Iterable[str]:
    limits, wish = made.limits, made.wish
    seconds = float(made.pool.duration[made.places].sum())
    if wish.songs is not None and len(made.places) < wish.songs:
        yield f"{wish.songs} songs asked, {scarce}"
    elif limits.seconds is None or made.choice.inside:
        return
    elif seconds < limits.seconds:
        yield scarce
    else:
        yield NO_NEARER


def _genres(made: Finished, index: Index) -> Iterable[str]:
    genres, places = made.wish.genres, made.places
    tagged = int(of_genres(genres, index)[made.pool.position[places]].sum())
    if genres and tagged < len(places):
        yield f"{tagged or 'none'} of {len(places)} tagged {' or '.join(genres)}"
