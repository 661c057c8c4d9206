"""Subsonic replies: one tree, read from upstream's JSON, rendered as Navidrome's JSON, JSONP or XML.

A tree is what stands inside "subsonic-response". Fields we do not know pass through it untouched.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
from msgspec import Struct, field

from proxy import __version__
from proxy.subsonic import xml

Tree = dict[str, Any]

ENVELOPE = ("version", "type", "serverVersion", "openSubsonic")
OWN_ENVELOPE: Tree = {
    "version": "1.16.1",
    "type": "playlistgen",
    "serverVersion": __version__,
    "openSubsonic": True,
}
"""For a reply before upstream was ever heard; after that the envelope is upstream's, on errors too."""

_CALLBACK = re.compile(r"[a-zA-Z_$][a-zA-Z0-9_$.]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Go's encoding/json does this, so that a reply can stand inside HTML; all five occur in strings only.
_GO_ESCAPES = {"&": rb"\u0026", "<": rb"\u003c", ">": rb"\u003e", "\u2028": rb"\u2028", "\u2029": rb"\u2029"}


class Reply(Struct, frozen=True):
    """What upstream said. `error_code` and `error_message` are 0 and "" where there is no error."""

    tree: Tree

    @property
    def ok(self) -> bool:
        return self.tree.get("status") == "ok"

    @property
    def error_code(self) -> int:
        code = self._error.get("code")
        return code if isinstance(code, int) else 0

    @property
    def error_message(self) -> str:
        return str(self._error.get("message", ""))

    @property
    def _error(self) -> Tree:
        error = self.tree.get("error")
        return error if isinstance(error, dict) else {}


class _Wrapped(Struct):
    tree: Tree = field(name="subsonic-response")


def read(body: bytes) -> Reply:
    """Raises ValueError where it is no Subsonic reply in JSON; the sentence quotes nothing of the body."""
    try:
        tree = msgspec.json.decode(body, type=_Wrapped).tree
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError("upstream's answer is not a Subsonic reply in JSON") from error
    if tree.get("status") not in ("ok", "failed"):
        raise ValueError("upstream's answer has neither status ok nor failed")
    return Reply(tree)


def envelope(tree: Tree) -> Tree:
    """What every reply of that server carries beside its status; old servers have less than four of these."""
    return {name: tree[name] for name in ENVELOPE if name in tree}


def failed(envelope: Tree, code: int, message: str) -> Tree:
    return {"status": "failed", **envelope, "error": {"code": code, "message": message}}


def render(tree: Tree, *, format: str, callback: str = "") -> tuple[bytes, str]:
    """The body and its content type; XML for a format we do not know.

    A callback that is no JavaScript name gives a failed reply as plain JSON, as Navidrome does.
    """
    if format == "json":
        return _json(tree), "application/json"
    if format != "jsonp":
        return xml.render(tree), "application/xml"
    if not _CALLBACK.fullmatch(callback):
        return _json(failed(envelope(tree), 0, "invalid callback parameter")), "application/json"
    return b"%b(%b)" % (callback.encode(), _json(tree)), "application/javascript"


def _json(tree: Tree) -> bytes:
    encoded = _encoded({"subsonic-response": tree})
    for character, escape in _GO_ESCAPES.items():
        encoded = encoded.replace(character.encode(), escape)
    return encoded


def _encoded(value: Tree) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # half of a surrogate pair, which Go's strings cannot hold
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _SURROGATE.sub("\ufffd", text).encode()
