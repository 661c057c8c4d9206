"""HTTP/1.1 as bytes on a wire: `client` towards upstream, `server` towards those who call us.

Of our own because the relay must not change a byte, and must not cost what general ones cost. The parser is
llhttp, by way of httptools.
"""

from __future__ import annotations

from typing import NamedTuple

Headers = list[tuple[bytes, bytes]]

# The scope's extension that holds a Raw, and the message that sends a 1xx answer before the final one.
RAW = "playlistgen.raw"
INFORMATIONAL = "playlistgen.response.informational"


class Raw(NamedTuple):
    """A request as it was written, where ASGI lowers and splits it."""

    target: bytes
    headers: Headers


def says_upgrade(headers: Headers) -> bytes:
    """The protocol that these headers ask or agree to go over to, in lower case; b"" for none."""
    upgrade, named = b"", False
    for name, value in headers:
        if name.lower() == b"upgrade":
            upgrade = value.strip().lower()
        elif name.lower() == b"connection":
            named = named or b"upgrade" in [token.strip() for token in value.lower().split(b",")]
    return upgrade if named else b""
