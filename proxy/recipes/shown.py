"""When a snapshot is due to be made anew, and what of it is shown to its owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from proxy.library.index import Index
from proxy.recipes.making import digest_of
from proxy.recipes.period import Period
from proxy.recipes.recipe import FOUR, Caller, Recipe, StandingList, list_id
from proxy.recipes.snapshots import Snapshot

FOR_GOOD = 0.5  # where less than that is left of a list, its songs are rather away than gone


def is_due(recipe: Recipe, snapshot: Snapshot | None, period: Period, now: datetime, *, opened: bool) -> bool:
    """A new period, another recipe. A list that is made on opening is due only when it is `opened`."""
    if snapshot is None or snapshot.digest != digest_of(recipe):
        return True
    if recipe.refresh.every == "open":
        return opened and now >= snapshot.valid_until
    return snapshot.period != period.key


def shown(snapshot: Snapshot, caller: Caller, index: Index, now: datetime) -> StandingList | None:
    """Less the songs that are gone, or not for him any more; None where nothing is left.

    An index without songs is one that is being read: the list is shown as it was made. `changed` is now
    where songs are gone for good. With its first song the picture of that goes.
    """
    songs, seconds = snapshot.songs, snapshot.seconds
    if len(index):
        songs = _heard(songs, caller, index)
        seconds = index.seconds(songs)
    if not songs:
        return None
    fewer = len(songs) < len(snapshot.songs)
    return StandingList(
        id=list_id(snapshot.owner, snapshot.recipe),
        recipe=snapshot.recipe,
        name=snapshot.name,
        comment=snapshot.comment,
        songs=songs,
        duration=seconds,
        created=snapshot.created_at,
        changed=now if fewer and len(songs) >= FOR_GOOD * len(snapshot.songs) else snapshot.changed_at,
        valid_until=snapshot.valid_until,
        cover=snapshot.cover if songs[0] == snapshot.songs[0] or not snapshot.cover else FOUR,
    )


def _heard(songs: Sequence[str], caller: Caller, index: Index) -> tuple[str, ...]:
    """Those that are there, and for him."""
    there = [song for song in songs if song in index.position]
    if caller.libraries is None:
        return tuple(there)
    libraries = index.library[[index.position[song] for song in there]].tolist() if there else []
    pairs = zip(there, libraries, strict=True)
    return tuple(song for song, library in pairs if library < 0 or library in caller.libraries)
