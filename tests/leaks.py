"""No credential in any line that the suite has us say: what is used as one, and an ear at every line.

A credential counts from when a client or a server of the tests has it, in each form in which it is sent.
"""

from __future__ import annotations

import logging
import sys
from contextlib import redirect_stderr
from typing import Any, TextIO, cast
from urllib.parse import quote, quote_plus

import structlog

from proxy import logs

SHORTEST = 6  # characters; a shorter one would be found in words that are none

SECRETS: set[str] = set()


def secret(*values: str) -> None:
    for value in values:
        if len(value) >= SHORTEST:
            SECRETS.update((value, quote(value), quote_plus(value), value.encode().hex()))


class Ear:
    """Logs set up as a server sets them up, down to debug; what they write is kept and passed on."""

    def __init__(self) -> None:
        self._written: TextIO = sys.stderr
        self._heard: list[str] = []
        self._factory: Any = None

    def listen(self) -> None:
        """Again where a test has set logs up otherwise."""
        if structlog.get_config()["logger_factory"] is self._factory:
            return
        with redirect_stderr(cast(TextIO, self)):
            logs.configure(format="json", level="debug")
        self._factory = structlog.get_config()["logger_factory"]
        logging.root.setLevel(logging.WARNING)  # as it is without us: what libraries debug is not ours

    def write(self, text: str) -> int:
        self._heard.append(text)
        return self._written.write(text)

    def hear(self, text: str) -> None:
        """What somebody else has written: a process of ours, or a command in this one."""
        self._heard += text.splitlines()

    def flush(self) -> None:
        self._written.flush()

    def isatty(self) -> bool:
        return False

    def leaked(self) -> list[str]:
        """The lines since the last look in which a secret stands."""
        heard, self._heard = self._heard, []
        return [line for line in heard if any(each in line for each in SECRETS)]


EAR = Ear()
