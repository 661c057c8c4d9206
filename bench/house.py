"""What every figure needs: a fake upstream, a temporary folder, and the proxy's commands on them."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from bench.processes import Failed, Run, run, running, tail, wait_for_line
from proxy import settings
from proxy.settings import Settings
from tests.fake_navidrome import PASSWORDS

SEED = 1
REFRESHER, LISTENER = "admin", "ana"
ROOT = Path(__file__).parent.parent


class Proxy(Struct, frozen=True):
    """A running `playlistgen serve`; `seconds` from its start until it took requests."""

    url: str
    pid: int
    seconds: float


class House:
    """The database is empty until `filled` was called once; `recipes` are those of the standing lists."""

    def __init__(self, folder: Path, upstream: str, recipes: str = "") -> None:
        self.folder = folder
        self.upstream = upstream
        self.settings = Settings(
            navidrome_url=upstream,
            navidrome_user=REFRESHER,
            navidrome_password=PASSWORDS[REFRESHER],
            db_path=str(folder / "playlistgen.db"),
            recipes_path=str(folder / "recipes.toml"),
        )
        Path(self.settings.recipes_path).write_text(recipes or "recipe = []\n", encoding="utf-8")
        self._first: Run | None = None

    def refresh(self) -> Run:
        """`playlistgen refresh`, as a person waits for it."""
        command = [sys.executable, "-m", "proxy", "refresh", "--json"]
        return run(command, environ=self._environ(), folder=self.folder)

    def filled(self) -> Run:
        """The first refresh; made once."""
        if self._first is None:
            self._first = self.refresh()
        return self._first

    @contextlib.contextmanager
    def serving(self) -> Iterator[Proxy]:
        """`playlistgen serve` on a free port, to the end of the block. Failed gets the end of its log."""
        command = [sys.executable, "-m", "proxy", "serve", "--port", "0"]
        log, started = self.folder / "serve.log", time.perf_counter()
        with running(command, environ=self._environ(), log=log) as process:
            line = wait_for_line(process, log, "playlistgen serves")
            proxy = Proxy(json.loads(line)["address"], process.pid, time.perf_counter() - started)
            try:
                yield proxy
            except Failed as error:
                raise Failed(f"{error}\n{tail(log)}") from error

    def _environ(self) -> dict[str, str]:
        ours = {
            "NAVIDROME_URL": self.settings.navidrome_url,
            "NAVIDROME_USER": self.settings.navidrome_user,
            "NAVIDROME_PASSWORD": self.settings.navidrome_password,
            "DB_PATH": self.settings.db_path,
            "RECIPES_PATH": self.settings.recipes_path,
            "LOG_FORMAT": "json",
        }
        return unset() | ours


@contextlib.contextmanager
def open_house(tracks: int, *, recipes: str = "") -> Iterator[House]:
    command = [sys.executable, "-m", "bench.upstream", str(tracks), str(SEED)]
    with TemporaryDirectory(prefix="playlistgen-bench-") as name:
        folder = Path(name)
        with running(command, environ=unset(), log=folder / "upstream.log") as process:
            assert process.stdout is not None
            yield House(folder, process.stdout.readline().strip(), recipes)


def unset() -> dict[str, str]:
    """The environment less the settings of whoever runs the bench, so that it measures the defaults."""
    names = {name.upper() for name in settings.meanings()}
    own = names | {f"{name}_FILE" for name in names} | {"PLAYLISTGEN_CONFIG"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))}
