"""Subsonic XML from the JSON tree, by tables of exceptions; written for the tests alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

NAMESPACE = "http://subsonic.org/restapi"

# OpenSubsonic's fields that JSON shows even when they are zero and XML then leaves out.
SILENT_WHEN_ZERO = frozenset(
    {
        "bpm",
        "comment",
        "sortName",
        "mediaType",
        "musicBrainzId",
        "replayGain",
        "channelCount",
        "samplingRate",
        "bitDepth",
        "displayArtist",
        "displayAlbumArtist",
        "displayComposer",
        "explicitStatus",
        "userRating",
        "isCompilation",
        "originalReleaseDate",
        "releaseDate",
        "version",
        "readonly",
    }
)
# Attributes that XML shows even where JSON leaves them out.
LOUD_WHEN_ABSENT = {"playlist": {"public": False}}
# The field of an element that becomes its text.
TEXT_FIELD = {"genre": "value", "lyrics": "value", "line": "value", "cue": "value"}
# Elements whose every field is an element of its own.
ELEMENTS_ONLY = frozenset({"albumInfo", "artistInfo", "artistInfo2", "sonicMatch"})

ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
    "\t": "&#x9;",
    "\n": "&#xA;",
    "\r": "&#xD;",
}
SPECIAL = re.compile(r"[&<>\"'\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def rendered(envelope: Mapping[str, Any]) -> str:
    """The whole document, without an XML declaration, from what stands in ``subsonic-response``."""
    return element("subsonic-response", {"xmlns": NAMESPACE, **envelope})


def element(name: str, value: Any) -> str:
    if not isinstance(value, Mapping):
        return f"<{name}>{escaped(value)}</{name}>"
    fields = {**LOUD_WHEN_ABSENT.get(name, {}), **value}
    text = escaped(fields.pop(TEXT_FIELD[name], "")) if name in TEXT_FIELD else ""
    own = "" if name in ELEMENTS_ONLY else "".join(attribute(*field) for field in fields.items())
    inner = "".join(child(*field, scalars=name in ELEMENTS_ONLY) for field in fields.items())
    return f"<{name}{own}>{text}{inner}</{name}>"


def attribute(name: str, value: Any) -> str:
    if isinstance(value, Mapping | list) or is_silent(name, value):
        return ""
    return f' {name}="{escaped(value)}"'


def child(name: str, value: Any, *, scalars: bool) -> str:
    if isinstance(value, list):
        return "".join(element(name, item) for item in value)
    if is_silent(name, value) or not (scalars or isinstance(value, Mapping)):
        return ""
    return element(name, value)


def is_silent(name: str, value: Any) -> bool:
    return name in SILENT_WHEN_ZERO and not value


def escaped(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text.removesuffix(".0") if isinstance(value, float) else text
    return SPECIAL.sub(lambda match: ESCAPES.get(match[0], "\ufffd"), text)
