"""The parameters of one Subsonic request, read by the rules of Go's `net/url`, as Navidrome reads them.

Where the two readings differ, a caller can be one user to us and another to Navidrome.
"""

from __future__ import annotations

import json
import re
from typing import Literal
from urllib.parse import unquote_to_bytes

from msgspec import Struct

Format = Literal["json", "jsonp", "xml"]

CREDENTIALS = frozenset({"u", "p", "t", "s", "jwt", "apiKey", "v", "c"})
FORM = "application/x-www-form-urlencoded"
MAX_PAIRS = 10_000
"""Of a query and of a form, each: Go refuses more since 1.25.6 (CVE-2025-61726)."""

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class BadParams(ValueError):
    """A query or form that Go refuses; the message is Go's, and Navidrome answers it as code 0."""


class Params(Struct, frozen=True):
    """Names and values in Go's order: the form's, then the query's. The first value of a name counts."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, query: bytes, body: bytes = b"", content_type: str = "") -> Params:
        """Read the raw query and, where the content type says it is a form, the raw body.

        Hand the body of POST, PUT and PATCH only: Go reads no other. Raises BadParams.
        """
        is_form = content_type.partition(";")[0].strip().lower() == FORM
        form = _pairs(body) if is_form else ()
        return cls((*form, *_pairs(query)))

    def __repr__(self) -> str:
        """Names only: the values hold passwords."""
        return f"Params({', '.join(name for name, _ in self.pairs)})"

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.pairs)

    def first(self, name: str, default: str = "") -> str:
        """The first value; the default where that is empty too, as Navidrome has it."""
        return next((value for key, value in self.pairs if key == name), "") or default

    def number(self, name: str, default: int) -> int:
        """As Navidrome reads it: what is no number is not there."""
        try:
            return int(self.first(name))
        except ValueError:
            return default

    @property
    def format(self) -> Format:
        match self.first("f"):
            case "json":
                return "json"
            case "jsonp":
                return "jsonp"
            case _:
                return "xml"

    @property
    def callback(self) -> str:
        return self.first("callback")

    def credentials(self) -> list[tuple[str, str]]:
        """What a call in the caller's name needs, as sent: who it is, the proof, version and client."""
        return [(name, value) for name, value in self.pairs if name in CREDENTIALS]

    def without(self, *names: str) -> Params:
        return Params(tuple(pair for pair in self.pairs if pair[0] not in names))

    def replaced(self, name: str, *values: str) -> Params:
        """With these values of the name, after all the others, in place of those it had."""
        return Params((*self.without(name).pairs, *((name, value) for value in values)))


def _pairs(encoded: bytes) -> tuple[tuple[str, str], ...]:
    parts = encoded.split(b"&")
    if len(parts) > MAX_PAIRS:
        raise BadParams("number of URL query parameters exceeded limit")
    if b";" in encoded:
        raise BadParams("invalid semicolon separator in query")
    cut = (part.partition(b"=") for part in parts if part)
    return tuple((_unescaped(name), _unescaped(value)) for name, _, value in cut)


def _unescaped(raw: bytes) -> str:
    if bad := _BAD_ESCAPE.search(raw):
        escape = raw[bad.start() : bad.start() + 3].decode(errors="replace")
        raise BadParams(f"invalid URL escape {json.dumps(escape, ensure_ascii=False)}")
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode(errors="replace")
