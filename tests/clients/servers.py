"""The servers that clients are tried before, each with the proxy before it.

A server of one's own is tried where TEST_NAVIDROME_URL, TEST_NAVIDROME_USER and TEST_NAVIDROME_PASSWORD name
it; the lists that are made there are deleted again.
"""

from __future__ import annotations

import asyncio
import io
import os
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
from tests.house import Clock, connections, refreshed
from tests.live import serve, serve_proxy

TOKENS, REPLY_TO_CREATE, CHANGED = "salted tokens", "a reply to createPlaylist", "when a list was changed"
AUDIO = "sound in its songs"

# What a server lacks of what Navidrome has. Nothing else knows which server it talks to.
LACKS = {"fake": {AUDIO}, "supysonic": {TOKENS, REPLY_TO_CREATE, CHANGED}, "yours": set[str]()}

YOURS = ("TEST_NAVIDROME_URL", "TEST_NAVIDROME_USER", "TEST_NAVIDROME_PASSWORD")
IS_NAMED = all(os.environ.get(name) for name in YOURS)
SERVERS = [kind for kind in LACKS if kind != "yours" or IS_NAMED]


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


def pieces() -> Iterator[Piece]:
    """Nine songs of three genres."""
    for number in range(9):
        genre = ("Jazz", "Folk", "Rock")[number % 3]
        yield Piece(
            file=f"{genre}/{number}.{'flac' if number % 2 else 'mp3'}",
            sound=genre.lower(),
            seconds=2,
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
    account = stack.enter_context(supysonic.serving(folder / "supysonic", made.folder, os.environ))
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
