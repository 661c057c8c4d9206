"""What an updatePlaylist means for a list that we made: an edit by hand, a seed, or nothing at all.

Clients send more than was changed: the rules are those of the study of 25 clients, by their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from msgspec import Struct

from proxy.playlists.explain import COMMENT_LENGTH
from proxy.playlists.store import PromptPlaylist
from proxy.subsonic.params import Params

EDIT_BY_DELETING = timedelta(seconds=30)  # Tempo deletes a list and creates it again to change it (rule 24)
SHARED_WHEN_EDITED = 0.8
FROZEN = "edited by hand: stays as it is until renamed or created again"


class Edit(Struct, frozen=True):
    """What is passed on, whether it freezes the list, and which songs are seeds from now on."""

    params: Params
    freezes: bool
    seeds: tuple[str, ...] = ()


class Deleted(Struct, frozen=True, kw_only=True):
    """A list that is no longer shown, and was in the proxy only."""

    playlist_id: str
    name_key: str
    songs: tuple[str, ...]


Gone = TypeVar("Gone", Deleted, PromptPlaylist)


def edit_of(params: Params, entries: Sequence[str], *, young: bool, renamed: bool) -> Edit:
    """`entries` are the list's songs as they stand; it is `young` right after it was made."""
    params = _without_echo(params, entries)
    added = tuple(params.all("songIdToAdd"))
    if renamed or _removes(params, entries) or (added and not young):
        return Edit(_with_our_comment(params) if young else params, True)
    return Edit(_follow_up(params, entries), False, added) if young else Edit(params, False)


def _removes(params: Params, entries: Sequence[str]) -> bool:
    """Whether any of the places is one: upstream ignores the others."""
    places = {str(place) for place in range(len(entries))}
    return not places.isdisjoint(params.all("songIndexToRemove"))


def _without_echo(params: Params, entries: Sequence[str]) -> Params:
    """Tempus sends all songs again when it saves (rule 27)."""
    is_echo = params.all("songIdToAdd") == list(entries) and not params.has("songIndexToRemove")
    return params.without("songIdToAdd") if is_echo else params


def _follow_up(params: Params, entries: Sequence[str]) -> Params:
    """What comes right after a create is no edit, and repeats no song that we put in (rule 23)."""
    fresh = [song for song in params.all("songIdToAdd") if song not in entries]
    return _with_our_comment(params).replaced("songIdToAdd", *fresh)


def _with_our_comment(params: Params) -> Params:
    """Aonsoku wipes the comment of every list that it has created."""
    wipes = params.has("comment") and not params.first("comment")
    return params.without("comment") if wipes else params


def was_edited(deleted: Sequence[Gone], name_key: str, songs: Sequence[str]) -> Gone | None:
    """Of the lists just deleted the one that comes again with these songs.

    Under its own name most songs of the one are in the other; under another name the two are nearly the same,
    so that a song or two of a list that is gone may begin another.
    """
    for before in sorted(deleted, key=lambda before: before.name_key != name_key):
        both = (len(before.songs), len(songs))
        least = min(both) if before.name_key == name_key else max(both)
        if len(set(before.songs) & set(songs)) >= max(SHARED_WHEN_EDITED * least, 1):
            return before
    return None


def songs_after(params: Params, entries: Sequence[str]) -> tuple[str, ...]:
    """The songs of a list once what is to be removed and added has been, without repeats."""
    removed = set(params.all("songIndexToRemove"))
    kept = [song for place, song in enumerate(entries) if str(place) not in removed]
    return tuple(dict.fromkeys([*kept, *params.all("songIdToAdd")]))


def frozen(comment: str) -> str:
    """The comment with a word on why the list stays as it is; at most 500 characters."""
    if FROZEN in comment:
        return comment
    room = COMMENT_LENGTH - len(FROZEN) - len(" · ")
    return f"{comment[:room]} · {FROZEN}" if comment else FROZEN
