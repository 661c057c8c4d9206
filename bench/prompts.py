"""What is typed, by kind: the kinds go different ways through the engine."""

from __future__ import annotations

from collections.abc import Sequence

PROMPTS: dict[str, tuple[str, ...]] = {
    "genres": (
        "jazz 45 min",
        "indie rock",
        "bossa nova and bolero 1 h",
        "techno, house, drum and bass",
        "delta blues 30 min",
        "chamber music",
        "some motown",
        "doom metal or thrash",
        "singer-songwriter 90 minutes",
        "boom bap hip-hop 40 min",
    ),
    "moods": (
        "rainy sunday morning",
        "something calm for the evening",
        "happy songs for cooking 50 min",
        "music to fall asleep to",
        "late night drive",
        "melancholy autumn walk 1 h",
        "workout",
        "party",
        "focus, no distractions, 2 hours",
        "dreamy summer afternoon by the sea",
    ),
    "decades": (
        "80s",
        "best of the seventies 1 h",
        "90s rock",
        "soul from the 60s and 70s",
        "pop 2000-2009 45 min",
        "jazz before 1965",
        "early 80s synth-pop",
        "since 2015",
        "1994",
    ),
    "artists": (
        "{0}",
        "{1} and {2}",
        "like {3}",
        "songs by {4} 30 min",
        "like {5}, but no {6}",
        "{7}, one album at most twice, 1 h",
        "artists similar to {8}, one song per artist",
        "{9} and calm piano",
    ),
    "exclusions": (
        "rock without metal",
        "jazz no live, no remixes",
        "pop, nothing by {0} or {1}",
        "electronic without techno, house and drum and bass 1 h",
        "90s rock without ballads, 25 songs",
        "folk except americana",
        "soul, not funk, not from the 80s",
        "ambient without drone and without live",
    ),
    "counts": (
        "10 jazz songs",
        "1 song",
        "30 rock songs, 2 per artist",
        "100 songs from the 70s",
        "500 songs",
        "3 hours of pop",
        "15 minutes of blues",
        "12 h",
        "songs under 3 minutes, 20 of them",
    ),
    "languages": (
        "ruhiger Jazz für den Abend, 45 Minuten",
        "Rock der 90er ohne Balladen",
        "chansons douces pour un dimanche de pluie, 1 heure",
        "soul des années 70 sans funk",
        "música alegre para cocinar, 40 minutos",
        "bolero de los años 60 sin salsa",
    ),
    "nothing": (
        "qwertz uiop asdfgh",
        "🌧️🎷",
        "κάτι ήσυχο",
        "zydeco polka",
    ),
    "long": (
        "a slow sunday at the window while it rains outside and nobody calls, with a little piano, a little "
        "jazz, some bossa nova, no metal, nothing from the eighties, about an hour and a half",
        "music for a long drive along the coast at night: first driving rock and restless synth-pop, later "
        "calm ambient and quiet piano, two songs per artist, two hours",
        "songs my grandparents danced to in the fifties and sixties, bolero, salsa, motown, soul and a waltz "
        "or two, without live recordings, without remixes, and at most three minutes each, 40 songs",
        "something like {0} and {1} but warmer, more tender and wistful, not lowdown or raw, with folk and "
        "americana in between, from the seventies until today, for three friends cooking dinner, 100 min",
        " ".join(["river and road and rain and moon and fire and street and station and garden"] * 24),
    ),
}


def prompts(artists: Sequence[str]) -> list[tuple[str, str]]:
    """(kind, prompt) in a fixed order; names are taken evenly from those given."""
    names = sorted(set(artists))
    some = [names[place * len(names) // 10] for place in range(10)] if names else [""] * 10
    return [(kind, prompt.format(*some)) for kind, of_kind in PROMPTS.items() for prompt in of_kind]
