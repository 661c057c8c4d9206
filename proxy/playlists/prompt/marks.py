"""Names and decades of a prompt as single characters, so that a pattern of grammar can say "an artist here".

Each stands as one character of Unicode's private use, in a range that tells its kind; `typography.tidy`
has taken such characters out of what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from proxy.playlists.prompt.vocabulary import Vocabulary

GAP = "\uf8ff"  # where something was taken out: no phrase goes across it
ARTIST = "[\ue000-\ue7ff]"
GENRE = "[\ue800-\uefff]"
DECADE = "[\uf000-\uf3ff]"
REFUSED = "[\uf400-\uf7ff]"  # years
MARK = "[\ue000-\uf7ff]"


class Mark(NamedTuple):
    """What one character stands for, and the words as typed."""

    typed: str
    artists: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    decades: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()  # years


Marks = Mapping[str, Mark]


def mark(text: str, vocabulary: Vocabulary, today: date) -> tuple[str, Marks]:
    """The text with a character for every genre, artist and decade in it, and what each stands for."""
    marks: dict[str, Mark] = {}
    line, at = [], 0
    for hit in vocabulary.find(text):
        typed = text[hit.start : hit.end]
        kind = 0xE000 if hit.artists else 0xE800
        character = chr(kind + len(marks))
        marks[character] = Mark(typed, artists=hit.artists, genres=hit.genres)
        line += [text[at : hit.start], character]
        at = hit.end
    return _mark_decades("".join(line) + text[at:], marks, today), marks


def spell(line: str, marks: Marks) -> str:
    """The line with the words as typed for every mark that is left in it."""
    return re.sub(MARK, lambda m: marks[m[0]].typed, line)


def _mark_decades(line: str, marks: dict[str, Mark], today: date) -> str:
    def character(match: re.Match[str]) -> str:
        decade = _decade_of(match)
        if match["age"] or not FIRST_DECADE <= decade <= today.year:
            return match[0]
        made = chr(0xF000 + len(marks))
        marks[made] = Mark(match[0], decades=(decade,))
        return made

    return _DECADE.sub(character, line)


def _decade_of(match: re.Match[str]) -> int:
    """ "90s" is 1990 and "20s" 2020; a word is of the last century, and so are the roaring 20s."""
    word = match["word"] or match["after"]
    if word:
        return next(decade for stem, decade in _WORDS.items() if word.lower().startswith(stem))
    digit = int(match["digit"])
    century = int(match["century"] or (19 if digit >= 3 or match["roaring"] else 20))
    return century * 100 + digit * 10


FIRST_DECADE = 1900
_ENGLISH_AND_GERMAN = {
    "noughties": 2000, "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960,
    "seventies": 1970, "eighties": 1980, "nineties": 1990, "zwanziger": 1920, "dreißiger": 1930,
    "vierziger": 1940, "fünfziger": 1950, "sechziger": 1960, "siebziger": 1970, "achtziger": 1980,
    "neunziger": 1990,
}  # fmt: skip
# Plain numbers, so only after "années" or "años"; the longer first.
_FRENCH_AND_SPANISH = {
    "quatre-vingt-dix": 1990, "quatre-vingt": 1980, "soixante-dix": 1970, "soixante": 1960, "cinquante": 1950,
    "cincuenta": 1950, "sesenta": 1960, "setenta": 1970, "ochenta": 1980, "noventa": 1990,
}  # fmt: skip
_WORDS = _ENGLISH_AND_GERMAN | _FRENCH_AND_SPANISH
_DECADE = re.compile(
    r"(?P<age>\b(?:my|his|her|their|your|our) (?:(?:early|mid|late)[ -])?)?"  # not when somebody was young
    r"(?P<roaring>\broaring )?(?:"
    r"(?P<years>\b(?:ann[ée]es|(?:los )?a[ñn]os|los) )?"
    r"(?<![\w$€£.,])'?(?P<century>19|20)?(?P<digit>\d)0"
    r"(?:'?s|ies|er[ns]?|(?(years)(?! ?(?:min|hor|canc|tem|pist|[hm]\b))|(?!)))(?:[ -]?jahren?)?(?!\w)"
    rf"|\b(?P<word>{'|'.join(_ENGLISH_AND_GERMAN)})n?(?: jahren?)?(?!\w)"
    rf"|\b(?:ann[ée]es|(?:los )?a[ñn]os|los) (?P<after>{'|'.join(_FRENCH_AND_SPANISH)})s?"
    r"(?! ?(?:min|hor|canc|tem|pist))(?!\w))",
    re.IGNORECASE,
)
