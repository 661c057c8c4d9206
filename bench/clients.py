"""`python -m bench.clients`: what each client waits for beyond upstream's own time, call by call."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

import click
import httpx
from msgspec import Struct, structs

from bench import searches, standing, writes, yardstick
from bench.calls import Pair, Times, in_turns
from bench.figures import Figure, as_json, table
from bench.house import LISTENER, House, open_house
from bench.progress import Say, teller
from bench.prompts import PROMPTS, prompts
from proxy.library.reader import Reader
from tests.fake_navidrome import PASSWORDS
from tests.house import Listener, Way, connections

LISTS, SONGS = 12, 50
LISTING_MS, OPENING_MS = 3.0, 50.0


class Client(Struct, frozen=True):
    """One of those that call in a way of their own, and the others that call so."""

    name: str
    others: str
    way: Way
    by_token: bool = True

    @property
    def heading(self) -> str:
        login = "token" if self.by_token else "password"
        also = f"; so call {self.others}" if self.others else ""
        return f"{self.name}: {self.way.method}, {self.way.format.upper()}, {login}{also}"

    def at(self, url: str, http: httpx.Client) -> Listener:
        listener = Listener(http, url, LISTENER, PASSWORDS[LISTENER], way=self.way, client=self.name)
        if self.by_token:
            listener.by_token()
        return listener


CLIENTS = (
    Client(
        "Feishin",
        "Supersonic, Aonsoku, Tempo, Tempus, Substreamer and Symfonium",
        Way("GET", "json", ".view"),
    ),
    Client("Mopidy", "Music Assistant and airsonic-refix", Way("POST", "json", ".view")),
    Client("Amperfy", "DSub and Submariner", Way("GET", "xml", ".view")),
    Client("Jamstash", "", Way("GET", "json", ".view"), by_token=False),
    Client("iSub", "", Way("GET", "xml", ".view"), by_token=False),
)


class Shelf(Struct, frozen=True):
    """What every client finds: prompt lists and standing lists by id, a song, and prompts to type."""

    lists: Sequence[str]
    standing: Sequence[str]
    song: str
    asked: Sequence[str]


def measure(house: House, rounds: int, say: Say) -> Mapping[Client, list[Figure]]:
    house.filled()
    with house.serving() as proxy, connections() as http:
        shelf = filled(house, CLIENTS[0].at(proxy.url, http))
        found = {}
        for number, client in enumerate(CLIENTS):
            say(f"{client.name}: {rounds} rounds of each call")
            pair = Pair(client.at(proxy.url, http), client.at(house.upstream, http))
            found[client] = [*read(pair, shelf, rounds, number), *made(pair, shelf, rounds, number)]
    return found


def filled(house: House, listener: Listener) -> Shelf:
    with closing(Reader(Path(house.settings.db_path))) as reader:
        asked = [prompt for _, prompt in prompts(reader.index().artists)]
    lists = [listener.create(f"ai: {SONGS} songs, {asked[number]}").id for number in range(LISTS)]
    return Shelf(lists, standing.made(listener), listener.open(lists[0]).songs[0], asked)


def read(pair: Pair, shelf: Shelf, rounds: int, number: int) -> Iterator[Figure]:
    yield in_turns(pair, rounds, "ping").over_upstream("ping")
    listing = in_turns(pair, rounds, "getPlaylists")
    name = f"getPlaylists, {LISTS} lists and {standing.LISTS} standing ones"
    yield listing.over_upstream(name, limit=LISTING_MS)
    opening = in_turns(pair, rounds, "getPlaylist", id=shelf.lists[0])
    yield opening.over_upstream(f"getPlaylist, {SONGS} songs", limit=OPENING_MS)
    yield standing.opened(pair.through, shelf.standing, rounds)
    yield from standing.pictured(pair.through, shelf.standing, rounds, number=number)
    yield streamed(pair, shelf.song, rounds)


def made(pair: Pair, shelf: Shelf, rounds: int, number: int) -> Iterator[Figure]:
    """Under names that no other client has asked for: a minute later those would not be made anew."""
    own = [f"{prompt} ({number} {turn})" for turn, prompt in enumerate(islice(cycle(shelf.asked), rounds))]
    yield from writes.written_to(pair, [(f"ai: {each}", f"ai: more {each}") for each in own], shelf.song)
    searched = [f"ai: found {each}" for each in own]
    yield from searches.searched(pair.through, searched, f"ai: {PROMPTS['moods'][number]}")


def streamed(pair: Pair, song: str, rounds: int) -> Figure:
    times = Times([], [])
    for listener, found in ((pair.through, times.through), (pair.straight, times.alone)) * rounds:
        started = time.perf_counter()
        listener.begin(song)
        found.append((time.perf_counter() - started) * 1000)
    return times.over_upstream("stream, first bytes")


def tables(found: Mapping[Client, Sequence[Figure]], machine: Sequence[Figure], *, tracks: int) -> str:
    parts = [
        *((client.heading, figures) for client, figures in found.items()),
        (f"{tracks:,} tracks", machine),
    ]
    return "\n".join(f"{heading}\n{table(figures, title='')}" for heading, figures in parts)


def flat(found: Mapping[Client, Sequence[Figure]]) -> list[Figure]:
    """Each with its client before its name."""
    return [
        structs.replace(figure, name=f"{client.name}: {figure.name}")
        for client, figures in found.items()
        for figure in figures
    ]


@click.command()
@click.option(
    "--tracks", type=click.IntRange(1), default=9000, show_default=True, help="Size of the library."
)
@click.option("--rounds", type=click.IntRange(1), default=50, show_default=True, help="Of each call.")
@click.option("--json", "as_text", flag_value=False, default=True, help="Print JSON instead of tables.")
def main(tracks: int, rounds: int, as_text: bool) -> None:
    """What each client waits for beyond upstream's own time, against a fake Navidrome on this machine."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that children are ended
    before = yardstick.pace()
    with open_house(tracks, recipes=standing.RECIPES) as house:
        found = measure(house, rounds, teller())
    machine = yardstick.figures(before, yardstick.pace())
    text = tables(found, machine, tracks=tracks)
    click.echo(text if as_text else as_json([*flat(found), *machine], tracks=tracks), nl=False)


if __name__ == "__main__":
    main()
