"""What is asked for: by whom, when, and with what he may hear and has done."""

from __future__ import annotations

from datetime import date, datetime, time

from msgspec import Struct

from proxy.arrays import Mask
from proxy.playlists.never import Never
from proxy.playlists.taste import Taste
from proxy.playlists.wish import Wish


class Request(Struct, frozen=True, kw_only=True):
    """Who asks for what, and when: `now` is the clock on the wall, without it the day's first minute.

    `libraries` are those that the owner may hear, None for all. `lately` are songs that the owner was given
    these days, which a wish for something fresh puts last. `playlists` are the names of the owner's lists,
    `taste` is what he has done with songs, where the wish asks for it; `wish` is the prompt as `understand`
    reads it, where that was done already. `minutes` or `songs` win over the prompt's; `default_minutes` holds
    where neither says anything. At `deadline`, a time.monotonic(), the best list so far is taken, and before
    it no embedder is waited for. `never` are the rules of the house. The list resembles the songs of `like`,
    which need not be in it, and holds none but those `within` it: positions of the index that it is made of.
    """

    prompt: str
    owner: str
    day: date
    now: datetime | None = None
    seeds: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    within: Mask | None = None
    libraries: frozenset[int] | None = None
    lately: frozenset[str] = frozenset()
    playlists: tuple[str, ...] = ()
    taste: Taste | None = None
    wish: Wish | None = None
    minutes: float | None = None
    songs: int | None = None
    default_minutes: float = 60.0
    never: Never = Never()
    deadline: float = float("inf")

    @property
    def instant(self) -> datetime:
        return self.now or datetime.combine(self.day, time())
