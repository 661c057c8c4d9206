"""Standing lists to be listed and opened: a recipe for each, and what opening one takes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bench.figures import Figure, median, percentile, written
from proxy.recipes.recipe import list_id
from tests.house import Listener

LISTS, SONGS = 12, 50
OPENING_MS = 50.0
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


def opened(client: str, listener: Listener, ids: Sequence[str], rounds: int) -> list[Figure]:
    """The whole time: upstream does not know such lists, and is asked for each of their songs."""
    times = []
    for turn in range(rounds):
        started = time.perf_counter()
        listener.send("getPlaylist", id=ids[turn % len(ids)])
        times.append((time.perf_counter() - started) * 1000)
    name = f"{client}: getPlaylist, a standing list of {SONGS} songs"
    note = f"least {written(min(times), 'ms')}"
    shares = (("p50", median(times)), ("p95", percentile(times, 95)))
    return [
        Figure(name=f"{name}, {share}", measured=value, unit="ms", limit=OPENING_MS, note=note)
        for share, value in shares
    ]
