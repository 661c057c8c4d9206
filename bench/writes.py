"""The life of prompt lists as clients lead it: created, renamed to another prompt, edited and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.calls import Pair, Times, timed, whole
from bench.figures import Figure
from tests.house import Listener, Playlist, playlist_of, tree_of

MAKING_MS = 150.0


def written_to(pair: Pair, names: Sequence[tuple[str, str]], song: str) -> Iterator[Figure]:
    """Of each pair of names the first is created, the second its new one; `song` is added.

    Straight the same is done to a list with the same songs under a plain name. All are deleted in the end,
    so that upstream's answers do not grow.
    """
    created, renamed, edits, deletes = [], [], Times([], []), Times([], [])
    for name, new_name in names:
        milliseconds, reply = timed(pair.through, "createPlaylist", name=name)
        created.append(milliseconds)
        made = playlist_of(tree_of(reply))
        renamed.append(timed(pair.through, "updatePlaylist", playlistId=made.id, name=new_name)[0])
        plain = copied(pair, made)
        _end(pair.through, made.id, song, edits.through, deletes.through)
        _end(pair.straight, plain, song, edits.alone, deletes.alone)
    yield whole("createPlaylist by prompt", created, limit=MAKING_MS)
    yield whole("updatePlaylist, renamed to a prompt", renamed, limit=MAKING_MS)
    yield edits.over_upstream("updatePlaylist, a song added")
    yield deletes.over_upstream("deletePlaylist of a prompt list")


def copied(pair: Pair, made: Playlist) -> str:
    """The id of a list at upstream with the songs that the made one has now."""
    songs = pair.straight.open(made.id).songs
    return pair.straight.create(f"by hand: {made.name}", *songs).id


def _end(listener: Listener, playlist_id: str, song: str, edits: list[float], deletes: list[float]) -> None:
    edits.append(timed(listener, "updatePlaylist", playlistId=playlist_id, songIdToAdd=song)[0])
    deletes.append(timed(listener, "deletePlaylist", id=playlist_id)[0])
