"""How settings and options are written that are more than a word or a number.

Each raises SettingsError, about the setting or option of that name, in a sentence that shows how to write it.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from proxy.errors import SettingsError

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Network = IPv4Network | IPv6Network


def check_address(url: str, name: str, example: str) -> None:
    """A web server's, without user and password. It is not repeated: what makes it none may be a password."""
    if not _is_address(url):
        raise SettingsError(f"{name} is no address. Write it as {example}, without user and password.")


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas: "127.0.0.1, 10.0.0.0/8, ::1"."""
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(
            f"TRUSTED_HOPS: {error}. Write addresses or networks, such as 127.0.0.1, 172.16.0.0/12."
        ) from error


def interval(text: str, name: str) -> float:
    """Seconds, from 90s, 30m, 1h, 2d or 0."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])|0", text.strip())
    if not found:
        raise SettingsError(f"{name}: {text!r} is no span of time. Write it as 30m or 1h; 0 is never.")
    return float(found[1] or 0) * SECONDS[found[2] or "s"]


def pairs(text: str, name: str) -> list[tuple[str, str]]:
    """From "from=to, from=to", in that order."""
    parts = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    for source, equals, _ in parts:
        if not equals:
            raise SettingsError(f"{name}: {source!r} has no `=`. Write from=to, from=to.")
    return [(source.strip(), target.strip()) for source, _, target in parts]


def hours(text: str, name: str) -> tuple[time, time] | None:
    """From "23:00-07:00"; None of ""."""
    if not text.strip():
        return None
    try:
        begin, end = (datetime.strptime(at.strip(), "%H:%M").time() for at in text.split("-"))  # noqa: DTZ007
        return begin, end
    except ValueError as error:
        raise SettingsError(f"{name}: {text!r} are no hours. Write them as 23:00-07:00.") from error


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and "@" not in parts.netloc
    )
