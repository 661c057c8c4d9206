"""What a recipe, its criteria and the list made from it are."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from proxy.navidrome.taste import Ask
from proxy.playlists.name import fold

Value = str | int | float | bool | date | tuple[float, float] | tuple[str, str]
Pick = Literal["", "decade", "genre"]
Cover = Literal["four", "song", "none"]

FOUR: Cover = "four"  # covers of its albums in one picture, which is no art id of upstream's

ID_PREFIX = "aip-"
ID_DIGITS = 22  # in base 62 they hold 131 bits
_BASE62 = string.digits + string.ascii_letters


class Criterion(Struct, frozen=True):
    """One comparison by Navidrome's words, as `{ inTheLast = { dateadded = 30 } }`."""

    operator: str
    field: str
    value: Value


class Group(Struct, frozen=True):
    """Criteria of which all must hold, or any. Without criteria it lets every song in."""

    match: Literal["all", "any"] = "all"
    criteria: tuple[Criterion | Group, ...] = ()


class Refresh(Struct, frozen=True):
    """When a list is made anew: `every` hour, day or week, or when it is opened; weekdays count from Monday.

    `minute` is that of the day.
    """

    every: Literal["hour", "day", "week", "open"] = "day"
    minute: int = 4 * 60
    weekday: int = 0

    def __str__(self) -> str:
        at = f"{self.minute // 60:02}:{self.minute % 60:02}"
        return {
            "hour": "hourly",
            "day": f"daily {at}",
            "week": f"weekly {WEEKDAYS[self.weekday]} {at}",
            "open": "on open",
        }[self.every]


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Audience(Struct, frozen=True, omit_defaults=True):
    """Who has the list. Without users and libraries: everybody, or every admin.

    A list for some libraries holds songs of those only, and those have it who may hear one of them. `named`
    are libraries by their names, which only upstream knows (`libraries.looked_up`).
    """

    admins: bool = False
    users: tuple[str, ...] = ()
    libraries: frozenset[int] = frozenset()
    named: tuple[str, ...] = ()


class Recipe(Struct, frozen=True, kw_only=True):
    """A standing wish. `key` tells it from the others for ever, whatever its name becomes.

    `minutes` and `songs`: at most one is set. `curve` is one of `wish.CURVES`, `level` an energy in (0, 1].
    `order` is "flow" (small steps from song to song), "random", or Navidrome's: fields with a comma between
    them, a minus before one that falls, and then it holds the first, unless prompt, seeds, curve or level
    say which. `seeds` are sources of songs that the list should resemble; `pick` has it take one decade or
    genre of the library, another in each period. `named_too` puts the recipe's own name before the decade's,
    as another recipe picks the same or is called so.
    """

    key: str
    name: str
    about: str = ""
    prompt: str = ""
    criteria: Group = Group()
    minutes: float | None = None
    songs: int | None = None
    curve: str = ""
    level: float | None = None
    per_artist: int | None = None
    per_album: int | None = None
    order: str = "flow"
    refresh: Refresh = Refresh()
    audience: Audience = Audience()
    seeds: tuple[str, ...] = ()
    pick: Pick = ""
    named_too: bool = False
    cover: Cover = FOUR


class Caller(Struct, frozen=True, kw_only=True):
    """Whose lists they are: his name as upstream writes it, and the libraries open to him, None for all.

    `ask` calls upstream as him, as `Call.content` does. It is used after his request was answered too.
    Without it his taste is not known, and what needs it stays as it is. `names` has the ids of his libraries
    by their folded names, None where they were not asked for.
    """

    name: str
    libraries: frozenset[int] | None = None
    is_admin: bool = False
    ask: Ask | None = None
    names: Mapping[str, int] | None = None

    def may_have(self, audience: Audience) -> bool:
        if audience.admins and not self.is_admin:
            return False
        if audience.users and self.name.casefold() not in {user.casefold() for user in audience.users}:
            return False
        if not audience.libraries and not audience.named:
            return True
        return bool(audience.libraries if self.libraries is None else self.libraries & audience.libraries)


class StandingList(Struct, frozen=True, kw_only=True):
    """A filled list as a client is to see it; `songs` are ids that are in the index, in playing order.

    `duration` is in seconds, the sum of the songs' whole seconds. `cover` is an art id of upstream's,
    FOUR, or "" for none. Instants are aware. `created` never moves, `changed` with name, comment and songs
    only.
    """

    id: str
    recipe: str
    name: str
    comment: str
    songs: tuple[str, ...]
    duration: int
    created: datetime
    changed: datetime
    valid_until: datetime
    cover: str = ""


class Offered(Struct, frozen=True):
    """A recipe for one user: whether he has hidden its list, and the list, where it is made and shown.

    Its `wish` and `explanation` are JSON, "" where they were not kept. `reason` says in a few words why it
    could not be filled or made anew, "" where it was, or nobody has tried.
    """

    recipe: Recipe
    hidden: bool
    made: StandingList | None
    wish: str = ""
    explanation: str = ""
    reason: str = ""


@lru_cache(1024)
def list_id(owner: str, recipe: str) -> str:
    """`aip-` and 22 letters or digits: of one user's list for ever, and of nobody else's."""
    number = int.from_bytes(hashlib.sha256(f"{owner}\n{recipe}".encode()).digest())
    digits = []
    for _ in range(ID_DIGITS):
        number, digit = divmod(number, len(_BASE62))
        digits.append(_BASE62[digit])
    return ID_PREFIX + "".join(digits)


def key_of(name: str) -> str:
    """What tells a recipe apart that has no `key` of its own."""
    return fold(name)


def named(recipes: Sequence[Recipe], name: str) -> Recipe | None:
    """The recipe of that name or key, however it is written."""
    return next((each for each in recipes if fold(name) in (fold(each.name), fold(each.key))), None)
