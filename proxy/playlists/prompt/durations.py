"""How long a list should be, and how long one song may be."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    OF,
    SONG,
    START,
    WORD,
    clamp,
    either,
    rule,
)
from proxy.playlists.prompt.numbers import NUMBER, ONE, ONES, amount
from proxy.playlists.wish import Wish

MINUTES = (3.0, 720.0)
SECONDS = (10.0, 7200.0)  # of one song
# "Under 10 minutes" is said of songs, "under 40 minutes" of lists; with the word "songs" beside it, up to 30.
A_SONG_BELOW = 15.0
A_SONG_BESIDE = 30.0
ABOUT_AS_LONG = 0.2  # "3 minute songs" may be a fifth longer or shorter

_H = r"(?:hours?|hrs?|h|stunden?|std\.?|heures?|horas?)(?!\w)"
_M = r"(?:minutes?|minuten?|minutos?|mins?|m)(?!\w)"
_S = r"(?:seconds?|secs?|sekunden?|secondes?|segundos?)(?!\w)"
_HALF = r"(?:half|halbe?|demie?|media)(?!\w)"
_UP = r"(?: ?-?)"

# What # (a number) and @ (a number or "an") are worth in minutes, after a constant.
_SHAPES: tuple[tuple[str, float, tuple[float, ...]], ...] = (
    (rf"@{_UP}{_H} (?:and |und |et |y )(?:an? |eine )?{_HALF}", 30, (60,)),
    (rf"{_H} (?:and |et |y )(?:an? )?{_HALF}", 90, ()),
    (rf"# and (?:an? )?half {_H}", 30, (60,)),
    (
        rf"@{_UP}{_H} (?:and a |und eine |et (?:un )?|y (?:un )?)(?:quarter|viertel|quart|cuarto)(?!\w)",
        15,
        (60,),
    ),
    (rf"(?:a good|eine gute|une bonne|una buena) {_H}", 60, ()),
    (
        r"(?:three[ -]quarters? of an hour|(?:eine )?dreiviertelstunde|trois quarts d'heure"
        r"|tres cuartos de hora)",
        45,
        (),
    ),
    (
        r"(?:(?:a )?quarter[ -](?:of an )?hour|(?:eine )?viertelstunde|(?:un )?quart d'heure"
        r"|(?:un )?cuarto de hora)",
        15,
        (),
    ),
    (rf"(?:an? |une |eine )?{_HALF}[ -](?:an )?{_H}", 30, ()),
    (rf"(?:anderthalb|eineinhalb) {_H}", 90, ()),
    (rf"zweieinhalb {_H}", 150, ()),
    (rf"@{_UP}{_H}(?: and| und| et| y|,)? ?#{_UP}{_M}", 0, (60, 1)),
    (rf"# ?h ?#(?: ?{_M}|(?! ?{SONG}|\w| ?x))", 0, (60, 1)),
    (rf"#{_UP}{_H} (?=[0-5]?\d(?!\d))#(?! ?(?:{SONG}|bpm|%)|[\w:.]| ?[x-])", 0, (60, 1)),
    (rf"#:# ?{_H}", 0, (60, 1)),
    (rf"#:# ?{_M}", 0, (1, 1 / 60)),
    (rf"@{_UP}{_H}", 0, (60,)),
    (rf"#{_UP}{_M}", 0, (1,)),
)
_SONG_SHAPES = (*_SHAPES, (rf"#{_UP}{_S}", 0, (1 / 60,)), (r"#:#(?!\w)", 0, (1, 1 / 60)))


# Looked for before all shapes are tried, which takes ten times as long.
_STEMS = (
    "h std stunde half halb demi media quarter viertel dreiviertel quart cuarto anderthalb eineinhalb"
    " zweieinhalb"
)
_BEGINS = rf"(?={NUMBER}|{either((*ONES, *_STEMS.split()))})"


def _filled(shape: str, number: str, one: str) -> str:
    return shape.replace("#", number).replace("@", one)


def _any(shapes: tuple[tuple[str, float, tuple[float, ...]], ...]) -> str:
    return (
        _BEGINS
        + "(?:"
        + "|".join(_filled(shape, NUMBER, f"(?:{NUMBER}|{ONE})") for shape, _, _ in shapes)
        + ")"
    )


_READERS = tuple(
    (re.compile(_filled(shape, f"({NUMBER})", f"({NUMBER}|{ONE})"), re.IGNORECASE), constant, weights)
    for shape, constant, weights in _SONG_SHAPES
)


def minutes_of(text: str) -> float:
    """The minutes in "1h30", "an hour and a half" and the like; 0 for anything else."""
    for pattern, constant, weights in _READERS:
        match = pattern.fullmatch(text)
        if match:
            return constant + sum(
                weight * amount(n) for weight, n in zip(weights, match.groups(), strict=True)
            )
    return 0.0


def _limit(match: re.Match[str]) -> Wish | None:
    """At most or at least so long: of one song where it says so or is short, else of the list."""
    minutes = minutes_of(match["length"])
    beside = match["before"] or match["after"]
    if not (match["nothing"] or match["each"] or minutes < (A_SONG_BESIDE if beside else A_SONG_BELOW)):
        return _total(minutes)
    at_most = bool(match["most"]) != bool(match["nothing"])
    return Wish(longest=_seconds(minutes)) if at_most else Wish(shortest=_seconds(minutes))


def _between(match: re.Match[str]) -> Wish | None:
    """From so long to so long; for the list the middle of the two."""
    low, high = sorted(minutes_of(f"{match[end]} {match['unit']}") for end in ("from", "to"))
    if match["each"] or high < (A_SONG_BESIDE if match["after"] else A_SONG_BELOW):
        return Wish(shortest=_seconds(low), longest=_seconds(high))
    return _total((low + high) / 2)


def _each(match: re.Match[str]) -> Wish | None:
    minutes = minutes_of(match["length"])
    if match["after"] and minutes >= A_SONG_BELOW:
        return None  # "60 min songs" is a length of the list
    return Wish(
        shortest=_seconds(minutes * (1 - ABOUT_AS_LONG)), longest=_seconds(minutes * (1 + ABOUT_AS_LONG))
    )


def _list(match: re.Match[str]) -> Wish | None:
    return _total(minutes_of(match["length"]))


def _total(minutes: float) -> Wish:
    return Wish(minutes=clamp(minutes, *MINUTES))


def _seconds(minutes: float) -> float:
    return clamp(round(minutes * 60), *SECONDS)


_EACH = (
    rf"(?:(?:each(?! other)|apiece|jede[rs]?|chacune?|cada una?|(?:per|a|every|pro|je|par|por) {SONG})(?!\w))"
)
_NOT_ONE = rf"(?:no|not a single|without|keine?|aucune?|ning[uú]n[ao]?) {SONG}"
_NOTHING = rf"(?:nothing|none|never|nichts|rien|nada|{_NOT_ONE})"
_THAT = r"(?:,?(?: (?:that|which|die|qui|que))?(?: (?:are|is|be|last|run|sind|sont|de|von))?)"
_LONG = r"(?:[ -](?:long|lang|in length|in total|total|or so|insgesamt)(?!\w))?"
_CLOCK = rf"(?:\d+:\d\d|{NUMBER})"
_BESIDE = rf"(?:[ -](?P<after>{SONG})(?!\w))"
_WHAT = rf"(?:(?<!\w)(?:(?P<nothing>{_NOTHING})|(?P<before>{SONG})){_THAT} )?"
_ABOUT = rf"(?:(?<!\w){ABOUT} ?){{0,3}}"

RULES = (
    rule(
        rf"{WORD}{_WHAT}(?<!\w)(?:(?P<most>{AT_MOST})|{AT_LEAST}) ?"
        rf"(?P<length>{START}{_any(_SONG_SHAPES)}){_LONG}(?: (?P<each>{_EACH}))?{_BESIDE}?{OF}?",
        _limit,
    ),
    rule(
        rf"{WORD}{_ABOUT}(?:(?<!\w)(?:between|from|entre|zwischen|von|de) )?{START}(?P<from>{_CLOCK}) ?"
        rf"(?:-|to|and|bis|und|à|et|a|y) ?(?P<to>{_CLOCK}){_UP}(?P<unit>{_H}|{_M}){_LONG}"
        rf"(?: (?P<each>{_EACH}))?{_BESIDE}?{OF}?",
        _between,
    ),
    rule(
        rf"{WORD}{_ABOUT}(?P<length>{START}{_any(_SONG_SHAPES)})(?:[ -]long)?"
        rf"(?: (?P<each>{_EACH})|{_BESIDE})",
        _each,
    ),
    rule(rf"{WORD}{_ABOUT}(?P<length>{START}{_any(_SHAPES)}){_LONG}{OF}?", _list),
)
