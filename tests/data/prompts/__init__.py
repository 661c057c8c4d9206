"""What a prompt must come to, whole: (prompt, Wish), in the library of GENRES and ARTISTS at NOW.

The prompts are of a caller who has PLAYLISTS.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.data.prompts.lengths import CAPS, COUNTS, LENGTHS, TRACK_LENGTHS
from tests.data.prompts.names import EXCLUSIONS, LISTS, NAMES, YEARS
from tests.data.prompts.sound import ENERGY, MOODS, TEMPO, VERSIONS
from tests.data.prompts.taste import MIXED, OTHER_SCRIPTS, TASTE
from tests.data.prompts.traps import TRAPS

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # a Monday

GENRES = [
    "Jazz",
    "Rock",
    "Hip-Hop",
    "Hip Hop",
    "Metal",
    "Heavy Metal",
    "Death Metal",
    "Pop",
    "Punk",
    "R&B",
    "Drum & Bass",
    "Soul",
    "New Wave",
    "Other",
    "Synthpop",
    "Country",
    "Folk",
    "House",
    "Techno",
    "Blues",
    "80s Rock",
    "Bossa Nova",
    "Rap",
]
ARTISTS = [
    "Miles Davis",
    "Bill Evans",
    "John Coltrane",
    "The Beatles",
    "Radiohead",
    "Queen",
    "AC/DC",
    "Guns N' Roses",
    "Blink-182",
    "U2",
    "50 Cent",
    "The 1975",
    "Yes",
    "Air",
    "The Who",
    "Live",
    "Beyoncé",
    "Simon & Garfunkel",
    "Earth, Wind & Fire",
    "Björk",
    "New Order",
    "No Doubt",
    "Brand New",
    "Two Hours Traffic",
    "Thirty Seconds to Mars",
    "10cc",
    "311",
    "a-ha",
    "Death",
    "Sunday",
    "Love",
    "Soul",
    "Beach House",
    "Massive Attack",
    "Tyler, The Creator",
    "Aimee Mann",
    "The Dave Brubeck Quartet",
    "Michael Jackson",
    "Janet Jackson",
    "SZA",
    "N.W.A.",
    "Nas",
]

PLAYLISTS = ["Road Trip 2019", "Summer", "90s, loud", "Radiohead"]

TABLE = [
    *LENGTHS,
    *COUNTS,
    *TRACK_LENGTHS,
    *CAPS,
    *YEARS,
    *NAMES,
    *LISTS,
    *EXCLUSIONS,
    *MOODS,
    *TEMPO,
    *ENERGY,
    *VERSIONS,
    *TASTE,
    *MIXED,
    *OTHER_SCRIPTS,
    *TRAPS,
]
