"""The relay over real sockets: what arrives upstream, and what comes back."""

from __future__ import annotations

import gzip

import pytest

from tests.fake_navidrome import World, auth
from tests.wire import GET, OK, POST, Wire, between, line

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
TOLD_BY_US = {b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"}
WHO_IS_CALLING = [
    *(b"Remote-User", b"Forwarded", b"True-Client-IP", b"X-Real-IP", b"X-Forwarded-For"),
    *(b"X-Forwarded-Host", b"X-Forwarded-Proto", b"X-Forwarded-Scheme"),
]


TARGETS = [
    b"/app/",
    b"//app//x/",
    b"/rest/ping?u=a&u=b&p=enc:6e6f",
    b"/rest/ping?x=%zz;y=1",
    b"/rest/ping?x=\"<>|{}^`\\'",
    b"/rest/ping?a=1&&b=&=c&d",
    b"/rest/get%50laylists?x=%2B+%20",
    b"/share/a%2Fb/%2e%2e/c?d=%2F?e",
    b"/rest/createPlaylist?playlistId=1;&name=x",
    b"/rest/stream?id=" + b"abcdefghij" * 6_000,
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target[:40].decode())
def test_a_target_arrives_byte_for_byte(wire: Wire, target: bytes) -> None:
    _, _, head = wire.passed((GET % b"").replace(b"/app/", target))
    assert head.line == b"GET %b HTTP/1.1" % target


def test_the_path_of_upstreams_address_comes_before_the_target() -> None:
    with line("/music/") as ends, between(*ends) as wire:
        assert wire.passed(GET % b"")[2].target == b"/music/app/"


def test_an_answer_that_we_look_at_is_asked_for_uncompressed(wire: Wire) -> None:
    world = World.recorded()
    token = f"X-ND-Authorization: Bearer {auth.token(world, world.users['ana'])}\r\n".encode()
    named = token + b"Accept-Encoding: gzip\r\nContent-Length: 23"
    client, upstream, head = wire.passed(POST % (b"/api/playlist", named) + b'{"name": "robot: jazz"}')
    assert head.all(b"accept-encoding") == [b"identity"]
    assert upstream.body(head) == b'{"name": "robot: jazz"}'
    upstream.send(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\n\r\nno")
    assert client.body(client.head()) == b"no"


def test_who_is_calling_is_told_by_us_alone(wire: Wire) -> None:
    forged = b"".join(b"%b: x\r\n%b: x\r\n" % (name, name.lower()) for name in WHO_IS_CALLING)
    _, _, head = wire.passed(GET % forged)
    assert [pair for pair in head.headers if pair != (b"host", b"music.example")] == [
        (b"x-forwarded-for", b"127.0.0.1"),
        (b"x-forwarded-host", b"music.example"),
        (b"x-forwarded-proto", b"http"),
    ]


def test_headers_of_the_connection_go_no_further(wire: Wire) -> None:
    hop = (
        b"Keep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nProxy-Connection: close\r\nX-Hop: 1\r\n"
    )
    own = b"Connection: x-hop ,close\r\nConnection: X-Other\r\nX-Other: 1\r\nX-End: 1\r\n"
    client, upstream, head = wire.passed(GET % (hop + own))
    assert {name for name, _ in head.headers} - TOLD_BY_US == {b"host", b"x-end"}
    upstream.send(
        b"HTTP/1.1 200 OK\r\nConnection: X-Hop, keep-alive\r\nKeep-Alive: 5\r\nProxy-Authenticate: x\r\n"
        b"X-Hop: 1\r\nX-End: 1\r\nContent-Length: 0\r\n\r\n"
    )
    assert {name for name, _ in client.head().headers} - {b"connection", b"date"} == {
        b"x-end",
        b"content-length",
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET"])
@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/rest/getTranscodeDecision", "application/json", b'{"name": "ai: jazz"}'),
        ("/api/radio/x/image", "multipart/form-data; boundary=b", bytes(range(256)) * 1024),
        ("/rest/star", "application/x-www-form-urlencoded; charset=UTF-8", b"id=%zz;&id=a+b&x=\xff"),
        ("/rest/createPlaylist", "application/x-www-form-urlencoded", b"name=no+prompt&songId=%zz"),
        ("/api/playlist", "application/json", b'{"name":"no prompt"}'),
        ("/app/", "text/plain", b""),
    ],
)
def test_a_body_arrives_byte_for_byte(
    wire: Wire, method: str, path: str, content_type: str, body: bytes, is_chunked: bool
) -> None:
    head = f"{method} {path} HTTP/1.1\r\nHost: h\r\nContent-Type: {content_type}\r\n".encode()
    if is_chunked:
        middle = len(body) // 2
        chunks = b"".join(
            b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:middle], body[middle:]) if part
        )
        request = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    else:
        request = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    client, upstream, arrived = wire.passed(request)
    assert upstream.body(arrived) == body
    assert arrived.line == f"{method} {path} HTTP/1.1".encode()
    assert arrived.all(b"content-type") == [content_type.encode()]
    assert arrived.all(b"content-length") == ([] if is_chunked else [b"%d" % len(body)])
    upstream.send(OK)
    assert client.head().status == 200


UNREADABLE = {
    "longer than Go reads": (b"Content-Length: 10485761", b"a=b&c"),
    "with a semicolon": (b"Content-Length: 4", b"a=b;"),
}


@pytest.mark.parametrize(("framing", "body"), UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("endpoint", [b"/rest/getPlaylists", b"/rest/createPlaylist.view"])
def test_a_form_of_ours_that_cannot_be_read_passes_through(
    wire: Wire, endpoint: bytes, framing: bytes, body: bytes
) -> None:
    _, upstream, head = wire.passed(POST % (endpoint, FORM + framing) + body)
    assert head.target == endpoint
    assert upstream.read(len(body)) == body


def test_a_form_of_ours_may_come_in_chunks(wire: Wire) -> None:
    body = b"5\r\nu=ana\r\n6\r\n&f=xml\r\n0\r\n\r\n"
    _, upstream, head = wire.passed(
        POST % (b"/rest/getPlaylists", FORM + b"Transfer-Encoding: chunked") + body
    )
    assert upstream.body(head) == b"u=ana&f=json"


def test_a_form_of_ours_that_does_not_end_passes_through(wire: Wire) -> None:
    chunk = b"100000\r\n" + b"a" * 2**20 + b"\r\n"
    client = wire.ask(POST % (b"/rest/getPlaylists", FORM + b"Transfer-Encoding: chunked"))
    for _ in range(11):
        client.send(chunk)
    upstream = wire.upstream()
    assert upstream.head().all(b"transfer-encoding") == [b"chunked"]
    assert upstream.chunk()[:3] == b"aaa"


def test_a_form_of_ours_may_have_no_body(wire: Wire) -> None:
    request = POST % (b"/rest/getPlaylists.view?u=ana&f=xml", FORM.strip())
    assert wire.passed(request)[2].line == b"POST /rest/getPlaylists HTTP/1.1"


ANSWERS = [
    (b"206", [(b"content-range", b"bytes 5-8/9"), (b"accept-ranges", b"bytes")]),
    (b"416", [(b"content-range", b"bytes */9")]),
    (b"301", [(b"location", b"/app/?x=%zz;"), (b"vary", b"Origin"), (b"vary", b"Accept")]),
    (b"307", [(b"location", b"http://127.0.0.1:1/")]),
    (
        b"200",
        [(b"set-cookie", b"a=1; Path=/"), (b"x-total-count", b"2"), (b"set-cookie", b"b=2; HttpOnly")],
    ),
    (b"200", [(b"content-disposition", 'attachment; filename="Kōji.flac"'.encode()), (b"x-empty", b"")]),
    (b"200", [(b"date", b"Mon, 23 Nov 2026 08:56:55 GMT"), (b"x-unknown", b"1"), (b"x-unknown", b"2")]),
    (b"429", [(b"retry-after", b"20"), (b"etag", b'W/"x"')]),
    (b"500", [(b"content-type", b"text/html")]),
]


@pytest.mark.parametrize(("status", "headers"), ANSWERS, ids=lambda value: repr(value)[:40])
def test_an_answer_comes_back_as_it_is(wire: Wire, status: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    headers = [*headers, (b"content-length", b"4")]
    lines = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    client, head = wire.answered(b"HTTP/1.1 %b Some Reason\r\n%b\r\nbody" % (status, lines))
    assert head.status == int(status)
    assert [pair for pair in head.headers if pair[0] != b"date" or pair in headers] == headers
    assert client.body(head) == b"body"


@pytest.mark.parametrize(
    ("method", "status"), [(b"HEAD", 200), (b"GET", 304), (b"GET", 204), (b"HEAD", 304), (b"HEAD", 206)]
)
def test_an_answer_without_a_body_leaves_the_connection_usable(
    wire: Wire, method: bytes, status: int
) -> None:
    client, upstream, head = wire.passed(GET.replace(b"GET", method) % b"")
    length = b"" if status == 204 else b"Content-Length: 1519028\r\n"
    upstream.send(b'HTTP/1.1 %d X\r\nETag: "x"\r\n%b\r\n' % (status, length))
    head = client.head()
    assert (head.status, head.all(b"etag")) == (status, [b'"x"'])
    assert head.all(b"content-length") == ([b"1519028"] if length else [])
    assert head.all(b"transfer-encoding") == []
    client.send(GET % b"")
    assert upstream.head().target == b"/app/"
    upstream.send(OK)
    assert client.head().status == 200


def test_what_is_compressed_stays_so(wire: Wire) -> None:
    packed = gzip.compress(b"x" * 1000)
    client, upstream, head = wire.passed(GET % b"Accept-Encoding: gzip\r\n")
    upstream.send(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(packed), packed)
    )
    head = client.head()
    assert head.all(b"content-encoding") == [b"gzip"]
    assert client.body(head) == packed


def test_no_cookie_of_one_user_goes_out_with_the_request_of_another(wire: Wire) -> None:
    client, upstream, _ = wire.passed(GET % b"Cookie: nd-player=ana\r\n")
    upstream.send(OK.replace(b"\r\n", b"\r\nSet-Cookie: nd-player=ana; Path=/\r\n", 1))
    assert client.head().all(b"set-cookie") == [b"nd-player=ana; Path=/"]
    other = wire.ask(GET % b"")
    assert upstream.head().all(b"cookie") == []
    upstream.send(OK)
    assert other.head().status == 200
