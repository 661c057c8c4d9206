"""`python -m bench.clients`: what each client waits for beyond upstream's own time, call by call."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

import click
from msgspec import Struct

from bench import standing, yardstick
from bench.figures import Figure, as_json, median, percentile, table, written
from bench.house import LISTENER, House, open_house
from bench.progress import Say, teller
from bench.prompts import prompts
from proxy.library.reader import Reader
from tests.fake_navidrome import PASSWORDS
from tests.house import Listener, Way, connections

LISTS, SONGS = 12, 50
LISTING_MS, OPENING_MS, CREATING_MS = 3.0, 50.0, 150.0


class Client(Struct, frozen=True):
    """One of those that call in a way of their own."""

    name: str
    way: Way
    by_token: bool = True

    def at(self, url: str, http: object) -> Listener:
        listener = Listener(http, url, LISTENER, PASSWORDS[LISTENER], way=self.way, client=self.name)  # type: ignore[arg-type]
        if self.by_token:
            listener.by_token()
        return listener


CLIENTS = (
    Client("Feishin", Way("GET", "json", ".view")),
    Client("Mopidy", Way("POST", "json", ".view")),
    Client("Amperfy", Way("GET", "xml", ".view")),
    Client("Submariner", Way("POST", "xml", ".view")),
    Client("Jamstash", Way("GET", "json", ".view"), by_token=False),
)


class Pair(Struct, frozen=True):
    """One client through the proxy and straight, with the lists that it finds there."""

    client: Client
    through: Listener
    straight: Listener
    lists: Sequence[str]

    def times(self, call: Callable[[Listener], object], rounds: int) -> tuple[list[float], list[float]]:
        """Milliseconds upstream alone, and what the proxy adds to them, in turns."""
        alone, added = [], []
        for _ in range(rounds):
            straight = timed(lambda: call(self.straight))
            alone.append(straight)
            added.append(timed(lambda: call(self.through)) - straight)
        return alone, added


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def measure(house: House, rounds: int, say: Say) -> list[Figure]:
    house.filled()
    with closing(Reader(Path(house.settings.db_path))) as reader:
        asked = [prompt for _, prompt in prompts(reader.index().artists)]
    with house.serving() as proxy, connections() as http:
        first = CLIENTS[0].at(proxy.url, http)
        lists = [first.create(f"ai: {SONGS} songs, {asked[number]}").id for number in range(LISTS)]
        song, standing_ids = first.open(lists[0]).songs[0], standing.made(first)
        found: list[Figure] = []
        for client in CLIENTS:
            say(f"{client.name}: {rounds} rounds of each call")
            pair = Pair(client, client.at(proxy.url, http), client.at(house.upstream, http), lists)
            found += read(pair, song, rounds)
            found += standing.opened(f"{client.name} ({client.way})", pair.through, standing_ids, rounds)
            found.append(created(pair, names(asked, rounds, client)))
    return found


def names(asked: Sequence[str], rounds: int, client: Client) -> list[str]:
    """Others for every client: a name that came a minute ago would not be made anew."""
    return [f"ai: {prompt} ({client.name} {n})" for n, prompt in enumerate(islice(cycle(asked), rounds))]


def read(pair: Pair, song: str, rounds: int) -> Iterator[Figure]:
    calls: list[tuple[str, Callable[[Listener], object], float | None]] = [
        ("ping", lambda client: client.send("ping"), None),
        (
            f"getPlaylists, {LISTS} lists and {standing.LISTS} standing ones",
            lambda client: client.send("getPlaylists"),
            LISTING_MS,
        ),
        (
            f"getPlaylist, {SONGS} songs",
            lambda client: client.send("getPlaylist", id=pair.lists[0]),
            OPENING_MS,
        ),
        ("stream, first bytes", lambda client: client.begin(song), None),
    ]
    for name, call, limit in calls:
        call(pair.through)  # so that both have their connections
        call(pair.straight)
        alone, added = pair.times(call, rounds)
        through = [one + more for one, more in zip(alone, added, strict=True)]
        least = min(through) - min(alone)  # what stays of it on a machine that does nothing else
        yield Figure(
            name=f"{pair.client.name} ({pair.client.way}): {name}",
            measured=median(added),
            unit="ms",
            limit=limit,
            note=f"over {written(median(alone), 'ms')} of upstream's own; "
            f"p95 {written(percentile(added, 95), 'ms')}, least {written(least, 'ms')}",
        )


def created(pair: Pair, wanted: Sequence[str]) -> Figure:
    """The whole time, upstream's share in it; deleted at once, so that upstream does not grow."""
    times = []
    for name in wanted:
        started = time.perf_counter()
        made = pair.through.create(name)
        times.append((time.perf_counter() - started) * 1000)
        pair.straight.ask("deletePlaylist", id=made.id)
    return Figure(
        name=f"{pair.client.name} ({pair.client.way}): createPlaylist by prompt, p95",
        measured=percentile(times, 95),
        unit="ms",
        limit=CREATING_MS,
        note=f"median {written(median(times), 'ms')}, upstream's five calls in it",
    )


@click.command()
@click.option(
    "--tracks", type=click.IntRange(1), default=9000, show_default=True, help="Size of the library."
)
@click.option("--rounds", type=click.IntRange(1), default=50, show_default=True, help="Of each call.")
@click.option("--json", "as_text", flag_value=False, default=True, help="Print JSON instead of a table.")
def main(tracks: int, rounds: int, as_text: bool) -> None:
    """What each client waits for beyond upstream's own time, against a fake Navidrome on this machine."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that children are ended
    before = yardstick.pace()
    with open_house(tracks, recipes=standing.RECIPES) as house:
        figures = measure(house, rounds, teller())
    figures += yardstick.figures(before, yardstick.pace())
    title = f"clients of playlistgen on {tracks:,} tracks"
    click.echo(table(figures, title=title) if as_text else as_json(figures, tracks=tracks), nl=False)


if __name__ == "__main__":
    main()
