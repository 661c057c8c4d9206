"""The stage that hears what the tracks sound like, and what follows from that in this library."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import apsw
import numpy as np

from proxy.library import index, sounds, transaction, wrap_errors
from proxy.library.sounds import Sound
from proxy.refresh.listening import Stage
from proxy.sound import hear, styles, tempo
from proxy.sound.hear import Heard

BATCH = 1000  # tracks that are rated in one transaction


def stage(listen: Callable[..., Heard | None] | None = None) -> Stage:
    """With the networks, which take 40 ms to load, unless another ear is given."""
    return Stage("hear", listen or partial(hear.hear, networks=hear.load()), _put)


def rate(db: apsw.Connection) -> None:
    """Every heard track's energy and tempo anew: they are told by the library, which has changed.

    Some tracks at a time, so that others can write; a run that is cut leaves the rest as they were.
    Percentiles are not written: servers take them of all that they load, tracks that were not heard too.
    """
    with wrap_errors():
        known, logits = sounds.styles(db)
        bpm = np.array(sounds.tempo_tags(db), dtype=np.float32)
    if not known:
        return
    standing = styles.standing(logits)
    tempos = tempo.resolved(bpm, styles.pace(standing))
    rated = list(zip(known, styles.energy(standing).tolist(), tempos.tolist(), strict=True))
    for start in range(0, len(rated), BATCH):
        with transaction(db):
            sounds.rate(db, rated[start : start + BATCH])
    with transaction(db):
        index.announce(db)


def _put(db: apsw.Connection, track_id: str, outcome: Heard | None, now: str) -> None:
    if outcome is None:
        sounds.put(db, Sound(track_id), now=now)
        return
    logits = styles.joined(outcome.msd, outcome.mtt)
    sounds.put(db, Sound(track_id, outcome.embedding, outcome.embedding_mtt, logits), now=now)
