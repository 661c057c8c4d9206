"""Standing lists: a recipe for each, and what it takes to open one and to see its picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.calls import timed, whole
from bench.figures import Figure
from proxy.recipes.recipe import list_id
from tests.house import Listener

LISTS, SONGS = 12, 50
OPENING_MS = 50.0
SMALLEST = 200  # pixels
RECIPES = "\n".join(
    f'[[recipe]]\nname = "Standing {number}"\nsongs = {SONGS}\nper_artist = 4\n' for number in range(LISTS)
)


def made(listener: Listener) -> list[str]:
    """The ids of all of them, each opened once: a list that was only listed is made in the background."""
    ids = [list_id(listener.credentials["u"], f"standing {number}") for number in range(LISTS)]
    for playlist_id in ids:
        found = listener.open(playlist_id)
        assert found.count == SONGS, found
    return ids


def opened(listener: Listener, ids: Sequence[str], rounds: int) -> Figure:
    """Upstream does not know such lists, and is asked for each of their songs."""
    times = [timed(listener, "getPlaylist", id=ids[turn % len(ids)])[0] for turn in range(rounds)]
    return whole(f"getPlaylist, a standing list of {SONGS} songs", times, limit=OPENING_MS)


def pictured(listener: Listener, ids: Sequence[str], rounds: int, *, number: int) -> Iterator[Figure]:
    """Each in a size that nobody has asked for: no two clients have the same `number`."""
    first, again = [], []
    for turn in range(rounds):
        asked = {"id": ids[turn % len(ids)], "size": str(SMALLEST + number * rounds + turn)}
        first.append(timed(listener, "getCoverArt", **asked)[0])
        again.append(timed(listener, "getCoverArt", **asked)[0])
    yield whole("getCoverArt of a standing list, first", first)
    yield whole("getCoverArt of a standing list, again", again)
