"""A proxy before the fake Navidrome, its index made by a real refresh, and the clients that call it.

`now` is one clock for upstream and proxy, which stands still unless a test moves it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import numpy as np
import numpy.typing as npt
from msgspec import Struct, structs

from proxy.embedding import Embedder
from proxy.library import connect, migrate
from proxy.navidrome import Account, Upstream, open_client
from proxy.refresh import RefreshReport, Work, run
from proxy.settings import Settings
from tests import leaks
from tests.factories import NOW, WordCounter
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.live import Stage, serve, serve_proxy

Tree = dict[str, Any]
Value = str | Sequence[str]

UNHEARD = Work(stages=("sync", "embed"))  # the music of a server of one's own may be mounted here

_NUMBERS = frozenset({"songCount", "duration", "code"})
_FLAGS = frozenset({"public", "readonly", "openSubsonic"})
_ITEMS = frozenset({"entry", "folder", "song", "sonicMatch", "openSubsonicExtensions"})


class Way(Struct, frozen=True):
    """How a client asks: verb, format, and what it puts behind the endpoint's name."""

    method: str = "GET"
    format: str = "json"
    suffix: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.format} {self.suffix}".strip()


WAYS = (Way(), Way("POST", "xml", ".view"))


class Playlist(Struct, frozen=True, kw_only=True):
    """A list as a reply shows it; `songs` are the ids of its entries."""

    id: str
    name: str
    count: int
    seconds: int
    created: str
    changed: str = ""
    owner: str = ""
    comment: str = ""
    public: bool = False
    songs: tuple[str, ...] = ()
    entries: tuple[Tree, ...] = ()


class Listener:
    """A client of one user at one server."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        user: str,
        password: str,
        *,
        way: Way = WAYS[0],
        client: str = "test",
    ) -> None:
        self.url = url
        self.way = way
        self.credentials: Tree = {"u": user, "p": password, "v": "1.16.1", "c": client}
        leaks.secret(password)
        self._http = http

    def by_token(self) -> None:
        salt = "c19b2d"
        secret = hashlib.md5(f"{self.credentials.pop('p')}{salt}".encode()).hexdigest()
        leaks.secret(secret)
        self.credentials |= {"t": secret, "s": salt}

    def send(
        self, endpoint: str, *, headers: dict[str, str] | None = None, **params: Value
    ) -> httpx.Response:
        pairs: Any = {**self.credentials, "f": self.way.format, **params}
        url = f"{self.url}/rest/{endpoint}{self.way.suffix}"
        if self.way.method == "POST":
            return self._http.post(url, data=pairs, headers=headers)
        return self._http.request(self.way.method, url, params=pairs, headers=headers)

    def begin(self, song: str, endpoint: str = "stream") -> tuple[str, bytes]:
        """The type of a song's stream and its first bytes; then the client hangs up."""
        pairs = {**self.credentials, "id": song}
        given: Any = {"data": pairs} if self.way.method == "POST" else {"params": pairs}
        url = f"{self.url}/rest/{endpoint}{self.way.suffix}"
        with self._http.stream(self.way.method, url, **given) as response:
            assert response.status_code == httpx.codes.OK
            return response.headers["content-type"], next(response.iter_bytes(4096))

    def ask(self, endpoint: str, **params: Value) -> Tree:
        """What stands inside `subsonic-response`; from XML it is as it would be from JSON."""
        return tree_of(self.send(endpoint, headers=None, **params))

    def create(self, name: str, *songs: str, **params: Value) -> Playlist:
        return playlist_of(self.ask("createPlaylist", name=name, songId=songs, **params))

    def update(self, playlist_id: str, **params: Value) -> Tree:
        return self.ask("updatePlaylist", playlistId=playlist_id, **params)

    def open(self, playlist_id: str) -> Playlist:
        return playlist_of(self.ask("getPlaylist", id=playlist_id))

    def lists(self) -> dict[str, Playlist]:
        """By id."""
        found = self.ask("getPlaylists")["playlists"].get("playlist", [])
        return {each["id"]: playlist_of({"playlist": each}) for each in found}


@contextmanager
def connections() -> Iterator[httpx.Client]:
    """What several clients share: connections, and no cookies."""
    nowhere = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    with httpx.Client(cookies=nowhere, trust_env=False, timeout=30) as http:
        yield http


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class House:
    """`url` is the proxy's, `upstream` Navidrome's; `recipes` is the file of them, which may hold none."""

    def __init__(self, path: Path, stage: Stage, upstream: str, http: httpx.Client) -> None:
        self.path = path
        self.upstream = upstream
        self.url = ""
        self.recipes = path.with_name("recipes.toml")
        self.now = Clock()
        self.embedders: Sequence[Embedder] = [WordCounter()]
        self._stage = stage
        self._http = http
        self.furnish()

    def furnish(self) -> None:
        """Another world upstream, as recorded, and nothing remembered of the lists in the one before."""
        self.now.time = NOW
        self.world = World.recorded()
        self.world.clock, self.world.login_limit = self.now, 0
        self._stage.app = create_app(self.world)
        if self.path.exists():
            db = connect(self.path)
            db.execute(
                "DELETE FROM prompt_playlists; DELETE FROM served; DELETE FROM snapshots; "
                "DELETE FROM hidden_recipes; DELETE FROM placeholders; DELETE FROM creates_begun"
            )
            db.close()

    def refresh(self) -> RefreshReport:
        return asyncio.run(refreshed(self.path, self.upstream, "admin", self.embedders, now=self.now))

    def listener(self, user: str = "ana", way: Way = WAYS[0], client: str = "test") -> Listener:
        return Listener(self._http, self.url, user, PASSWORDS[user.lower()], way=way, client=client)

    def directly(self, user: str = "ana", way: Way = WAYS[0], client: str = "test") -> Listener:
        """A client that does not pass through the proxy."""
        return Listener(self._http, self.upstream, user, PASSWORDS[user.lower()], way=way, client=client)

    def calls(self, endpoint: str) -> int:
        """How often upstream was asked that."""
        return sum(received.path == f"/rest/{endpoint}" for received in self.world.requests)

    @contextmanager
    def proxy(self, **changes: Any) -> Iterator[str]:
        """A proxy of its own over the same index, with other settings."""
        plain = Settings(
            navidrome_url=self.upstream,
            db_path=str(self.path),
            recipes_path=str(self.recipes),
            placeholder_clients="",
        )
        settings = structs.replace(plain, **changes)
        with serve_proxy(settings, embedders=self.embedders, now=self.now) as url:
            yield url


@contextmanager
def open_house(folder: Path, *, filled: bool = True, recipes: str = "", **changes: Any) -> Iterator[House]:
    """With an empty index where it is not to be `filled`; `changes` are those of the proxy's settings."""
    stage = Stage()
    with serve(stage) as upstream, connections() as http:
        house = House(folder / "playlistgen.db", stage, upstream, http)
        house.recipes.write_text(recipes or "recipe = []\n", encoding="utf-8")
        if filled:
            house.refresh()
        else:
            migrate(house.path)
        with house.proxy(**changes) as house.url:
            yield house


class Faulty(WordCounter):
    """An embedder with a fault that nobody has foreseen."""

    def prompt(self, text: str, *, timeout: float) -> npt.NDArray[np.float32]:
        raise ZeroDivisionError


@contextmanager
def broken(house: House) -> Iterator[str]:
    """A proxy over the index of the house that cannot make a list."""
    sound, house.embedders = house.embedders, [Faulty()]
    try:
        with house.proxy() as url:
            yield url
    finally:
        house.embedders = sound


async def refreshed(
    path: Path, upstream: str, user: str, embedders: Sequence[Embedder], *, now: Clock, password: str = ""
) -> RefreshReport:
    async with open_client() as client:
        account = Account(Upstream(client, upstream), user, password or PASSWORDS[user])
        report = await run(path, account, embedders, now=now, force=True, work=UNHEARD)
    assert not report.error
    return report


def genres(house: House, made: Playlist) -> set[str]:
    """Of the songs of a list."""
    return {house.world.songs[song].row["genre"] for song in made.songs}


def playlist_of(tree: Tree) -> Playlist:
    assert tree.get("status", "ok") == "ok", tree
    found = tree["playlist"]
    entries = tuple(found.get("entry", ()))
    return Playlist(
        id=found["id"],
        name=found["name"],
        count=found["songCount"],
        seconds=found["duration"],
        created=found["created"],
        changed=found.get("changed", ""),
        owner=found.get("owner", ""),
        comment=found.get("comment", ""),
        public=found.get("public", False),
        songs=tuple(entry["id"] for entry in entries),
        entries=entries,
    )


def tree_of(response: httpx.Response) -> Tree:
    assert response.status_code == httpx.codes.OK
    if response.headers["content-type"].startswith("application/json"):
        return dict(response.json()["subsonic-response"])
    return _object(ElementTree.fromstring(response.content))


def _object(element: ElementTree.Element) -> Tree:
    tree: Tree = {name: _scalar(name, value) for name, value in element.attrib.items()}
    for child in element:
        tag = child.tag.rpartition("}")[2]
        value = _object(child) or child.text
        is_of_get_song = tag == "song" and element.tag.endswith("}subsonic-response")
        if (tag in _ITEMS and not is_of_get_song) or element.tag.endswith("}playlists"):
            tree.setdefault(tag, []).append(value)
        else:
            tree[tag] = value if isinstance(value, dict) or value else {}
    return tree


def _scalar(name: str, value: str) -> Any:
    if name in _NUMBERS:
        return int(value)
    return value == "true" if name in _FLAGS else value
