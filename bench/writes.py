"""The life of prompt lists as clients lead it: created, renamed to another prompt, edited and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.calls import Pair, Times, timed, whole
from bench.figures import Figure
from tests.house import Listener, Playlist, playlist_of, tree_of

MAKING_MS = 150.0
BY_HAND = (
    "deletePlaylist and createPlaylist, as Tempo edits",
    "updatePlaylist, a song added",
    "deletePlaylist of a prompt list",
)


def written_to(pair: Pair, names: Sequence[tuple[str, str]], song: str) -> Iterator[Figure]:
    """Of each pair of names the first is created, the second its new one; then it is edited by hand.

    Straight the same is done to a list with the same songs under a plain name. All are deleted in the end,
    so that upstream's answers do not grow.
    """
    created, renamed, through, alone = [], [], [], []
    for name, new_name in names:
        milliseconds, reply = timed(pair.through, "createPlaylist", name=name)
        created.append(milliseconds)
        made = playlist_of(tree_of(reply))
        renamed.append(timed(pair.through, "updatePlaylist", playlistId=made.id, name=new_name)[0])
        plain = copied(pair, made)
        through.append(by_hand(pair.through, made.id, new_name, song))
        alone.append(by_hand(pair.straight, plain, f"by hand: {new_name}", song))
    yield whole("createPlaylist by prompt", created, limit=MAKING_MS)
    yield whole("updatePlaylist, renamed to a prompt", renamed, limit=MAKING_MS)
    for call, one, other in zip(BY_HAND, zip(*through, strict=True), zip(*alone, strict=True), strict=True):
        yield Times(list(one), list(other)).over_upstream(call)


def copied(pair: Pair, made: Playlist) -> str:
    """The id of a list at upstream with the songs that the made one has now."""
    songs = pair.straight.open(made.id).songs
    return pair.straight.create(f"by hand: {made.name}", *songs).id


def by_hand(listener: Listener, playlist_id: str, name: str, song: str) -> tuple[float, float, float]:
    """Milliseconds of each of BY_HAND; the list that is created again lacks its first song."""
    songs = listener.open(playlist_id).songs[1:]
    gone, _ = timed(listener, "deletePlaylist", id=playlist_id)
    again, reply = timed(listener, "createPlaylist", name=name, songId=songs)
    playlist_id = playlist_of(tree_of(reply)).id
    edited, _ = timed(listener, "updatePlaylist", playlistId=playlist_id, songIdToAdd=song)
    deleted, _ = timed(listener, "deletePlaylist", id=playlist_id)
    return gone + again, edited, deleted
