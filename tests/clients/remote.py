"""A real client in a process of its own, told by lines of JSON what to do."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.clients.installed import Client
from tests.clients.servers import Account

PATIENCE = 60.0  # seconds for one step: Mopidy starts in the first
LAST_WORDS = 2000


class ClientFailed(Exception):
    """What the client raised, or the end of its log where it is gone."""


class Remote:
    """The client's program; `log` is what it prints besides answers."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in: IO[bytes] = process.stdin
        self._out: IO[bytes] = process.stdout
        self._log = log

    def do(self, step: str, *arguments: str | int) -> Any:
        """What the client has from it, as its driver tells. Raises ClientFailed."""
        self._in.write(json.dumps([step, *arguments]).encode() + b"\n")
        self._in.flush()
        told = json.loads(self._line(step))
        if "fault" in told:
            raise ClientFailed(f"{step}: {told['fault']}\n{self._last_words()}")
        return told["answer"]

    def _line(self, step: str) -> bytes:
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            if not selector.select(PATIENCE):
                raise ClientFailed(f"{step}: no answer in {PATIENCE:g} s\n{self._last_words()}")
        line = self._out.readline()
        if not line:
            raise ClientFailed(f"{step}: the client is gone\n{self._last_words()}")
        return line

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:]


@contextmanager
def started(client: Client, account: Account, folder: Path) -> Iterator[Remote]:
    """With a home of its own in `folder`; ended by the end of its input."""
    log = folder / "client.log"
    told = {"SERVER_URL": account.url, "SERVER_USER": account.user, "SERVER_PASSWORD": account.password}
    home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    own = {"CLIENT_FOLDER": str(client.folder), "CLIENT_WAY": client.way}
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            client.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env={**kept, **told, **home, **own, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        try:
            yield Remote(process, log)
        finally:
            ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
