"""Numbers in a prompt: digits, and the words of four languages for 2 to 100."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import either

ONES = ("one", "an", "a", "eine", "einen", "ein", "une", "un", "una")

_TO_NINETEEN = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen",
    "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn"
    " siebzehn achtzehn neunzehn",
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
    " dix-huit dix-neuf",
    "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete"
    " dieciocho diecinueve",
    "ún dós trés cuatro cinco séis",  # as in "veintidós"
    "une",
    "una",
)
_FROM_TWENTY = (
    "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "vingt trente quarante cinquante soixante",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "veinti dreissig",
)
_UNITS = {word: value for words in _TO_NINETEEN for value, word in enumerate(words.split(), 1)}
_UNITS["dieciseis"] = 16
_TENS = {word: 10 * value for words in _FROM_TWENTY for value, word in enumerate(words.split(), 2)}
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
