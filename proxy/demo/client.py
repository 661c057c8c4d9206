"""A listener with a Subsonic client: logs in, makes a list by its name, opens it, plays its beginning."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from proxy.demo.processes import StepFailed

CLIENT = "playlistgen-demo"
VERSION = "1.16.1"
FIRST_BYTES = 64 * 1024

_CHUNK_BYTES = 16 * 1024

# More than the proxy's own deadline, less than a person waits.
_TIMEOUT_SECONDS = 30.0


class Account(Struct, frozen=True):
    """Where a server answers and who asks there."""

    url: str
    user: str
    password: str


class Song(Struct, frozen=True):
    """An entry of a list; `duration` in seconds."""

    id: str
    title: str = ""
    artist: str = ""
    album: str = ""
    year: int | None = None
    duration: int = 0


class Playlist(Struct, frozen=True):
    """A list as getPlaylists and getPlaylist tell of it; only the latter has `entry`."""

    id: str
    name: str
    comment: str = ""
    created: str = ""
    entry: tuple[Song, ...] = ()

    @property
    def seconds(self) -> int:
        return sum(song.duration for song in self.entry)


class Beginning(Struct, frozen=True):
    """The first bytes of a stream: how many came, and what they are said to be."""

    length: int
    content_type: str


class Listener:
    """Talks to any Subsonic server; every method raises StepFailed where the answer is no or none."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.plain_password = False
        # The demo's servers are on this machine: a proxy named in the environment has no part in that.
        self._http = httpx.Client(base_url=account.url, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def ready(self) -> bool:
        """Whether there is a Subsonic answer of any kind."""
        try:
            return "subsonic-response" in self._http.get("/rest/ping", params=self._parameters({})).json()
        except (httpx.HTTPError, ValueError):
            return False

    def log_in(self) -> None:
        """By a token where the server knows them, else by the plain password (supysonic)."""
        self.plain_password = False
        try:
            self.call("ping")
        except StepFailed:
            self.plain_password = True
            self.call("ping")

    def create(self, name: str) -> Playlist:
        """The list called `name`, opened; the newest one where the server allows several (supysonic)."""
        reply = self.call("createPlaylist", name=name)
        made = msgspec.convert(reply["playlist"], Playlist) if reply.get("playlist") else self._newest(name)
        return self.open(made.id)

    def open(self, playlist_id: str) -> Playlist:
        return msgspec.convert(self.call("getPlaylist", id=playlist_id)["playlist"], Playlist)

    def begin(self, song: Song) -> Beginning:
        """Streams the first FIRST_BYTES of `song`, or all of a shorter one, and hangs up."""
        length = 0
        try:
            with self._http.stream("GET", "/rest/stream", params=self._parameters({"id": song.id})) as reply:
                kind = reply.headers.get("content-type", "")
                if reply.status_code != httpx.codes.OK or not kind.startswith(("audio/", "application/ogg")):
                    raise StepFailed(
                        f"stream: HTTP {reply.status_code} with {kind or 'no type'} instead of music."
                    )
                for chunk in reply.iter_bytes(_CHUNK_BYTES):
                    length += len(chunk)
                    if length >= FIRST_BYTES:
                        break
        except httpx.HTTPError as error:
            raise StepFailed(
                f"stream: no answer from {self.account.url} ({type(error).__name__})."
            ) from error
        return Beginning(length, kind)

    def call(self, endpoint: str, **parameters: str) -> dict[str, Any]:
        """The reply's `subsonic-response`, asked by POST form as clients with long lists do."""
        try:
            reply = self._http.post(f"/rest/{endpoint}", data=self._parameters(parameters))
            answer: dict[str, Any] = reply.json()["subsonic-response"]
        except httpx.HTTPError as error:
            reason = type(error).__name__
            raise StepFailed(f"{endpoint}: no answer from {self.account.url} ({reason}).") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StepFailed(f"{endpoint}: HTTP {reply.status_code} without a Subsonic answer.") from error
        if answer.get("status") != "ok":
            problem = answer.get("error", {})
            raise StepFailed(
                f"{endpoint}: {problem.get('message', 'no reason given')} (code {problem.get('code')})."
            )
        return answer

    def _newest(self, name: str) -> Playlist:
        lists = self.call("getPlaylists").get("playlists", {}).get("playlist", [])
        called = [one for one in msgspec.convert(lists, tuple[Playlist, ...]) if one.name == name]
        if not called:
            raise StepFailed(f"createPlaylist: the server said ok, but has no list called {name!r}.")
        return max(called, key=lambda one: one.created)

    def _parameters(self, own: dict[str, str]) -> dict[str, str]:
        return {**own, **self._credentials(), "v": VERSION, "c": CLIENT, "f": "json"}

    def _credentials(self) -> dict[str, str]:
        if self.plain_password:
            return {"u": self.account.user, "p": self.account.password}
        salt = secrets.token_hex(8)
        token = hashlib.md5((self.account.password + salt).encode(), usedforsecurity=False).hexdigest()
        return {"u": self.account.user, "t": token, "s": salt}
