"""The state behind the fake server: everything in it may be read and changed by a test at any time."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from random import Random
from typing import NamedTuple, Self

import anyio

from .songs import Json, Song

Event = anyio.Event | threading.Event

PASSWORDS = {"admin": "open-sesame", "ana": "correct horse", "ben": "battery&staple"}
EXTENSIONS: dict[str, list[int]] = {
    "transcodeOffset": [1],
    "formPost": [1],
    "songLyrics": [1, 2],
    "indexBasedQueue": [1],
    "transcoding": [1],
    "playbackReport": [1],
    "topSongsByArtistId": [1],
}


class Fault(Enum):
    """What may go wrong with an endpoint besides waiting."""

    CRASH = auto()
    """HTTP 500 without a body, as after a panic."""
    EMPTY = auto()
    """A reply that is ok and has nothing in it, as search3 gives when its database query fails."""


class Held(threading.Event):
    """What an endpoint waits for; `reached` is set once it does."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.reached.set()
        return super().wait(timeout)


Trouble = Fault | Event | None


class Received(NamedTuple):
    """A request as it came over the wire."""

    method: str
    target: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition(b"?")[0].decode("latin-1")

    def header(self, name: str) -> str | None:
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key == wanted), None)


@dataclass
class User:
    id: str
    name: str
    password: str
    admin: bool = False
    libraries: tuple[int, ...] = (1,)


@dataclass
class Annotation:
    """What one user did to one song, album or artist; times in RFC 3339."""

    starred_at: str | None = None
    rating: int = 0
    rated_at: str | None = None
    play_count: int = 0
    played_at: str | None = None


@dataclass
class Playlist:
    """``song_ids`` are the stored positions; unknown and missing songs among them are hidden on reading."""

    id: str
    name: str
    owner: User
    created: str
    changed: str
    song_ids: list[str] = field(default_factory=list)
    comment: str = ""
    public: bool = False
    rules: Json | None = None
    evaluated_at: str | None = None
    cover_art: bool = True
    artwork: Json = field(default_factory=dict)
    """The image fields of the native row, once Navidrome has drawn the cover."""


@dataclass
class PlayQueue:
    song_ids: list[str]
    current: str
    position: int
    changed: str
    changed_by: str


@dataclass
class Scan:
    """``count`` is the number of songs that are not missing unless set; ``elapsed`` is in nanoseconds."""

    scanning: bool = False
    count: int | None = None
    folders: int = 0
    last_scan: str = "2026-11-23T08:54:21.080975571Z"
    kind: str = "full"
    elapsed: int = 1_080_975_571


@dataclass
class World:
    users: dict[str, User] = field(default_factory=dict)
    """By name in lower case."""
    songs: dict[str, Song] = field(default_factory=dict)
    """In the order of the database's rows, which is that of an empty search."""
    playlists: dict[str, Playlist] = field(default_factory=dict)
    annotations: dict[tuple[str, str], Annotation] = field(default_factory=dict)
    """By id of user and of song, album or artist."""
    play_queues: dict[str, PlayQueue] = field(default_factory=dict)
    shares: list[tuple[str, list[str], str]] = field(default_factory=list)
    """Who shared which ids, and how he called them."""
    images: dict[str, bytes] = field(default_factory=dict)
    """Pictures by the id that they are asked for by; all others have none in them."""
    libraries: list[Json] = field(default_factory=list)
    """As ``/api/library`` lists them."""
    scan: Scan = field(default_factory=Scan)
    server_type: str = "navidrome"
    server_version: str = "dev"
    extensions: dict[str, list[int]] = field(default_factory=lambda: dict(EXTENSIONS))
    legacy_clients: frozenset[str] = frozenset({"DSub"})
    minimal_clients: frozenset[str] = frozenset({"SubMusic"})

    native: bool = True
    """Whether ``/auth/login`` and ``/api`` exist."""
    empty_query: bool = True
    """Whether search3 lists everything for an empty query."""
    login_limit: int = 5
    """Logins per address in 20 s; 0 is no limit."""
    faults: dict[str, Trouble | list[Trouble]] = field(default_factory=dict)
    """By name of Subsonic endpoint or by path (``/api/song``); a list is used up, one entry a request."""
    mid_stream: Event | None = None
    """Held back after the first chunk of a song until this is set."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    random: Random = field(default_factory=lambda: Random(20261123))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    """Signs the tokens of /auth/login; another value makes all tokens invalid."""
    logins: dict[str, list[datetime]] = field(default_factory=dict)
    players: dict[tuple[str, str, str], str] = field(default_factory=dict)
    transcodes: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """Finished transcodes by song, format and bit rate, with their size in bytes: served like files."""
    requests: list[Received] = field(default_factory=list)
    downloads: bool = True
    """Navidrome's ``EnableDownloads``."""
    cut_off: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    """Ids of songs whose body the client did not wait for; ``get(timeout=…)`` waits for one."""

    @classmethod
    def recorded(cls) -> Self:
        """The state in which the exchanges in ``tests/data/navidrome`` were recorded."""
        from .recorded import furnish

        world = cls()
        furnish(world)
        return world

    @classmethod
    def generated(cls, tracks: int = 9000, seed: int = 1) -> Self:
        """A large invented library in the same shapes, with the same users; equal for equal arguments."""
        from .generated import furnish

        world = cls()
        furnish(world, tracks=tracks, random=Random(seed))
        return world

    def user(self, name: str) -> User | None:
        return self.users.get(name.lower())

    def now(self) -> str:
        return stamp(self.clock())

    def new_id(self) -> str:
        return base62(self.random.getrandbits(128))

    def visible(self, user: User) -> Iterator[Song]:
        """Songs of the user's libraries that are not missing."""
        return (song for song in self.songs.values() if song.library in user.libraries and not song.missing)

    def song(self, song_id: str, user: User) -> Song | None:
        """Also a missing one: Navidrome still describes those by id."""
        song = self.songs.get(song_id)
        return song if song and song.library in user.libraries else None

    def annotation(self, user: User, item: str) -> Annotation:
        """For reading; ``annotate`` gives one that is kept."""
        return self.annotations.get((user.id, item)) or Annotation()

    def annotate(self, user: User, item: str) -> Annotation:
        return self.annotations.setdefault((user.id, item), Annotation())

    def average_rating(self, item: str) -> float:
        kept = (self.annotations.get((user.id, item)) for user in self.users.values())
        ratings = [found.rating for found in kept if found and found.rating]
        mean = sum(ratings) / len(ratings) if ratings else 0.0
        return int(mean) if mean.is_integer() else mean

    def add_song(self, row: Json) -> Song:
        self.songs[row["id"]] = Song(row)
        return self.songs[row["id"]]

    def add_playlist(self, owner: str, name: str, song_ids: Iterable[str] = ()) -> Playlist:
        now = self.now()
        made = Playlist(self.new_id(), name, self.users[owner], created=now, changed=now)
        made.song_ids = list(song_ids)
        self.playlists[made.id] = made
        return made


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def base62(number: int) -> str:
    """22 characters, as Navidrome writes ids of 128 bits."""
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    digits = []
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits.append(alphabet[digit])
    return "".join(reversed(digits))
