"""What changes from one hop to the next: who is believed, and which prefix a path has."""

from __future__ import annotations

from typing import Any

import pytest

from proxy.hops import Hops, Prefixes, answer_headers, begins
from proxy.http1 import RAW, Headers, Raw
from proxy.notation import networks

FORGED: Headers = [
    (b"X-Forwarded-For", b"203.0.113.7"),
    (b"X-Real-IP", b"203.0.113.7"),
    (b"True-Client-IP", b"203.0.113.7"),
    (b"Forwarded", b"for=203.0.113.7"),
    (b"X-Forwarded-Proto", b"https"),
    (b"Remote-User", b"admin"),
    (b"X-Login", b"admin"),
]
HOST = (b"Host", b"music.example")


def scope_from(client: str, headers: Headers) -> dict[str, Any]:
    lowered = [(name.lower(), value) for name, value in headers]
    return {
        "client": (client, 5000),
        "scheme": "http",
        "headers": lowered,
        "extensions": {RAW: Raw(b"/", headers)},
    }


@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8, ::1", "127.0.0.2"])
def test_who_is_not_trusted_is_not_believed(trusted: str) -> None:
    hops = Hops(networks(trusted), "X-Login")
    assert hops.request_headers(scope_from("127.0.0.1", [HOST, *FORGED])) == [
        HOST,
        (b"X-Forwarded-For", b"127.0.0.1"),
        (b"X-Forwarded-Host", b"music.example"),
        (b"X-Forwarded-Proto", b"http"),
    ]


@pytest.mark.parametrize("client", ["127.0.0.1", "::ffff:127.0.0.1", "fe80::1%eth0", "172.16.255.1"])
def test_who_is_trusted_is_believed_to_the_letter(client: str) -> None:
    hops = Hops(networks("127.0.0.1,fe80::/10, 172.16.0.0/12"), "X-Login")
    assert hops.request_headers(scope_from(client, [HOST, *FORGED])) == [HOST, *FORGED]


def test_the_users_header_is_dropped_whatever_it_is_called() -> None:
    headers = [(b"REMOTE-USER", b"admin"), (b"x-login", b"admin"), (b"X-Login-As", b"admin")]
    kept = Hops((), "X-Login").request_headers(scope_from("10.0.0.1", headers))
    assert kept[:1] == [(b"X-Login-As", b"admin")]
    assert not {b"remote-user", b"x-login"} & {name.lower() for name, _ in kept}


@pytest.mark.parametrize(
    "headers", [[(b"Connection", b"close, X-Hop"), (b"X-Hop", b"1"), (b"TE", b"trailers")]]
)
def test_what_is_of_the_connection_stays_there(headers: Headers) -> None:
    assert answer_headers([*headers, (b"ETag", b"1")], status=200) == [(b"ETag", b"1")]


def test_what_agrees_to_another_protocol_is_passed_on_whole() -> None:
    headers = [(b"Connection", b"Upgrade"), (b"Upgrade", b"websocket")]
    assert answer_headers(headers, status=101) == headers


@pytest.mark.parametrize(
    ("ours", "theirs", "target", "there"),
    [
        ("", "", b"/rest/ping?x=%zz", b"/rest/ping?x=%zz"),
        ("", "/music", b"/rest/ping", b"/music/rest/ping"),
        ("", "/music/", b"/music/rest/ping", b"/music/rest/ping"),
        ("", "/music", b"/music", b"/music"),
        ("", "/music", b"/musical", b"/music/musical"),
        ("/ours", "/music", b"/ours/app/", b"/music/app/"),
        ("/ours", "/music", b"/ours?x", b"/music?x"),
        ("/ours", "/music", b"/rest/ping", b"/music/rest/ping"),
        ("/ours", "", b"/ours/rest/ping", b"/ours/rest/ping"),
        ("", "/music", b"*", b"*"),
        ("", "/music", b"http://music.example/x", b"http://music.example/x"),
    ],
)
def test_a_target_gets_the_prefix_that_upstream_has(
    ours: str, theirs: str, target: bytes, there: bytes
) -> None:
    assert Prefixes(ours=ours, theirs=theirs).there(target) == there


@pytest.mark.parametrize(
    ("ours", "location", "back"),
    [
        ("/ours", b"/music/app/", b"/ours/app/"),
        ("/ours", b"/elsewhere", b"/elsewhere"),
        ("/ours", b"https://id.example/music/", b"https://id.example/music/"),
        ("", b"/music/app/", b"/music/app/"),
    ],
)
def test_a_redirect_leads_back_to_us(ours: str, location: bytes, back: bytes) -> None:
    headers = [(b"Location", location), (b"X-Path", b"/music/app/")]
    assert Prefixes(ours=ours, theirs="/music").back(headers) == [(b"Location", back), headers[1]]


def test_a_prefix_ends_where_a_name_ends() -> None:
    assert begins(b"/music", b"/music")
    assert begins(b"/music?x", b"/music")
    assert not begins(b"/musical", b"/music")
