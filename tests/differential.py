"""The same request straight to a server and by way of something between: nobody may be able to tell the two.

Whatever stands between (the proxy, a web server before it) is only an address here. The server is the fake
Navidrome on a `Stage`, which is put back before each of the two requests, or a real one.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection
from contextlib import closing
from operator import itemgetter
from typing import Any, NamedTuple
from xml.etree import ElementTree

from tests.calls import PING, Case, grid, pages, recorded_cases, recorded_reads
from tests.fake_navidrome import Received, create_app, replay
from tests.live import Stage
from tests.wire import End, Head, Headers, dialled

__all__ = ["Case", "assert_same", "grid", "pages", "recorded_cases", "recorded_reads", "reply", "tree"]

# Of the connection, or told by whoever stands between: nobody expects these to arrive as they were sent.
NOT_PASSED_ON = frozenset(
    b"connection forwarded keep-alive proxy-authenticate proxy-authorization proxy-connection remote-user te "
    b"trailer transfer-encoding true-client-ip upgrade x-forwarded-for x-forwarded-host x-forwarded-proto "
    b"x-forwarded-scheme x-real-ip".split()
)
OF_THE_CONNECTION = frozenset({b"connection", b"date", b"keep-alive"})
OF_THE_BYTES = frozenset({b"content-length", b"content-encoding", b"transfer-encoding"})
OF_WHAT_IS_OURS = frozenset({b"x-request-id"})
WRITTEN_ANEW = re.compile(rb"/rest/getPlaylists(\.view)?(\?|$)")  # the proxy renders this one itself
PIECE = re.compile(rb"[][{},<>]")
TOKEN = re.compile(rb"eyJ[\w-]+\.[\w-]+\.[\w-]+")  # holds the second that it was made in


class Reply(NamedTuple):
    """What came over the wire."""

    line: bytes
    headers: Headers
    body: bytes


def assert_same(
    straight: str,
    through: str,
    case: Case,
    *,
    stage: Stage | None = None,
    unlike: Collection[bytes] = (),
    in_order: bool = True,
) -> None:
    """Both ways the same answer, and where a fake Navidrome is on the stage, the same request there.

    `unlike` names headers that whatever stands between may change, of the answer and of the request; the
    latter's must arrive in their order, or with only those of one name in theirs.
    """
    one, asked = exchanged(straight, case, stage)
    other, arrived = exchanged(through, case, stage)
    anew = WRITTEN_ANEW.match(case.target) is not None
    expected, found = (told(each, unlike, anew=anew, real=stage is None) for each in (one, other))
    wrong = [
        f"{name}: {found[name]!r:.900}, not {expected[name]!r:.900}" for name in unequal(found, expected)
    ]
    assert not wrong, "\n".join([str(case), *wrong])
    if not anew:
        expected, found = (
            [passed_on(request, unlike, in_order=in_order) for request in each] for each in (asked, arrived)
        )
        assert found == expected, case


def unequal(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    return [name for name in expected if found[name] != expected[name]]


def exchanged(url: str, case: Case, stage: Stage | None) -> tuple[Reply, list[Received]]:
    """The answer, and what reached the fake server."""
    if stage is None:
        return reply(url, case.raw), []
    world = case.world()
    world.requests = []
    stage.app = create_app(world)
    return reply(url, case.raw), world.requests


def reply(url: str, request: bytes) -> Reply:
    """On a connection of its own; raises EOFError where the answer is cut."""
    with closing(dialled(url)) as end:
        end.send(request)
        head = end.final_head()
        return Reply(head.line, head.headers, answer_body(end, head, request))


def answer_body(end: End, head: Head, request: bytes) -> bytes:
    if request.startswith(b"HEAD ") or head.status in (204, 304):
        return b""
    framed = head.all(b"content-length") or head.all(b"transfer-encoding")
    return end.body(head) if framed else end.rest()


def told(reply: Reply, unlike: Collection[bytes], *, anew: bool, real: bool) -> dict[str, Any]:
    """What must be equal, in parts. Of a body that is written anew what it says, not its bytes; of one that
    Navidrome may order otherwise each time (Go's maps: roles, contributors) the pieces in no order.
    """
    loose = anew or (real and is_packed(reply))
    without = OF_THE_CONNECTION | set(unlike) | (OF_THE_BYTES if loose else set())
    without |= OF_WHAT_IS_OURS if anew else set()
    return {
        "status": reply.line,
        "headers": sorted(settled(pair) for pair in reply.headers if pair[0] not in without),
        "body": tree(reply) if anew else in_pieces(reply) if real else TOKEN.sub(b"*", reply.body),
    }


def in_pieces(reply: Reply) -> list[bytes]:
    return sorted(PIECE.split(TOKEN.sub(b"*", unpacked(reply))))


def settled(pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = pair
    return name, TOKEN.sub(b"*", value)


def passed_on(
    request: Received, unlike: Collection[bytes], *, in_order: bool
) -> tuple[str, bytes, Headers, bytes]:
    """What of a request must arrive."""
    kept = [pair for pair in request.headers if pair[0] not in NOT_PASSED_ON | set(unlike)]
    ordered = kept if in_order else sorted(kept, key=itemgetter(0))
    return request.method, request.target, ordered, request.body


def is_packed(reply: Reply) -> bool:
    return (b"content-encoding", b"gzip") in reply.headers


def unpacked(reply: Reply) -> bytes:
    return gzip.decompress(reply.body) if is_packed(reply) and reply.body else reply.body


def tree(reply: Reply) -> Any:
    """Of a body in whichever format, with the bytes around the tree: the callback of JSONP."""
    text = unpacked(reply).decode()
    if text.startswith("<"):
        return replay.xml_tree(PING, ElementTree.fromstring(text))
    before, brace, rest = text.partition("{")
    inside, last, after = rest.rpartition("}")
    found = json.loads(brace + inside + last) if brace else None
    return before, with_playlist(found), after


def with_playlist(found: Any) -> Any:
    """Who has no list gets `playlist` all the same from us, from Navidrome not (rule 5)."""
    envelope = found.get("subsonic-response") if isinstance(found, dict) else None
    if envelope and "playlists" in envelope:
        envelope["playlists"].setdefault("playlist", [])
    return found
