"""One reading of all songs upstream, and whether it may be believed; pure."""

from __future__ import annotations

import hashlib

import msgspec
from msgspec import Struct

from proxy.errors import UpstreamRefused
from proxy.library.tracks import Trace
from proxy.navidrome import Account, ScanStatus, Server
from proxy.refresh.songs import FORM

# HTTP statuses of a server that does not have that way of listing its songs, or of a proxy that hides it.
_NOT_THERE = (403, 404, 405, 410, 501)
# Subsonic codes that say who may not ask, rather than that it cannot be asked.
_NOT_ALLOWED = (40, 50)


class Sweep(Struct, frozen=True, kw_only=True):
    """One reading of all songs, and what upstream said of its scans before and after."""

    kind: str = ""
    seen: dict[str, Trace] = {}
    total: int | None = None
    before: ScanStatus | None = None
    after: ScanStatus | None = None


def objection(sweep: Sweep, present: int) -> str:
    """Why a sweep must not be believed, as a sentence; empty where it may. `present` counts our rows."""
    if sweep.before and sweep.before.scanning:
        return "Upstream is scanning its library. Run `playlistgen refresh` again when it has finished."
    if sweep.before != sweep.after:
        return "Upstream scanned its library while it was read. Run `playlistgen refresh` again."
    if sweep.total is not None and len(sweep.seen) != sweep.total:
        return (
            f"Upstream told of {sweep.total} songs and gave {len(sweep.seen)}; nothing was marked missing. "
            "Run `playlistgen refresh` again, and look at upstream's log."
        )
    if present and not sweep.seen:
        return (
            f"Upstream gave no song, and the index holds {present}; nothing was marked missing. "
            "Look at upstream's library, and at what NAVIDROME_USER may see of it."
        )
    return ""


def gate(account: Account, server: Server, status: ScanStatus | None) -> str:
    """A digest of all that must stay as it is for upstream to have nothing new; empty where unknown."""
    if status is None or status.scanning or not status.last_scan:
        return ""
    parts = [account.upstream.url, account.user, str(server), status.last_scan, FORM]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def is_not_there(error: UpstreamRefused) -> bool:
    """Whether upstream does not have that way of listing its songs, so that another is to be tried."""
    if error.http_status == 200:
        return error.subsonic_code not in _NOT_ALLOWED
    return error.http_status in _NOT_THERE
