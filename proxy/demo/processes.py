"""The demo's child processes: each with a log file of its own, and ended when the demo ends."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from proxy.errors import PlaylistgenError

_TRIES = 300
_PAUSE_SECONDS = 0.1
_GRACE_SECONDS = 8.0


class StepFailed(PlaylistgenError):
    """A step of the demo did not work out; `log` is the file that says more, if there is one."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log


class Child:
    """A running program whose output goes to `log`."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    def ended(self) -> bool:
        return self._process.poll() is not None

    def fail_if_ended(self) -> None:
        """Raises StepFailed where the program is gone."""
        if self.ended():
            raise StepFailed(f"{self.name} ended with exit code {self._process.returncode}.", self.log)

    def stop(self) -> None:
        """SIGTERM, time to put things away, then SIGKILL; at once on an impatient second Ctrl-C."""
        if self.ended():
            return
        self._process.terminate()
        try:
            self._process.wait(_GRACE_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def running(
    name: str, command: list[str], *, log: Path, cwd: Path | None = None, environ: Mapping[str, str]
) -> Iterator[Child]:
    """The program, from here to the end of the block.

    It gets a session of its own: a Ctrl-C in the terminal reaches only us, and we end it in our order.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(environ),
            start_new_session=True,
        )
    child = Child(name, process, log)
    try:
        yield child
    finally:
        child.stop()


def finish(
    name: str, command: list[str], *, log: Path, cwd: Path | None = None, environ: Mapping[str, str]
) -> str:
    """What the program prints when run to its end; raises StepFailed for any exit code but 0."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        run = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=cwd,
            env=dict(environ),
            check=False,
        )
        if run.returncode:
            output.write(run.stdout)
    if run.returncode:
        raise StepFailed(f"{name} ended with exit code {run.returncode}.", log)
    return run.stdout.decode(errors="replace")


def wait_for(child: Child, ready: Callable[[], bool]) -> None:
    """Asks `ready` until it says yes; raises StepFailed when the program ends before or takes too long."""
    for _ in range(_TRIES):
        if ready():
            return
        child.fail_if_ended()
        time.sleep(_PAUSE_SECONDS)
    raise StepFailed(f"{child.name} is not ready after {_TRIES * _PAUSE_SECONDS:.0f} seconds.", child.log)


def free_port(wanted: int = 0) -> int:
    """`wanted` if nobody listens there on 127.0.0.1, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise StepFailed("No free port on 127.0.0.1.")
