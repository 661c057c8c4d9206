"""Similar songs through `serve`: what is added to upstream's own time, and the first of a new generation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from bench.figures import Figure, median, percentile, written
from bench.house import House
from bench.listener import CREDENTIALS, Listener
from bench.progress import Say
from proxy.library import connect, index
from proxy.library.reader import LOOK_SECONDS, Reader
from proxy.navidrome.reads import Reads

ROUNDS, SONGS = 40, 50
ADDED_MS, FIRST_MS = 30.0, 200.0


def measure(house: House, say: Say) -> list[Figure]:
    house.filled()
    path = Path(house.settings.db_path)
    with closing(Reader(path)) as reader:
        ids = reader.index().ids
    with house.serving() as proxy, closing(Listener(proxy.url)) as through:
        similar(through, ids[0])
        say(f"similar songs, {ROUNDS} rounds")
        figure = asyncio.run(_added(house.upstream, through, ids[:: len(ids) // ROUNDS][:ROUNDS]))
        announce(path)
        waited, _ = similar(through, ids[0])
        announce(path)
        time.sleep(LOOK_SECONDS)
        through.call("ping")
        time.sleep(LOOK_SECONDS)
        ahead, _ = similar(through, ids[0])
    first = "first similar songs after a refresh"
    return [
        figure,
        Figure(name=f"{first}, any call before", measured=ahead, unit="ms", limit=FIRST_MS),
        Figure(name=f"{first}, without", measured=waited, unit="ms", note="the index is loaded meanwhile"),
    ]


def similar(through: Listener, song: str) -> tuple[float, list[str]]:
    """Milliseconds, and the songs' ids."""
    started = time.perf_counter()
    reply = through.call("getSimilarSongs2", [("id", song), ("count", str(SONGS))])
    milliseconds = (time.perf_counter() - started) * 1000
    return milliseconds, [found["id"] for found in reply["similarSongs2"]["song"]]


def announce(path: Path) -> None:
    """A generation like the last one."""
    with closing(connect(path)) as db:
        index.announce(db)


async def _added(url: str, through: Listener, songs: Sequence[str]) -> Figure:
    """Upstream's own time is that of the same songs for our quickest client, eight at once and unread."""
    reads, alone, added = Reads(url), [], []
    with closing(reads):
        for song in songs:
            milliseconds, ids = await asyncio.to_thread(similar, through, song)
            form = [(*CREDENTIALS, ("id", each)) for each in ids]
            started = time.perf_counter()
            await reads.all([("/rest/getSong", urlencode(each).encode()) for each in form], [])
            alone.append((time.perf_counter() - started) * 1000)
            added.append(milliseconds - alone[-1])
    own, most = written(median(alone), "ms"), written(percentile(added, 95), "ms")
    return Figure(
        name=f"getSimilarSongs2, {SONGS} songs",
        measured=median(added),
        unit="ms",
        limit=ADDED_MS,
        note=f"over {own} of upstream's own; p95 {most}",
    )
