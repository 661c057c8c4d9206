"""A list that exists only here, and how it looks to a client: as that client is shown upstream's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, structs

from proxy.endpoints.callers import Form
from proxy.library.index import Index
from proxy.recipes import StandingList
from proxy.recipes.recipe import FOUR, ID_PREFIX
from proxy.subsonic.reply import Tree

COVER_PREFIX = "pl-"  # of every list's own picture, as upstream's


class Virtual(Struct, frozen=True, kw_only=True):
    """`songs` are ids, `duration` their seconds. One that is `readonly` is renewed at `valid_until`.

    `art` is an art id of upstream's, FOUR for a picture that is made of four, or "" for none.
    """

    id: str
    name: str
    comment: str
    songs: tuple[str, ...]
    duration: int
    created: datetime
    changed: datetime
    valid_until: datetime | None = None
    readonly: bool = True
    art: str = FOUR

    @property
    def cover(self) -> str:
        """Another one whenever the list is another: clients keep pictures by their ids (rule 8)."""
        if self.art != FOUR:
            return self.art
        return f"{COVER_PREFIX}{self.id}_{int(self.changed.timestamp() * 1000):x}"


def of_standing(found: StandingList, now: datetime) -> Virtual:
    """Without the end of its period where that has passed: it is being made anew."""
    return Virtual(
        id=found.id,
        name=found.name,
        comment=found.comment,
        songs=found.songs,
        duration=found.duration,
        created=found.created,
        changed=found.changed,
        valid_until=found.valid_until if found.valid_until > now else None,
        art=found.cover,
    )


def beginning(found: Virtual, songs: int, index: Index) -> Virtual:
    """The list up to so many songs."""
    if len(found.songs) <= songs:
        return found
    first = found.songs[:songs]
    seconds = index.seconds([song for song in first if song in index.position])
    return structs.replace(found, songs=first, duration=seconds)


def without_period(comment: str) -> str:
    """A standing list's comment without when it is made anew, for one that is not."""
    return re.sub(r"(^| · )new [^·]*$", "", comment)


def is_virtual(playlist_id: str) -> bool:
    return playlist_id.startswith(ID_PREFIX)


def covered(cover_id: str) -> str:
    """The id of the virtual list whose picture that is; "" for any other picture."""
    playlist_id = cover_id.removeprefix(COVER_PREFIX).partition("_")[0]
    return playlist_id if is_virtual(playlist_id) else ""


def described(
    found: Virtual, owner: str, form: Form, entries: Sequence[Mapping[str, Any]] | None = None
) -> Tree:
    """The list as `form` has it; with `entries` where it was opened: some of its songs may have gone."""
    whole = entries is None or len(entries) == len(found.songs)
    shown = entries or ()
    tree: Tree = {
        "id": found.id,
        "name": found.name,
        "songCount": len(found.songs) if whole else len(shown),
        "duration": found.duration if whole else sum(int(song.get("duration", 0)) for song in shown),
        "created": instant(found.created),
        "changed": instant(found.changed),
    }
    if form != "minimal":
        tree |= {"owner": owner, "public": False}
        tree |= {"comment": found.comment} if found.comment else {}
        tree |= {"coverArt": found.cover} if found.cover else {}
    if form == "full":
        tree |= {"readonly": found.readonly}
        tree |= {"validUntil": instant(found.valid_until)} if found.valid_until else {}
    return tree if entries is None else {**tree, "entry": list(shown)}


def instant(moment: datetime) -> str:
    """With three digits of a second: some clients read more of them as milliseconds (rule 4)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
