"""A generated list as JSON tells it, on the command line and over HTTP alike."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from proxy.library.tracks import Track
from proxy.playlists.explain import Explanation
from proxy.playlists.generate import Generated
from proxy.playlists.wish import Wish


class Row(Struct, frozen=True):
    """A song of a list; `duration` is in seconds, `year` null where unknown; the rest as in Chosen."""

    id: str
    title: str
    artist: str
    album: str
    year: int | None
    duration: float
    relevance: float
    why: tuple[str, ...]
    energy: float
    measured: bool
    wanted: float | None
    step: float | None


class Listed(Struct, frozen=True, kw_only=True):
    """A list that stands nowhere yet."""

    prompt: str
    comment: str
    wish: Wish
    explanation: Explanation
    songs: tuple[Row, ...]


def listed(prompt: str, made: Generated, found: Mapping[str, Track]) -> Listed:
    rows = [
        Row(
            id=t.track_id,
            title=t.title,
            artist=t.artist,
            album=t.album,
            year=t.year,
            duration=t.duration,
            relevance=song.relevance,
            why=song.why,
            energy=song.energy,
            measured=song.measured,
            wanted=song.wanted,
            step=song.step,
        )
        for song in made.songs
        if (t := found.get(song.track_id))
    ]
    return Listed(
        prompt=prompt,
        comment=made.comment,
        wish=made.wish,
        explanation=made.explanation,
        songs=tuple(rows),
    )
