"""The stage that hears what the tracks sound like, and from that how energetic they are in this library."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import apsw
from msgspec import Struct, structs

from proxy.library import sounds, transaction, wrap_errors
from proxy.library.files import File
from proxy.library.sounds import Sound, to_hear
from proxy.refresh.folders import Place
from proxy.refresh.listening import Stage, through
from proxy.sound import hear as network
from proxy.sound import styles
from proxy.sound.hear import Heard

Listen = Callable[..., Heard | None]


class HearReport(Struct, frozen=True):
    """`waiting` are those left by a limit; `skipped` says why none was heard."""

    heard: int = 0
    failed: int = 0
    waiting: int = 0
    skipped: str = ""


def hear(
    db: apsw.Connection, find: Callable[[File], Place], *, listen: Listen | None = None, **options: Any
) -> HearReport:
    """Hear what waits for it; the options are those of `listening.through`."""
    listen = listen or partial(network.hear, networks=network.load())
    counts = through(db, find, Stage("hear", to_hear, listen, _put), **options)
    if counts.done:
        rate(db)
    return HearReport(*structs.astuple(counts))


def rate(db: apsw.Connection) -> None:
    """Every heard track's energy anew: it is measured by the library, which has changed."""
    with wrap_errors():
        known, logits = sounds.styles(db)
    energies = styles.energy(styles.standing(logits)).tolist() if known else []
    with transaction(db):
        sounds.put_energies(db, zip(known, energies, strict=True))


def _put(db: apsw.Connection, track_id: str, outcome: Heard | None, now: str) -> None:
    logits = None if outcome is None else styles.joined(outcome.msd, outcome.mtt)
    sounds.put(db, Sound(track_id, None if outcome is None else outcome.embedding, logits), now=now)
