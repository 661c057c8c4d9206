"""How things stand, from the database alone: nobody is asked, and nothing but its version is changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import apsw
import msgspec
from msgspec import Struct, structs

from proxy.commands.ages import relative
from proxy.embedding import text_form
from proxy.library import connect, files, loudness, migrate, sizes, sounds, syncs, tracks, wrap_errors
from proxy.library.files import Found
from proxy.library.sizes import ModelSize
from proxy.library.syncs import Failure, SyncReport
from proxy.refresh.lock import Holder, holder
from proxy.refresh.quiet import Quiet

SYNCS = 5
FAILURES = 10


class Model(Struct, frozen=True):
    """`vectors` tracks have a current vector of it, `waiting` ones get theirs from the next refresh."""

    name: str
    vectors: int
    waiting: int


class Status(Struct, frozen=True, kw_only=True):
    """`tracks` can be found, `missing` ones have gone upstream and are kept for a while.

    `syncs` are the last ones, the newest first; `refreshing` is who refreshes. All of it was so at `now`.
    `quiet` are the hours in which a refresh listens, None for any.
    """

    now: datetime
    tracks: int
    missing: int
    playlists: int
    models: tuple[Model, ...]
    files: Found
    measured: int
    heard: int
    syncs: tuple[SyncReport, ...]
    refreshing: Holder | None
    failures: tuple[Failure, ...]
    quiet: Quiet | None = None


def status(path: Path, *, now: datetime, quiet: Quiet | None = None) -> Status:
    """Raises LibraryError where there is no database yet, or it cannot be read."""
    if path.exists():
        migrate(path)
    with contextlib.closing(connect(path, readonly=True)) as db, wrap_errors(str(path)):
        return structs.replace(_status(db, holder(path), now), quiet=quiet)


def _status(db: apsw.Connection, refreshing: Holder | None, now: datetime) -> Status:
    present, missing = tracks.count(db)
    return Status(
        now=now,
        tracks=present,
        missing=missing,
        playlists=sizes.prompt_playlists(db),
        models=tuple(_model(size, present) for size in sizes.models(db)),
        files=files.found(db),
        measured=loudness.count(db),
        heard=sounds.count(db),
        syncs=tuple(_truly(row, refreshing) for row in syncs.latest(db, SYNCS)),
        refreshing=refreshing,
        failures=tuple(syncs.failures(db)),
    )


def _model(size: ModelSize, present: int) -> Model:
    """Vectors of texts in another form are worth nothing: the next refresh makes all of them anew."""
    current = size.vectors if size.text_form == text_form(size.model) else 0
    return Model(size.model, current, present - current)


def _truly(row: SyncReport, refreshing: Holder | None) -> SyncReport:
    """A killed run could not say so: it still calls itself running."""
    killed = row.status == "running" and refreshing is None
    return structs.replace(row, status="stopped") if killed else row


def told(status: Status, *, as_json: bool) -> str:
    """As JSON, or as lines with a word in front of each group."""
    if as_json:
        return msgspec.json.encode(status).decode()
    groups = (
        ("library", [_library(status)]),
        ("playlists", [f"{status.playlists} made from prompts"]),
        ("vectors", _vectors(status)),
        ("music", [_music(status)]),
        ("refresh", [_refreshing(status)]),
        ("syncs", _syncs(status) or ["none yet: run `playlistgen refresh`"]),
        ("failures", _failures(status) or ["none"]),
    )
    return "\n".join(line for name, lines in groups for line in _group(name, lines))


def _group(name: str, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{'' if number else name:<11}{line}"


def _library(status: Status) -> str:
    missing = f", {status.missing} missing upstream" if status.missing else ""
    return f"{status.tracks} tracks{missing}"


def _vectors(status: Status) -> list[str]:
    if not status.models:
        return ["none yet: `playlistgen refresh` makes them"]
    width = max(len(model.name) for model in status.models)
    return [
        f"{model.name:<{width}}  {model.vectors} of {status.tracks} tracks, {model.waiting} wait"
        for model in status.models
    ]


def _music(status: Status) -> str:
    if not status.files.located and not status.measured and not status.heard:
        return "none was found here: nothing is measured (see `playlistgen check`)"
    missing = f", {status.files.missing} not" if status.files.missing else ""
    done = f"loudness of {status.measured} measured, {status.heard} heard"
    hours = f"; refresh listens {status.quiet} only" if status.quiet else ""
    return f"{status.files.located} files found{missing}; {done}{hours}"


def _refreshing(status: Status) -> str:
    if status.refreshing is None:
        return "nobody is at work"
    since = relative(datetime.fromisoformat(status.refreshing.since), now=status.now)
    return f"process {status.refreshing.pid} is at work, began {since}"


def _syncs(status: Status) -> list[str]:
    ages = [relative(datetime.fromisoformat(row.started_at), now=status.now) for row in status.syncs]
    width = max(map(len, ages), default=0)
    return [
        f"{age:<{width}}  {row.status:<7}  {_outcome(row)}".rstrip()
        for age, row in zip(ages, status.syncs, strict=True)
    ]


def _outcome(row: SyncReport) -> str:
    if row.error:
        return row.error
    if row.kind == "unchanged":
        return "nothing new upstream"
    if row.status != "ok":
        return ""
    counts = [
        f"{getattr(row, name)} {name}" for name in ("added", "changed", "renamed", "missing", "deleted")
    ]
    return f"{row.seen} songs read ({row.kind}): {', '.join(counts)}"


def _failures(status: Status) -> list[str]:
    lines = [_failure(failure, status.now) for failure in status.failures[:FAILURES]]
    more = len(status.failures) - len(lines)
    return [*lines, f"and {more} more (all with --json)"] if more else lines


def _failure(failure: Failure, now: datetime) -> str:
    song = " – ".join(part for part in (failure.artist, failure.title) if part) or failure.track_id
    tried = "tried once" if failure.attempts == 1 else f"tried {failure.attempts} times"
    due = datetime.fromisoformat(failure.next_try)
    again = f"again {relative(due, now=now)}" if due > now else "again with the next refresh"
    return f"{song}: {failure.error} ({failure.stage}, {tried}, {again})"
