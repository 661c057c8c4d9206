"""Which real clients are there to be tried, how each is started, and what it cannot do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from msgspec import Struct

from tests.clients.servers import CHANGED

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / ".venv-clients"  # where .ci/clients puts them
MUST_BE_THERE = bool(os.environ.get("TEST_CLIENTS_INSTALLED"))

CREATE_REPLY, RENAME = "shows what createPlaylist answers", "renames lists"
BYTES, SOUND, CACHE = "hands on a song's bytes", "plays songs", "keeps what it has shown"
LIBRARY = frozenset({SOUND, CACHE})  # lacked by what is no player
DEBIAN_PYTHON = "/usr/bin/python3"


class Client(Struct, frozen=True):
    """`package` is its name in .ci/clients, `way` how it is told to call, `lacks` what it does not do.

    What it `needs` must be in a server's lists, proxy or none: of others it says nothing but `refusal`.
    """

    package: str
    driver: str
    lacks: frozenset[str]
    way: str = ""
    needs: str = ""
    refusal: str = ""

    def __str__(self) -> str:
        return f"{self.package} {self.way}".strip()

    @property
    def folder(self) -> Path:
        return FOLDER / self.package

    @property
    def command(self) -> list[str]:
        script = str(HERE / "drivers" / self.driver)
        if self.driver.endswith(".mjs"):
            return ["node", script]
        return [self._python, script]

    @property
    def _python(self) -> str:
        own = self.folder / "bin" / "python"
        if own.exists():
            return str(own)
        return DEBIAN_PYTHON if self.package == "sublime-music" else sys.executable


CLIENTS = (
    Client(
        "py-opensonic",
        "py_opensonic.py",
        LIBRARY | {CREATE_REPLY},
        needs=CHANGED,
        refusal='MissingField: Field "changed" of type str is missing in Playlist instance',
    ),
    Client("py-sonic", "py_sonic.py", LIBRARY, "POST"),
    Client("py-sonic", "py_sonic.py", LIBRARY, "legacy GET"),
    Client("subsonic-api", "subsonic_api.mjs", LIBRARY, "GET"),
    Client("subsonic-api", "subsonic_api.mjs", LIBRARY, "POST"),
    Client("jellytoast", "jelly_toast.py", LIBRARY | {CREATE_REPLY}),
    Client("sublime-music", "sublime.py", frozenset({SOUND})),
    # Its `save` sends the songs of a list and never the name.
    Client("mopidy-subidy", "mopidy_subidy_rpc.py", frozenset({BYTES, CACHE, RENAME})),
)


def require(client: Client) -> None:
    """Skips a test of a client that is not installed; fails it where all that can be must be there."""
    if (client.folder / "ready").exists():
        return
    failed = client.folder / "failed"
    if failed.exists():
        pytest.skip(f"{client.package} could not be installed: {failed.read_text(encoding='utf-8').strip()}")
    reason = f"{client.package} is not installed: .ci/clients installs it"
    pytest.fail(reason) if MUST_BE_THERE else pytest.skip(reason)
