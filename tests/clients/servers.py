"""The servers that clients are tried before, each with the proxy before it.

A server of one's own is tried where TEST_NAVIDROME_URL, TEST_NAVIDROME_USER and TEST_NAVIDROME_PASSWORD name
it; the lists that are made there are deleted again.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from msgspec import Struct
from rich.console import Console

from proxy.demo import music, supysonic
from proxy.demo.recording import Piece
from proxy.embedding import Embedder
from proxy.settings import Settings
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.house import Clock, Listener, connections, refreshed
from tests.live import serve, serve_proxy

TOKENS, REPLY_TO_CREATE, CHANGED = "salted tokens", "a reply to createPlaylist", "when a list was changed"
WITH_TOKENS = "supysonic with tokens"  # for clients that know no other way to log in

# What a server lacks of what Navidrome has. Nothing else knows which server it talks to.
LACKS = {
    "fake": set[str](),
    "supysonic": {TOKENS, REPLY_TO_CREATE, CHANGED},
    WITH_TOKENS: {REPLY_TO_CREATE, CHANGED},
    "yours": set[str](),
}

YOURS = ("TEST_NAVIDROME_URL", "TEST_NAVIDROME_USER", "TEST_NAVIDROME_PASSWORD")
IS_NAMED = all(os.environ.get(name) for name in YOURS)
SERVERS = ["fake", "supysonic", *(["yours"] if IS_NAMED else [])]

ROOT = Path(__file__).parents[2]
SECONDS = 12  # of a song
TOKEN_SERVER = (sys.executable, "-m", "tests.clients.supysonic_with_tokens")


class Account(Struct, frozen=True):
    url: str
    user: str
    password: str


class Server(Struct, frozen=True):
    """An account at a proxy, the server at `upstream` behind it, and a connection for both."""

    http: httpx.Client
    account: Account
    upstream: str
    lacks: set[str]

    def directly(self) -> Listener:
        """A client that does not pass through the proxy."""
        return Listener(self.http, self.upstream, self.account.user, self.account.password)


def pieces() -> Iterator[Piece]:
    """Nine songs of three genres."""
    for number in range(9):
        genre = ("Jazz", "Folk", "Rock")[number % 3]
        yield Piece(
            file=f"{genre}/{number}.{'flac' if number % 2 else 'mp3'}",
            sound=genre.lower(),
            seconds=SECONDS,
            bpm=90,
            title=f"{genre} Number {number}",
            artist=f"The {genre} {number}",
            album=f"{genre} of {number}",
            year=1970 + number,
            genres=(genre,),
        )


def upstream(kind: str, folder: Path, stack: ExitStack) -> Account:
    """The server itself, started here unless it is one's own."""
    if kind == "yours":
        return Account(*(os.environ[name] for name in YOURS))
    if kind == "fake":
        return Account(stack.enter_context(serve(create_app(World.recorded()))), "admin", PASSWORDS["admin"])
    made = music.make(folder / "music", pieces(), Console(file=io.StringIO()))
    server = TOKEN_SERVER if kind == WITH_TOKENS else supysonic.SERVER
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    account = stack.enter_context(
        supysonic.serving(folder / "supysonic", made.folder, environ, server=server)
    )
    return Account(account.url, account.user, account.password)


@contextmanager
def standing(kind: str, folder: Path, embedders: Sequence[Embedder]) -> Iterator[Server]:
    """One of SERVERS with a proxy that knows its music, from here to the end of the block."""
    with ExitStack() as stack:
        own, path, now = upstream(kind, folder, stack), folder / "playlistgen.db", Clock()
        report = asyncio.run(refreshed(path, own.url, own.user, embedders, now=now, password=own.password))
        assert report.tracks
        settings = Settings(navidrome_url=own.url, db_path=str(path))
        through = stack.enter_context(serve_proxy(settings, embedders=embedders, now=now))
        account = Account(through, own.user, own.password)
        yield Server(stack.enter_context(connections()), account, own.url, LACKS[kind])
