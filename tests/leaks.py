"""No credential in any line that the suite has us say: what is used as one, and an ear at every line.

A credential counts from when a client or a server of the tests has it, in each form in which it is sent.
"""

from __future__ import annotations

import logging
import sys
from base64 import b64encode, urlsafe_b64encode
from contextlib import redirect_stderr
from typing import Any, TextIO, cast
from urllib.parse import quote, quote_plus

import structlog

from proxy import logs

SHORTEST = 6  # characters; a shorter one would be found in words that are none

ENCODERS = (b64encode, urlsafe_b64encode)

SECRETS: set[str] = set()


def secret(*values: str) -> None:
    for value in values:
        if len(value) >= SHORTEST:
            SECRETS.update(forms(value))


def forms(value: str) -> set[str]:
    """As it is; percent-encoded; in hexadecimal, as behind `enc:`; and base64, as HTTP's Basic sends it."""
    hexadecimal = value.encode().hex()
    plain = {value, hexadecimal, hexadecimal.upper(), *within_base64(value.encode())}
    return plain | {
        quoted for each in plain for quoted in (quote(each), quote(each, safe=""), quote_plus(each))
    }


def within_base64(value: bytes) -> set[str]:
    """What stands in the base64 of any text that holds `value`, whatever is before it, such as a user's name.

    A character has six bits: of each of the three places at which `value` may begin in a group of three
    bytes, those characters that hold bits of `value` alone.
    """
    found = set()
    for before in range(3):
        begin, end = -(-before * 8 // 6), (before + len(value)) * 8 // 6
        found |= {encode(bytes(before) + value).decode()[begin:end] for encode in ENCODERS}
    return found


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
