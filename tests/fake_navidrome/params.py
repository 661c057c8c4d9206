"""Request parameters by the rules of Go's net/url and net/http, as Navidrome reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from .errors import MissingParameterError

FORM = "application/x-www-form-urlencoded"
BAD_ESCAPE = re.compile(rb"%(?![0-9a-fA-F]{2})")
PRINTF_VERB = re.compile(r"%(\d*)(.)")

Pairs = list[tuple[str, str]]


class Params:
    """Parameters in the order in which they count: of several values the first one wins."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = list(pairs)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.pairs)

    def get(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.pairs if key == name), default)

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def required(self, name: str) -> str:
        """Raises code 10 where the parameter is absent or empty."""
        if not (value := self.get(name)):
            raise MissingParameterError(name)
        return value

    def number(self, name: str, default: int) -> int:
        value = self.get(name)
        return int(value) if re.fullmatch(r"[+-]?\d+", value) else default

    def flag(self, name: str, default: bool = False) -> bool:
        return self.get(name).lower() in {"true", "on", "1"} if self.has(name) else default


def parse(query: bytes) -> tuple[Pairs, str | None]:
    """The pairs that can be read, and the message of the first that cannot (``url.ParseQuery``)."""
    pairs: Pairs = []
    error = None
    for part in filter(None, query.split(b"&")):
        if message := complaint(part):
            error = error or message
            continue
        key, _, value = part.partition(b"=")
        pairs.append((unescape(key), unescape(value)))
    return pairs, error


def complaint(part: bytes) -> str | None:
    """What Go has against one ``key=value``, or None."""
    if b";" in part:
        return "invalid semicolon separator in query"
    if bad := BAD_ESCAPE.search(part):
        return printed_as_a_format(f'invalid URL escape "{escape_at(part, bad.start())}"')
    return None


def escape_at(part: bytes, start: int) -> str:
    return part[start : start + 3].decode("utf-8", "replace")


def printed_as_a_format(message: str) -> str:
    """Navidrome hands the message to Printf as the format, so ``%zz`` comes out as ``%!z(MISSING)z``."""
    return PRINTF_VERB.sub(r"%!\2(MISSING)", message)


def unescape(part: bytes) -> str:
    return unquote_to_bytes(part.replace(b"+", b" ")).decode("utf-8", "replace")


def merged(query: bytes, content_type: str, body: bytes) -> tuple[Params, str | None]:
    """The form's values before the query's, and the message of what could not be parsed."""
    pairs, error = parse(query)
    if content_type.partition(";")[0].strip().lower() != FORM:
        return Params(pairs), error
    of_form, form_error = parse(body)
    return Params(of_form + pairs), form_error or error
