"""Numbers in a prompt: digits, and the words of four languages for 2 to 100."""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxy.playlists.prompt.grammar import either

ONES = ("one", "an", "a", "eine", "einen", "ein", "une", "un", "una")

# One language a line, other forms of a word behind a slash: "dós" as in "veintidós", an accent left out.
_TO_NINETEEN = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen",
    "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    " siebzehn achtzehn neunzehn",
    "un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
    " dix-huit dix-neuf",
    "un/una/ún dos/dós tres/trés cuatro cinco seis/séis siete ocho nueve diez once doce trece catorce quince"
    " dieciséis/dieciseis diecisiete dieciocho diecinueve",
)
_FROM_TWENTY = (
    "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "zwanzig dreißig/dreissig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "vingt trente quarante cinquante soixante",
    "veinte/veinti treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
)


def _counted(lines: Iterable[str], *, first: int) -> dict[str, int]:
    """What every form of the words is worth that count up from `first`."""
    return {
        form: value
        for line in lines
        for value, forms in enumerate(line.split(), first)
        for form in forms.split("/")
    }


_UNITS = _counted(_TO_NINETEEN, first=1)
_TENS = {word: 10 * tens for word, tens in _counted(_FROM_TWENTY, first=2).items()}
_FOUR_TWENTIES = r"quatre[ -]vingts?"  # as the French say 80
# Which are other words in English: "elf" (de), "once" (es).
_ALONE = either(word for word, value in _UNITS.items() if value > 1 and word not in ("elf", "once"))
_UNIT = either(_UNITS)
_NINE = either(word for word, value in _UNITS.items() if value < 10)
_TEN = either(_TENS)
_WORDS = (
    rf"(?:{_FOUR_TWENTIES}(?:[ -]{_UNIT})?|soixante[ -](?:et[ -])?{_UNIT}|{_NINE}und{_TEN}|veinti{_NINE}"
    rf"|{_TEN}[ -](?:(?:et|y)[ -])?{_NINE}|(?:a )?{_TEN}|{_ALONE})"
)
DIGITS = r"\d{1,6}(?:[.,]\d{1,3})?"
# Whole: "quarante-cinq" is not from 40 to 5, nor "quatre-vingt-dix" from 20 to 10.
NUMBER = rf"(?:{DIGITS}|(?<!quatre[ -])(?>{_WORDS}))"
ONE = either(ONES)
_WORTH = {**_UNITS, **_TENS, "und": 0}
_PARTS = re.compile(rf"(?P<eighty>{_FOUR_TWENTIES})|{either(_WORTH)}")


def amount(text: str) -> float:
    """The number that NUMBER or ONE matched: "1,5" is 1.5, "1,000" a thousand, "twenty-five" 25."""
    word = text.lower()
    if word in ONES:
        return 1
    if not word[0].isdigit():
        return sum(80 if part["eighty"] else _WORTH[part[0]] for part in _PARTS.finditer(word))
    whole, _, part = word.replace(",", ".").partition(".")
    return float(whole + part) if len(part) == 3 else float(f"{whole}.{part or 0}")
