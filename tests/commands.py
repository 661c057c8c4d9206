"""Our commands, as processes and as click takes what is typed; the ear hears all that they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pytest
from click.testing import CliRunner, Result

from proxy.cli import main
from tests.leaks import EAR

SECONDS = 60  # longer than anything here takes


class Command(subprocess.Popen[str]):
    """`playlistgen` with this environment and these arguments; ended with `with`, killed after SECONDS.

    Stands behind `before`, if that is given.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *arguments: str,
        cwd: Path | None = None,
        before: Sequence[str] = (),
    ) -> None:
        command = [*before, sys.executable, "-m", "proxy", *arguments]
        pipe = subprocess.PIPE
        super().__init__(command, env=dict(environ), cwd=cwd, stdout=pipe, stderr=pipe, text=True)
        self._late = threading.Timer(SECONDS, self.kill)
        self._late.daemon = True
        self._late.start()

    def lines(self) -> Iterator[str]:
        """Those of its log, as they come."""
        assert self.stderr
        for line in self.stderr:
            EAR.hear(line)
            yield line

    def wait_for(self, words: str) -> str:
        """The line of its log with these words."""
        found = next((line for line in self.lines() if words in line), None)
        assert found, f"ended before it said {words!r}"
        return found

    def address(self) -> str:
        """Where `serve` says that it serves, in whichever form its log is."""
        told = re.search(r'address[=":\s]+([^"\s]+)', self.wait_for("playlistgen serves"))
        assert told
        return told[1]

    def ended(self, *, code: int) -> tuple[str, str]:
        """What is left of standard output and error of a command that must end with `code`, and never with
        a traceback."""
        output, errors = self.communicate(timeout=SECONDS)
        self._late.cancel()
        EAR.hear(output + errors)
        assert self.returncode == code, errors
        assert "Traceback" not in errors
        return output, errors

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.terminate()
        if self.stderr and not self.stderr.closed:
            EAR.hear(self.stderr.read())
        super().__exit__(kind, error, at)
        self._late.cancel()


def run(
    environ: Mapping[str, str], *arguments: str, code: int = 0, before: Sequence[str] = ()
) -> tuple[str, str]:
    """Standard output and error of a command that must end with `code`, and never with a traceback."""
    return Command(environ, *arguments, before=before).ended(code=code)


def powerless() -> list[str]:
    """What stands before a command for which the rights of files shall hold though root runs the tests."""
    if os.geteuid():
        return []
    setpriv = shutil.which("setpriv") or pytest.skip("root may write everywhere, and there is no setpriv")
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all"]


def typed(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """In this process."""
    result = CliRunner().invoke(main, arguments, env=env)
    EAR.hear(result.output)
    return result
