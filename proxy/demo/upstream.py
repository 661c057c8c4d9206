"""The server before which the proxy stands: one's own, a Navidrome on the PATH, or else supysonic."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct
from rich.console import Console

from proxy import configuration, settings
from proxy.demo import music, navidrome, show, supysonic
from proxy.demo.client import Account

# What a person may set for the demo too; all else that is ours is set by the demo.
_KEPT = {"OLLAMA_URL", "EMBED_MODEL", "PROMPT_MODEL", "EMBED_THREADS", "LOG_LEVEL"}


class Upstream(Struct, frozen=True):
    """The server before which the proxy stands, and the folder of what we know about it.

    The password of `own`, a server that the demo did not start, is never printed.
    """

    account: Account
    folder: Path
    own: bool = False

    @property
    def host(self) -> str:
        """Name and port alone: a URL may hold a password."""
        return _host(self.account.url)


def choose(
    house: contextlib.ExitStack, folder: Path, environ: Mapping[str, str], console: Console
) -> Upstream:
    """The server, running until `house` is closed; for one that the demo starts, its music is made first.

    Raises StepFailed or SettingsError.
    """
    if environ.get("NAVIDROME_URL"):
        upstream = _own(folder, environ)
        show.step(console, "server", f"yours at {upstream.host}; the list made here stays there")
        return upstream
    library = _music(folder / "music", console)
    program = shutil.which("navidrome", path=environ.get("PATH"))
    state = folder / ("navidrome" if program else "supysonic")
    serving = (
        navidrome.serving(program, state / "server", library, environ)
        if program
        else supysonic.serving(state / "server", library, environ)
    )
    upstream = Upstream(house.enter_context(serving), state)
    show.step(console, "server", f"{state.name} at {upstream.host}")
    return upstream


def _own(folder: Path, environ: Mapping[str, str]) -> Upstream:
    given = configuration.read(environ)
    account = Account(given.navidrome_url.rstrip("/"), given.navidrome_user, given.navidrome_password)
    return Upstream(account, folder / _host(account.url).replace(":", "-"), own=True)


def _music(folder: Path, console: Console) -> Path:
    if not folder.exists():
        show.step(console, "music", "an invented library; this first time it takes a minute or two")
    made = music.make(folder, music.pieces(), console)
    show.step(console, "music", f"{made.files} songs in {made.folder}, {made.new} of them new")
    return made.folder


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def surroundings(environ: Mapping[str, str], upstream: Upstream, address: str) -> dict[str, str]:
    """The environment of a `playlistgen` that listens at `address` before `upstream`."""
    ours = {name.upper() for name in settings.meanings()} | {f"{n.upper()}_FILE" for n in settings.secrets()}
    ours.add("PLAYLISTGEN_CONFIG")
    others = {name: value for name, value in environ.items() if name not in ours or name in _KEPT}
    return {
        **others,
        "NAVIDROME_URL": upstream.account.url,
        "NAVIDROME_USER": upstream.account.user,
        "NAVIDROME_PASSWORD": upstream.account.password,
        "DB_PATH": str(upstream.folder / "playlistgen.db"),
        "LISTEN_HOST": "127.0.0.1",
        "LISTEN_PORT": address.rpartition(":")[2],
        "PLAYLISTS_PATH": str(upstream.folder / "playlists"),
    }
