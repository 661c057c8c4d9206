"""What changes from one hop to the next: headers of the connection, who is calling, the path's prefix."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import ip_address

from starlette.types import Scope

from proxy.http1 import RAW, Headers
from proxy.notation import Network

# Of the connection, not of the message (RFC 9110, 7.6.1).
HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)
FORWARDED = frozenset(
    b"forwarded true-client-ip x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-scheme "
    b"x-real-ip".split()
)
REQUEST_ID = b"x-request-id"
IS_REQUEST_ID = re.compile(r"[\w.:+/=-]{1,128}", re.ASCII)
# As Navidrome 0.63 sends them with each answer, for what is answered without it.
SECURITY: Headers = [
    (b"permissions-policy", b"autoplay=(), camera=(), microphone=(), usb=()"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
REMOTE_USER = b"remote-user"  # Navidrome's default for the header that says who is logged in


class Hops:
    """`trusted` are the proxies before us: what they say of the caller is passed on as they say it.

    Of anybody else it is told anew, and the user's header dropped: from an address that Navidrome trusts, as
    ours may be one, it would make anyone an admin.
    """

    def __init__(self, trusted: Sequence[Network] = (), user_header: str = "") -> None:
        self._trusted = trusted
        self._never_believed = FORWARDED | {REMOTE_USER, user_header.lower().encode() or REMOTE_USER}

    def request_headers(self, scope: Scope, *, without: Iterable[bytes] = ()) -> Headers:
        """A request's headers as upstream may see them, written as they came."""
        headers: Headers = scope["extensions"][RAW].headers
        client, believed = self._client(scope)
        dropped = HOP_BY_HOP | named_in_connection(headers) | frozenset(without)
        if not believed:
            dropped |= self._never_believed
        kept = [(name, value) for name, value in headers if name.lower() not in dropped]
        if not believed:
            kept += _told_by_us(client, scope)
        return kept

    def request_id(self, scope: Scope) -> str:
        """By what a request is found in logs: as a trusted proxy before us calls it, else a name of ours.

        It is made when first asked for and stays the same.
        """
        state = scope["state"]
        if "request_id" not in state:
            state["request_id"] = self._told_id(scope) or secrets.token_hex(8)
        return str(state["request_id"])

    def _told_id(self, scope: Scope) -> str:
        if not self._client(scope)[1]:
            return ""
        told = next((value.decode("latin-1") for name, value in scope["headers"] if name == REQUEST_ID), "")
        return told if IS_REQUEST_ID.fullmatch(told) else ""

    def _client(self, scope: Scope) -> tuple[str, bool]:
        """The address that a request comes from, and whether it is believed."""
        client = scope["client"][0] if scope.get("client") else "unknown"
        return client, bool(self._trusted) and is_within(client, tuple(self._trusted))


class Prefixes:
    """`theirs` is the path in upstream's URL, its BaseURL; `ours` that under which clients reach us.

    A path with neither gets theirs, one with ours gets theirs in its place, one with theirs stays: so both
    kinds of client arrive, and the pages of a web interface that knows its BaseURL.
    """

    def __init__(self, *, ours: str, theirs: str) -> None:
        self._ours, self._theirs = (path.rstrip("/").encode() for path in (ours, theirs))

    def there(self, target: bytes) -> bytes:
        """A client's target as upstream knows it."""
        if begins(target, self._theirs) or not target.startswith(b"/"):
            return target
        return self._theirs + (target.removeprefix(self._ours) if begins(target, self._ours) else target)

    def back(self, headers: Headers) -> Headers:
        """Redirects into theirs lead into ours, where we were given one."""
        if not self._ours or self._ours == self._theirs:
            return headers
        return [
            (name, self._ours + value.removeprefix(self._theirs))
            if name.lower() == b"location" and value.startswith(b"/") and begins(value, self._theirs)
            else (name, value)
            for name, value in headers
        ]


def begins(target: bytes, prefix: bytes) -> bool:
    """Whether a target lies under a prefix: /music and /music/x do, /musical does not."""
    return not prefix or (target + b"/").replace(b"?", b"/").startswith(prefix + b"/")


def answer_headers(headers: Headers, *, status: int) -> Headers:
    """Upstream's headers less those of its connection to us; of one that switched they are the answer's."""
    if status == 101:
        return headers
    dropped = HOP_BY_HOP | named_in_connection(headers)
    return [(name, value) for name, value in headers if name.lower() not in dropped]


def named_in_connection(headers: Headers) -> frozenset[bytes]:
    """The names that `Connection` declares to be of this hop only."""
    named = [value for name, value in headers if name.lower() == b"connection"]
    return frozenset(token.strip().lower() for value in named for token in value.split(b","))


@lru_cache(maxsize=1024)
def is_within(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(mapped in network for network in trusted)


def _told_by_us(client: str, scope: Scope) -> Headers:
    hosts = [(b"X-Forwarded-Host", value) for name, value in scope["headers"] if name == b"host"]
    proto = (b"X-Forwarded-Proto", scope["scheme"].encode())
    return [(b"X-Forwarded-For", client.encode()), *hosts, proto]
