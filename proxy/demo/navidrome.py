"""A Navidrome of this machine's own, where its program is on the PATH."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from proxy.demo.client import Account, Listener
from proxy.demo.processes import StepFailed, free_port, running, wait_for

USER = "admin"
PASSWORD = "eleven-umbrellas"


@contextlib.contextmanager
def serving(program: str, folder: Path, music: Path, environ: Mapping[str, str]) -> Iterator[Account]:
    """A server of `music`, scanned, from here to the end of the block; its state and log are in `folder`.

    It asks nobody on the internet for pictures, and reports to nobody. Raises StepFailed, with the log.
    """
    port = free_port()
    account = Account(f"http://127.0.0.1:{port}", USER, PASSWORD)
    settings = {
        "ND_MUSICFOLDER": str(music.resolve()),
        "ND_DATAFOLDER": str(folder.resolve()),
        "ND_ADDRESS": "127.0.0.1",
        "ND_PORT": str(port),
        "ND_DEVAUTOCREATEADMINPASSWORD": PASSWORD,
        "ND_ENABLEINSIGHTSCOLLECTOR": "false",
        "ND_ENABLEEXTERNALSERVICES": "false",
        "ND_LOGLEVEL": "error",
    }
    command, log = [program], folder / "server.log"
    with running("navidrome", command, log=log, environ={**environ, **settings}) as child:
        with contextlib.closing(Listener(account)) as listener:
            wait_for(child, lambda: _scanned(listener))
        yield account


def _scanned(listener: Listener) -> bool:
    if not listener.ready():
        return False
    try:
        status = listener.call("getScanStatus").get("scanStatus", {})
    except StepFailed:  # the account is made a moment after the port is open
        return False
    return not status.get("scanning") and status.get("count", 0) > 0
