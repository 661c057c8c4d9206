"""HTTP/1.1 messages as RFC 9112 allows them, for hypothesis to draw, and as bytes for a socket to send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from tests.wire import Headers

VISIBLE = bytes(range(0x21, 0x7F))
BEYOND_ASCII = bytes(range(0x80, 0x100))
TOKEN = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
METHODS = [
    *(b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"),
    *(b"PROPFIND", b"MKCOL", b"REPORT", b"LOCK"),
]
PATHS = [b"/", b"//", b"/rest/", b"/rest/ping", b"/api/", b"/share/%zz/", b"/%2e%2e/", b"/app/x;y=1"]

# Headers with a meaning for the connection, the framing or the relay, which are written on purpose only.
NAMED = frozenset(
    b"connection content-length date expect forwarded host keep-alive proxy-authenticate "
    b"proxy-authorization proxy-connection remote-user server te trailer transfer-encoding true-client-ip "
    b"upgrade x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-scheme x-real-ip".split()
)


class Body(NamedTuple):
    """In the parts in which it is sent; `framing` is `length`, `chunked`, `close` or `none`."""

    framing: str
    parts: Sequence[bytes]

    @property
    def whole(self) -> bytes:
        return b"".join(self.parts)

    @property
    def headers(self) -> Headers:
        if self.framing == "length":
            return [(b"Content-Length", b"%d" % len(self.whole))]
        return [(b"Transfer-Encoding", b"chunked")] if self.framing == "chunked" else []

    @property
    def raw(self) -> bytes:
        if self.framing == "chunked":
            return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (*self.parts, b""))
        return self.whole


class Message(NamedTuple):
    """A request or an answer; `line` is its first, without the end."""

    line: bytes
    headers: Headers
    body: Body

    @property
    def head(self) -> bytes:
        fields = [*self.headers, *self.body.headers]
        return b"".join([self.line, b"\r\n", *(b"%b: %b\r\n" % field for field in fields), b"\r\n"])


def text(alphabet: bytes, *, least: int = 0, most: int = 40) -> st.SearchStrategy[bytes]:
    """Bytes of this alphabet only."""
    return st.lists(st.sampled_from(alphabet), min_size=least, max_size=most).map(bytes)


def targets(alphabet: bytes, *, longest: int) -> st.SearchStrategy[bytes]:
    """A path, and a query if any; one in some is as long as is allowed here."""
    alphabet = bytes(byte for byte in alphabet if byte not in b"#")
    path = text(bytes(byte for byte in alphabet if byte != ord("?")))
    times = st.sampled_from([1, 1, 1, 1, 1, longest // 60])
    query = st.builds(lambda piece, times: b"?" + piece * times, text(alphabet, least=1), times)
    return st.builds(lambda *parts: b"".join(parts), st.sampled_from(PATHS), path, st.just(b"") | query)


def headers() -> st.SearchStrategy[Headers]:
    """Any names but the named, with any values; some names come again."""
    any_name = text(TOKEN, least=1, most=20).filter(lambda name: name.lower() not in NAMED)
    names = any_name | st.sampled_from(
        [b"Cookie", b"X-Odd", b"x-odd", b"Range", b"Vary", b"Set-Cookie", b"ETag"]
    )
    values = text(VISIBLE + BEYOND_ASCII + b" \t", most=60).map(bytes.strip)
    return st.lists(st.tuples(names, values), max_size=12)


def bodies(*framings: str) -> st.SearchStrategy[Body]:
    part = st.binary(min_size=1, max_size=400) | st.sampled_from(
        [b"\r\n", b"0\r\n\r\n", b"\0\0", b"GET / HTTP/1.1"]
    )
    parts = st.lists(part, max_size=6)
    sized = st.builds(
        lambda parts, times: [part * times for part in parts], parts, st.sampled_from([1, 1, 40])
    )
    return st.builds(
        lambda framing, parts: Body(framing, () if framing == "none" else parts),
        st.sampled_from(framings),
        sized,
    )


def requests(
    *, methods: st.SearchStrategy[bytes], targets: st.SearchStrategy[bytes]
) -> st.SearchStrategy[Message]:
    """With a Host somewhere among the headers."""
    among = st.builds(
        lambda headers, place: [*headers[:place], (b"Host", b"music.example"), *headers[place:]],
        headers(),
        st.integers(0, 12),
    )
    lines = st.builds(lambda method, target: b"%b %b HTTP/1.1" % (method, target), methods, targets)
    return st.builds(Message, lines, among, bodies("none", "length", "chunked"))


def answers(*, statuses: st.SearchStrategy[int]) -> st.SearchStrategy[Message]:
    """With a reason of any kind, and without a body where the status says that there is none."""
    reasons = text(VISIBLE + BEYOND_ASCII + b" ", most=20).map(bytes.strip)
    lines = st.builds(lambda status, reason: b"HTTP/1.1 %d %b" % (status, reason), statuses, reasons)
    drawn = st.builds(Message, lines, headers(), bodies("length", "chunked", "close"))
    return drawn.map(lambda answer: answer._replace(body=Body("none", ())) if is_bodiless(answer) else answer)


def is_bodiless(answer: Message) -> bool:
    return answer.line.split(b" ")[1] in (b"204", b"304")
