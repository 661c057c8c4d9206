"""Whether we live and are ready, as those ask who start and watch servers. Nobody has to log in for it.

Reasons name no address, path or user: anybody may read them, and `playlistgen check` says more.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec
import structlog
from anyio import move_on_after, to_thread
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from proxy.errors import LibraryError, UpstreamError
from proxy.library import syncs, tracks, wrap_errors
from proxy.resources import Resources

KEPT = timedelta(
    seconds=5
)  # what was found is told again for so long: asking us often is not asking upstream
UPSTREAM_SECONDS = 3.0

log = structlog.get_logger()


class Check(Struct, frozen=True):
    """One thing that lists need. Where it is not `needed` we are ready without it."""

    name: str
    ok: bool
    reason: str
    needed: bool = True


class Readiness(Struct, frozen=True):
    ready: bool
    checks: tuple[Check, ...]


class Probe:
    """What `ready` tells, found anew at most every few seconds and by one request at a time."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._turn = asyncio.Lock()
        self._found: tuple[datetime, Readiness] | None = None

    async def readiness(self) -> Readiness:
        async with self._turn:
            now = self._resources.now()
            if self._found is None or not timedelta() <= now - self._found[0] < KEPT:
                library = await to_thread.run_sync(_library, self._resources, now)
                checks = (await _upstream(self._resources), *library)
                self._found = now, Readiness(all(c.ok or not c.needed for c in checks), checks)
            return self._found[1]


async def live(request: Request) -> Response:
    """The process answers; what it needs is not looked at, as being started again would not mend that."""
    return answer(b'{"live":true}')


async def ready(request: Request) -> Response:
    """200, or 503 where no list can be made now, with a reason for each thing that lists need."""
    found = await request.state.probe.readiness()
    return answer(msgspec.json.encode(found), status=200 if found.ready else 503)


async def nothing(request: Request) -> Response:
    """Under our own name nothing is upstream's."""
    return answer(b'{"error":"There is nothing of playlistgen\'s here."}', status=404)


def answer(body: bytes, *, status: int = 200, content_type: str = "application/json") -> Response:
    return Response(body, status, {"cache-control": "no-store", "content-type": content_type})


async def _upstream(resources: Resources) -> Check:
    """A ping by nobody: a refusal is an answer too, and no log-in is tried."""
    with move_on_after(UPSTREAM_SECONDS):
        try:
            await resources.upstream.call("ping", [])
        except UpstreamError as error:
            log.warning("upstream is away", reason=str(error))
            return Check("upstream", False, "Navidrome does not answer as a Subsonic server would.")
        return Check("upstream", True, "Navidrome answers.")
    return Check("upstream", False, f"Navidrome does not answer within {UPSTREAM_SECONDS:g} seconds.")


def _library(resources: Resources, now: datetime) -> tuple[Check, ...]:
    try:
        with resources.reader.lend() as db, wrap_errors():
            present, _ = tracks.count(db)
            last = syncs.last_good(db)
    except LibraryError as error:
        log.warning("the database cannot be read", reason=str(error))
        return (Check("database", False, "The database cannot be read; `playlistgen check` says why."),)
    database = Check("database", True, "The database can be read.")
    return (database, _index(present), _age(last.started_at if last else "", now))


def _index(present: int) -> Check:
    if not present:
        return Check("index", False, "No track is known; `playlistgen refresh` reads them.")
    return Check("index", True, f"{present} tracks.")


def _age(last: str, now: datetime) -> Check:
    """Lists from an old index are still lists."""
    if not last:
        return Check("age", False, "No refresh has come to its end.", needed=False)
    age = now - datetime.fromisoformat(last)
    return Check(
        "age", age <= syncs.OLD, f"Refreshed {age.total_seconds() / 3600:.1f} hours ago.", needed=False
    )
