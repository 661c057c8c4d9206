"""How things stand, as far as every user may know: no paths, no names of others."""

from __future__ import annotations

from anyio import to_thread
from starlette.responses import Response

from proxy import __version__
from proxy.endpoints.api.door import Visit, answered
from proxy.endpoints.api.objects import Status
from proxy.library import syncs, wrap_errors
from proxy.library.reader import Reader


async def status(visit: Visit) -> Response:
    index = await to_thread.run_sync(visit.resources.reader.index)
    upstream = visit.resources.upstream.envelope  # of the answer that let the caller in
    told = Status(
        version=__version__,
        upstream=str(upstream.get("type", "")),
        upstream_version=str(upstream.get("serverVersion", "")),
        user=visit.user.name,
        tracks=len(index),
        models=tuple(index.vectors),
        read_at=await to_thread.run_sync(_read_at, visit.resources.reader),
    )
    return answered(told)


def _read_at(reader: Reader) -> str | None:
    with reader.lend() as db, wrap_errors():
        ended = (sync.ended_at for sync in syncs.latest(db) if sync.status == "ok")
        return next(ended, None)
