"""What one user has starred, rated, played and put into lists, read through calls of his own.

Of a song only its id is kept, and what the user did with it: of 100,000 songs, 1.5 kB each, nothing else is
ever made an object of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import lru_cache
from itertools import count

import anyio
import msgspec
from msgspec import Struct, field

from proxy.errors import UpstreamError, UpstreamRefused
from proxy.navidrome.account import Params

Ask = Callable[[str, Params], Awaitable[bytes]]
"""A call as the user, answered with the reply as it came. Navidrome keeps what this module reads from its
`MinimalClients`, and from `LegacyClients` when a song was played: let the call go out as from CLIENT."""

PAGE = 1000
PAGES_AT_ONCE = 4


class Plays(Struct, frozen=True):
    """By ids of songs: of the rated 1 to 5, of the played the last day, None where that is not told.

    `counts` say how often, `hours` at which hour of UTC the last time was; `loved` has the starred and the
    day of that.
    """

    ratings: Mapping[str, int]
    played: Mapping[str, date | None]
    counts: Mapping[str, int] = {}
    hours: Mapping[str, int] = {}
    loved: Mapping[str, date | None] = {}


PlaysOf = Callable[[str, Ask], Awaitable[Plays]]
"""What the owner of that name has played, asked as him; it may be remembered from a moment ago."""


class List(Struct, frozen=True):
    """A playlist that the user may read; the owner is "" where upstream does not tell."""

    id: str
    name: str = ""
    owner: str = ""


async def starred(ask: Ask) -> frozenset[str]:
    """The songs that the user has starred. Raises UpstreamUnreachable and UpstreamRefused, as all here."""
    reply = await _reply(ask, "getStarred2")
    return frozenset(song.id for song in reply.starred2.song)


async def lists(ask: Ask) -> list[List]:
    """His own and those that others share."""
    return (await _reply(ask, "getPlaylists")).playlists.playlist


async def songs_of(ask: Ask, playlist_id: str) -> tuple[str, ...]:
    return tuple(song.id for song in (await _reply(ask, "getPlaylist", ("id", playlist_id))).playlist.entry)


async def folders(ask: Ask) -> dict[int, str]:
    """The names of the libraries open to him, by their ids."""
    found = (await _reply(ask, "getMusicFolders")).music_folders.folder
    return {int(each.id): each.name for each in found if str(each.id).isdecimal()}


async def plays(ask: Ask) -> Plays:
    """What he did with every song that he may hear, a few pages at a time.

    Raises UpstreamRefused too where search3 finds no song at all: it answers an error so, or knows no empty
    query.
    """
    for query in ("", '""'):  # the second is what servers before OpenSubsonic want for "everything"
        reading = _Reading(ask, query)
        if await reading.page(0, PAGE):
            await reading.rest()
            return reading.found()
    raise UpstreamRefused("Upstream's search3 finds no song with an empty query.")


class _Reading:
    """Pages until one brings nothing new, as large as the first came: servers may have a most."""

    def __init__(self, ask: Ask, query: str) -> None:
        self._ask = ask
        self._query = query
        self._seen: set[str] = set()
        self._ratings: dict[str, int] = {}
        self._played: dict[str, date | None] = {}
        self._counts: dict[str, int] = {}
        self._hours: dict[str, int] = {}
        self._loved: dict[str, date | None] = {}

    def found(self) -> Plays:
        return Plays(self._ratings, self._played, self._counts, self._hours, self._loved)

    async def page(self, offset: int, size: int) -> bool:
        """Whether there was anything new. An empty page is asked for twice: an error looks like one."""
        span = [("songCount", str(size)), ("songOffset", str(offset))]
        none_else = [("albumCount", "0"), ("artistCount", "0")]
        for _ in range(2):
            reply = await _reply(self._ask, "search3", ("query", self._query), *span, *none_else)
            if songs := reply.found.song:
                break
        before = len(self._seen)
        for song in songs:
            self._keep(song)
        return len(self._seen) > before

    def _keep(self, song: _Song) -> None:
        self._seen.add(song.id)
        if song.rating:
            self._ratings[song.id] = song.rating
        if song.starred:
            self._loved[song.id] = _day(song.starred[:10])
        if song.plays or song.played:
            self._played[song.id] = day = _day(song.played[:10])
            self._counts[song.id] = max(song.plays, 1)
            if day and (hour := song.played[11:13]).isdigit():
                self._hours[song.id] = int(hour) % 24

    async def rest(self) -> None:
        size = len(self._seen)
        offsets, errors = count(size, size), list[UpstreamError]()
        async with anyio.create_task_group() as group:

            async def read() -> None:
                try:
                    while not errors and await self.page(next(offsets), size):
                        pass
                except UpstreamError as error:
                    errors.append(error)

            for _ in range(PAGES_AT_ONCE if size >= PAGE else 1):
                group.start_soon(read)
        if errors:
            raise errors[0]


@lru_cache(maxsize=1000)  # of which there are few: one object each
def _day(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


class _Song(Struct, gc=False):
    id: str
    rating: int = field(name="userRating", default=0)
    plays: int = field(name="playCount", default=0)
    played: str = ""
    starred: str = ""


class _Songs(Struct):
    song: list[_Song] = []


class _Lists(Struct):
    playlist: list[List] = []


class _Entries(Struct):
    entry: list[_Song] = []


class _Folder(Struct):
    id: int | str  # a text of digits with some servers
    name: str = ""


class _Folders(Struct):
    folder: list[_Folder] = field(name="musicFolder", default_factory=list)


class _Reply(Struct):
    status: str
    found: _Songs = field(name="searchResult3", default_factory=_Songs)
    starred2: _Songs = field(default_factory=_Songs)
    playlists: _Lists = field(default_factory=_Lists)
    playlist: _Entries = field(default_factory=_Entries)
    music_folders: _Folders = field(name="musicFolders", default_factory=_Folders)


class _Wrapped(Struct):
    reply: _Reply = field(name="subsonic-response")


async def _reply(ask: Ask, endpoint: str, *params: tuple[str, str]) -> _Reply:
    content = await ask(endpoint, params)
    try:
        reply = msgspec.json.decode(content, type=_Wrapped).reply
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UpstreamRefused(f"Upstream's answer to {endpoint} is none of Subsonic's.") from error
    if reply.status != "ok":
        raise UpstreamRefused(f"Upstream refused {endpoint}.")
    return reply
