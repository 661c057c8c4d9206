"""Tempo: beats a minute, and the words slow and fast where they are said of music."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import AT_LEAST, AT_MOST, SONG, START, WORD, closes, opens, rule
from proxy.playlists.prompt.marks import GENRE
from proxy.playlists.prompt.moods import is_mood
from proxy.playlists.prompt.numbers import amount
from proxy.playlists.wish import FASTEST, Wish

BEATS = (30, 300)  # a minute; other numbers are no tempo
NEAR = 0.03  # so far from the tempo that was asked for a song may be
SLOW = (0.0, 90.0)
FAST = (130.0, FASTEST)


def near(beats: float) -> tuple[float, float]:
    """The range of beats a minute that passes for this tempo."""
    return round(beats * (1 - NEAR), 1), round(beats * (1 + NEAR), 1)


def _exactly(match: re.Match[str]) -> Wish | None:
    beats = amount(match["beats"])
    return Wish(bpm=near(beats)) if _sensible(beats) else None


def _between(match: re.Match[str]) -> Wish | None:
    low, high = sorted((amount(match["low"]), amount(match["high"])))
    return Wish(bpm=(low, high)) if _sensible(low) and _sensible(high) else None


def _limit(match: re.Match[str]) -> Wish | None:
    beats = amount(match["beats"])
    if not _sensible(beats):
        return None
    at_most = bool(match["most"]) != bool(match["nothing"])
    return Wish(bpm=(0.0, beats) if at_most else (beats, FASTEST))


def _sensible(beats: float) -> bool:
    return BEATS[0] <= beats <= BEATS[1]


_DIGITS = r"\d{2,3}(?:[.,]\d{1,2})?"
_BPM = (
    r"[ -]?(?:bpm|beats (?:per|a|the) minute|schlägen? (?:pro|in der) minute|battements par minute"
    r"|(?:pulsaciones|golpes) por minuto)(?!\w)"
)
_AT_MOST = (
    rf"(?:{AT_MOST}|(?:no|not) faster than|slower than|langsamer als|plus lente?s? que|más lent[oa]s? que)"
)
_AT_LEAST = (
    rf"(?:{AT_LEAST}|(?:no|not) slower than|faster than|schneller als|plus rapides? que|más rápid[oa]s? que)"
)
_NOTHING = "(?P<nothing>nothing|none|nichts|rien|nada)"
_ABOUT = r"(?:at|with|about|around|a tempo of|tempo|etwa|mit|bei|environ|à|a|unos|~)"
_BETWEEN = r"(?:between|from|entre|zwischen|von|de)"

BEAT_RULES = (
    rule(
        rf"{WORD}(?:(?<!\w){_BETWEEN} )?{START}(?P<low>{_DIGITS})(?:{_BPM})?"
        rf" ?(?:-|to|and|bis|und|à|et|a|y) ?(?P<high>{_DIGITS}){_BPM}",
        _between,
    ),
    rule(
        rf"{WORD}(?:{_NOTHING} )?(?<!\w)(?:(?P<most>{_AT_MOST})|{_AT_LEAST}) ?"
        rf"{START}(?P<beats>{_DIGITS}){_BPM}",
        _limit,
    ),
    rule(rf"{WORD}(?:(?<!\w){_ABOUT} ?){{0,2}}{START}(?P<beats>{_DIGITS}){_BPM}", _exactly),
    rule(rf"\b(?:bpm|tempo):? {START}(?P<beats>{_DIGITS})(?![\w%:]|[.,]\d)", _exactly),
)


def _pace(match: re.Match[str]) -> Wish | None:
    """ "Slow songs", "slow jazz", "jazz, slow": not the "Slow" of a title ("Slow Train Coming")."""
    of_music = match["what"] or (match["next"] and is_mood(match["next"]))
    if not of_music and not ((match["noun"] or opens(match)) and closes(match)):
        return None
    moods = (match["pace"].lower(),) if is_mood(match["pace"]) else ()
    return Wish(bpm=SLOW if match["slow"] else FAST, moods=moods)


_MUSIC = rf"(?:{SONG}|musi[ck]|musique|música|beats?|jams?|tempo|grooves?|rhythms?|ballads?)"

# Such a word is a mood as well and stays where it is.
PACE_RULES = (
    rule(
        rf"(?:(?P<noun>{_MUSIC}) )?(?<![\w'-])(?P<pace>(?P<slow>slow|langsame?[nrs]?|lente?s?|lent[oa]s?)"
        r"|fast|up-?tempo|schnelle?[nrs]?|rapides?|r[áa]pid[oa]s?)(?:-paced)?(?![\w'])"
        rf"(?P<what>(?: [\w-]+)?[ -]{_MUSIC}(?!\w)| {GENRE})?(?:(?= (?P<next>[\w-]+)))?",
        _pace,
    ),
)
