"""A reply's tree as Navidrome's XML. One rule, and a table of the elements that depart from it.

The rule: a scalar is an attribute, an object is an element, a list is its items as elements of the list's
name, scalars among them as text. Names nobody listed follow it too, so the replies of other servers survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from typing import Any

from msgspec import Struct

NAMESPACE = "http://subsonic.org/restapi"


class Shape(Struct, frozen=True, kw_only=True):
    """How the fields of one element depart from the rule."""

    text: str = ""
    """The field that is the element's character data."""
    elements: frozenset[str] = frozenset()
    """Scalar fields that are elements with text."""
    renamed: dict[str, str] = {}
    always: dict[str, Any] = {}
    """Fields that XML has even where JSON leaves them out."""
    kept: frozenset[str] = frozenset()
    """Fields of `OPTIONAL` that stay here though empty."""


INFO = Shape(
    elements=frozenset(
        {"biography", "notes", "musicBrainzId", "lastFmUrl"}
        | {"smallImageUrl", "mediumImageUrl", "largeImageUrl"}
    )
)
PLAIN = Shape()
SHAPES = {
    "albumInfo": INFO,
    "artistInfo": INFO,
    "artistInfo2": INFO,
    "bookmark": Shape(kept=frozenset({"comment"})),
    "cue": Shape(text="value"),
    "genre": Shape(text="value"),
    "line": Shape(text="value"),
    "lyrics": Shape(text="value"),
    "playlist": Shape(always={"public": False}),
    "sonicMatch": Shape(elements=frozenset({"similarity"})),
    "structuredLyrics": Shape(renamed={"agents": "agent"}),
    "subsonic-response": Shape(always={"xmlns": NAMESPACE}),
}

OPTIONAL = frozenset(
    {"bitDepth", "bpm", "channelCount", "samplingRate", "position", "userRating"}
    | {"comment", "coverArt", "explicitStatus", "mediaType", "musicBrainzId", "sortName", "version"}
    | {"displayArtist", "displayAlbumArtist", "displayComposer"}
    | {"isCompilation", "readonly"}
    | {"originalReleaseDate", "releaseDate", "replayGain"}
)
"""What JSON has even as 0, "", false or {}, but XML only where it says something: OpenSubsonic's additions.

The lists among them need no mention: an empty list is no element anyway.
"""

_ESCAPES = {
    '"': "&#34;",
    "'": "&#39;",
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "\t": "&#x9;",
    "\n": "&#xA;",
    "\r": "&#xD;",
}
_ESCAPED = re.compile("[\"'&<>\t\n\r]|[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(tree: dict[str, Any]) -> bytes:
    """The whole document, without an XML declaration, as Navidrome sends it."""
    return _element("subsonic-response", tree).encode()


def _element(tag: str, value: object) -> str:
    """The element, one for each item of a list, none for null."""
    match value:
        case None:
            return ""
        case list():
            return "".join(_element(tag, item) for item in value)
        case dict():
            return _object(tag, value)
        case _:
            return f"<{tag}>{_text(value)}</{tag}>"


def _object(tag: str, fields: dict[str, Any]) -> str:
    shape = SHAPES.get(tag, PLAIN)
    attributes, content = [], []
    for name, value in _written(fields, shape):
        if isinstance(value, (dict, list)) or name in shape.elements:
            content.append(_element(shape.renamed.get(name, name), value))
        elif name == shape.text:
            content.append(_text(value))
        else:
            attributes.append(f' {name}="{_text(value)}"')
    return f"<{tag}{''.join(attributes)}>{''.join(content)}</{tag}>"


def _written(fields: dict[str, Any], shape: Shape) -> Iterator[tuple[str, Any]]:
    """The fields that XML shows; not those whose names XML could not hold."""
    for name, value in (shape.always | fields).items():
        is_void = value is None or (not value and name in OPTIONAL and name not in shape.kept)
        if not is_void and name.isascii() and name.isidentifier():
            yield name, value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[0], "\ufffd"), str(value))


def _float(value: float) -> str:
    """As Go's `strconv.FormatFloat(value, 'g', -1, 64)`: an exponent below 1e-4 and from 1e6 on."""
    if value == 0 or 1e-4 <= abs(value) < 1e6 or not isfinite(value):
        return repr(value).removesuffix(".0")
    digits = Decimal(repr(value)).normalize().as_tuple().digits
    return f"{value:.{len(digits) - 1}e}"
