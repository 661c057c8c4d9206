"""A library of which everything is known: artists of given styles, their tags and their years.

Titles are of words that prompts are made of, too: a retrieval that falls for them is found out.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, structs

from bench.quality.cpcd import Task
from proxy.library import Track

FILE = Path(__file__).with_name("styles.txt")
SEED = 7
ARTISTS, TRACKS = 8, 10  # of a style, and of an artist
OTHER_TAG = 0.6  # the chance of each tag of a style beyond its first

_TITLES = [
    "rain",
    "sunday",
    "night",
    "summer",
    "dream",
    "love",
    "heart",
    "dance",
    "party",
    "river",
    "road",
    "fire",
    "moon",
    "blue",
    "light",
    "morning",
    "coffee",
    "home",
    "city",
    "street",
    "friday",
    "winter",
    "running",
    "slow",
    "happy",
    "lonely",
    "dark",
    "angel",
    "golden",
    "broken",
    "silver",
    "window",
    "garden",
    "station",
]
_NAMES = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "flint",
    "grove",
    "harbour",
    "ivory",
    "juniper",
    "kite",
    "lumen",
    "maple",
    "north",
    "opal",
    "pine",
]


class Style(Struct, frozen=True):
    """Decades hold one entry for each of ten artists."""

    tags: tuple[str, ...]
    decades: tuple[int, ...]
    moods: tuple[str, ...]


class Library(Struct, frozen=True):
    """`style` says of each track's id which it is of."""

    tracks: tuple[Track, ...]
    style: dict[str, Style]

    def tagged(self, prompt: str, tag: str) -> Task:
        """A prompt for a tag of styles, whether or not a track itself carries it."""
        return Task(prompt, frozenset(t for t, style in self.style.items() if tag in style.tags))

    def in_mood(self, prompt: str, mood: str) -> Task:
        return Task(prompt, frozenset(t for t, style in self.style.items() if mood in style.moods))

    def of_decade(self, prompt: str, decade: int) -> Task:
        years = range(decade, decade + 10)
        return Task(prompt, frozenset(track.track_id for track in self.tracks if track.year in years))


def styles() -> list[Style]:
    lines = (line for line in FILE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return [_style(*line.split(" | ")) for line in lines]


def library(*, artists: int = ARTISTS) -> Library:
    """The same for the same number of artists a style."""
    chance = random.Random(SEED)
    made = [
        (track, style)
        for number, style in enumerate(styles())
        for artist in range(artists)
        for track in _of_artist(f"{number:02}{artist:03}", style, chance)
    ]
    return Library(tuple(track for track, _ in made), {track.track_id: style for track, style in made})


def losing_tags(tracks: Sequence[Track], share: float) -> list[Track]:
    """The tracks with that share of single tags lost."""
    chance = random.Random(SEED)
    return [
        structs.replace(track, genres=tuple(tag for tag in track.genres if chance.random() >= share))
        for track in tracks
    ]


def losing_years(tracks: Sequence[Track], share: float) -> list[Track]:
    chance = random.Random(SEED)
    return [structs.replace(track, year=None) if chance.random() < share else track for track in tracks]


def _style(tags: str, decades: str, moods: str) -> Style:
    shares = [each.split() for each in decades.split(", ")]
    weighted = tuple(int(decade) for decade, share in shares for _ in range(int(share)))
    return Style(tuple(tags.split(", ")), weighted, tuple(moods.strip().split(", ")))


def _of_artist(number: str, style: Style, chance: random.Random) -> list[Track]:
    name = f"{chance.choice(_NAMES).title()} {chance.choice(_NAMES).title()} {number}"
    tags = [style.tags[0], *(tag for tag in style.tags[1:] if chance.random() < OTHER_TAG)]
    first = chance.choice(style.decades) + chance.randrange(10)
    return [
        Track(
            track_id=f"{number}-{song:02}",
            title=" ".join(chance.sample(_TITLES, 2)).title(),
            artist=name,
            album=f"{chance.choice(_TITLES)} {chance.choice(_NAMES)} {song // 5}".title(),
            album_id=f"{number}-{song // 5}",
            genres=tuple(tag.title() for tag in tags),
            year=first + song // 5 * 3,
            duration=200.0,
            content_hash=f"{number}-{song:02}",
        )
        for song in range(TRACKS)
    ]
