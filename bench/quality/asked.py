"""The prompts of the constructed checks: for tags, moods and decades, with slips, and in four languages."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from bench.quality.constructed import Library
from bench.quality.cpcd import Task

LONG = 4  # letters; a longer word gets a slip

PHRASES = ("{0}", "some {0} for tonight", "play me {0} while I cook", "best {0} songs")

DECADES = {
    1950: ("50s", "music of the fifties", "the best of the 1950s"),
    1960: ("60s", "music of the sixties", "the best of the 1960s"),
    1970: ("70s", "music of the seventies", "the best of the 1970s"),
    1980: ("80s", "music of the eighties", "the best of the 1980s"),
    1990: ("90s", "music of the nineties", "the best of the 1990s"),
    2000: ("2000s", "music of the noughties", "hits of the 2000s"),
    2010: ("2010s", "music of the 2010s", "hits of the 2010s"),
}

MOODS = {
    "calm": "something calm and peaceful",
    "dinner": "background music for dinner",
    "sad": "sad songs for a lonely heart",
    "party": "party music to dance to",
    "groovy": "groovy tunes",
    "romantic": "romantic love songs",
    "dreamy": "dreamy and floating",
    "driving": "songs for a long drive",
    "workout": "workout music for the gym",
    "aggressive": "aggressive and brutal",
    "dark": "dark and gloomy music",
    "summer": "summer at the beach",
    "rainy": "rainy autumn day",
    "acoustic": "acoustic unplugged songs",
    "study": "music for studying and concentration",
    "sleep": "music to fall asleep, bedtime",
    "chill": "chilled beats",
    "running": "running and jogging",
    "happy": "happy cheerful songs",
    "children": "songs for children",
}

# Each line one wish: English, German, French, Spanish.
TWINS = (
    ("calm piano for the evening", "ruhiges Klavier für den Abend", "piano calme pour la soirée",
     "piano tranquilo para la noche"),
    ("sad songs for autumn", "traurige Lieder für den Herbst", "chansons tristes pour l'automne",
     "canciones tristes para el otoño"),
    ("dance music for a party", "Tanzmusik für eine Party", "musique de danse pour une fête",
     "música de baile para una fiesta"),
    ("rock of the 70s", "Rock der 70er Jahre", "rock des années 70", "rock de los años 70"),
    ("romantic soul", "romantischer Soul", "soul romantique", "soul romántico"),
    ("music for studying", "Musik zum Lernen", "musique pour étudier", "música para estudiar"),
    ("happy summer pop", "fröhlicher Sommer Pop", "pop joyeuse d'été", "pop alegre de verano"),
    ("aggressive metal", "aggressiver Metal", "metal agressif", "metal agresivo"),
    ("dark electronic music", "dunkle elektronische Musik", "musique électronique sombre",
     "música electrónica oscura"),
    ("acoustic guitar", "akustische Gitarre", "guitare acoustique", "guitarra acústica"),
    ("music to sleep", "Musik zum Schlafen", "musique pour dormir", "música para dormir"),
    ("workout rap", "Rap für das Training", "rap pour la musculation", "rap para el gimnasio"),
    ("jazz for dinner", "Jazz zum Abendessen", "jazz pour le dîner", "jazz para la cena"),
    ("classical for work", "Klassik für die Arbeit", "classique pour le travail", "clásica para el trabajo"),
    ("reggae for summer", "Reggae für den Sommer", "reggae pour l'été", "reggae para el verano"),
    ("children songs", "Kinderlieder", "chansons pour enfants", "canciones infantiles"),
    ("coffee and folk", "Kaffee und Folk", "café et folk", "café y folk"),
    ("hip hop of the 90s", "Hip Hop der 90er", "hip hop des années 90", "hip hop de los 90"),
    ("melancholy blues", "melancholischer Blues", "blues mélancolique", "blues melancólico"),
    ("energetic punk for running", "energischer Punk zum Joggen", "punk énergique pour courir",
     "punk enérgico para correr"),
)  # fmt: skip


def of_tags(library: Library) -> list[Task]:
    """Every style's first two tags, in a phrase that changes."""
    tags = dict.fromkeys(tag for style in library.style.values() for tag in style.tags[:2])
    return [
        library.tagged(PHRASES[number % len(PHRASES)].format(tag), tag) for number, tag in enumerate(tags)
    ]


def of_moods(library: Library) -> list[Task]:
    return [library.in_mood(prompt, mood) for mood, prompt in MOODS.items()]


def of_decades(library: Library) -> list[Task]:
    return [library.of_decade(prompt, decade) for decade, prompts in DECADES.items() for prompt in prompts]


def with_slips(prompt: str, *, seed: int) -> str:
    """The prompt with one edit in every word of more than four letters, never in the first letter."""
    chance = random.Random(f"{seed} {prompt}")
    return " ".join(_slip(word, chance) if len(word) > LONG else word for word in prompt.split())


def foreign() -> Iterator[tuple[str, str, str]]:
    """(language, prompt, its English twin)"""
    for english, *others in TWINS:
        yield from (
            (language, other, english) for language, other in zip(("de", "fr", "es"), others, strict=True)
        )


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    letter = chance.choice(string.ascii_lowercase)
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )
