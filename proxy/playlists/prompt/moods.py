"""Moods and activities: words of the lexicon in a prompt, and what some foreign ones are called there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from msgspec import structs

from proxy.playlists import lexicon
from proxy.playlists.prompt.names import fold
from proxy.playlists.wish import Wish


@cache
def _known() -> frozenset[str]:
    return frozenset(word for row in lexicon.load().rows for word in row.words) - _OF_OTHER_RULES


def is_mood(word: str) -> bool:
    word = word.lower()
    return word in _known() or lexicon.singular(word) in _known()


def mood_of(word: str) -> str:
    """The lexicon's word for an English, German, French or Spanish one; "" where it is no mood."""
    if is_mood(word):
        return word.lower()
    plain = fold(word)
    return next((mood for prefix, mood in _FOREIGN if plain.startswith(prefix)), "")


def moods_in(line: str) -> tuple[str, ...]:
    """The moods that a line names, in their order; "road trip" is one, the love in "I would love" is none."""
    return tuple(dict.fromkeys(mood for mood in _moods(line) if mood not in _ONLY_OF_MUSIC))


def _moods(line: str) -> Iterator[str]:
    found = list(_TOKEN.finditer(line))
    at = 0
    while at < len(found):
        phrase = line[found[at].start() : found[at + 1].end()].lower() if at + 1 < len(found) else ""
        if phrase.count(" ") == 1 and _PHRASE.fullmatch(phrase) and phrase.replace(" ", "-") in _known():
            yield phrase
            at += 2
            continue
        word = found[at][0].lower()
        if is_mood(word) and not (word == "love" and _LOVING.search(line, 0, found[at].start())):
            yield word
        at += 1


def told_apart(wish: Wish) -> Wish:
    """The wish with unwanted moods as words where their row is wanted: "rainy without rain"."""
    if not wish.without_moods:
        return wish
    wanted = [row.words for row in lexicon.load().rows if any(_is_of(row.words, mood) for mood in wish.moods)]
    words = tuple(mood for mood in wish.without_moods if any(_is_of(row, mood) for row in wanted))
    moods = tuple(mood for mood in wish.without_moods if mood not in words)
    return structs.replace(wish, without_moods=moods) | Wish(without_words=words)


def akin(one: str, other: str) -> bool:
    """Whether a row of the lexicon has both: sad and melancholy, rain and autumn."""
    return any(_is_of(row.words, one) and _is_of(row.words, other) for row in lexicon.load().rows)


def _is_of(row: frozenset[str], mood: str) -> bool:
    mood = mood.replace(" ", "-")
    return mood in row or lexicon.singular(mood) in row


_TOKEN = re.compile(r"[^\W_]+(?:[&-][^\W_]+)*")
_PHRASE = re.compile(r"[^\W_]+ [^\W_]+")
_LOVING = re.compile(r"(?:\b(?:i|we|you|they|would|really)|'d) $", re.IGNORECASE)
_OF_OTHER_RULES = frozenset({"instrumental", "instrumentals", "no-vocals"})
_ONLY_OF_MUSIC = frozenset({"slow"})  # `tempo` tells whether it is

# The beginnings of words, accents folded; only for what a prompt does not want. "Sonnig" is sunny.
_BEGINNINGS = {
    "sad": "traurig trist",
    "happy": "frohlich glucklich joyeu heureu alegr feliz felic",
    "calm": "ruhig entspann tranquil calme relaj",
    "quiet": "leise silenci",
    "slow": "langsam lente lento",
    "loud": "laut bruyant ruidos",
    "love": "liebe amour damour amor",
    "party": "feier partymusik fete fiesta",
    "dance": "tanz dansant bailable baile",
    "dark": "dunkel duster sombre oscur",
    "melancholy": "melancol",
    "romantic": "romanti",
    "aggressive": "aggressi agresiv",
    "energetic": "energi energetis",
    "epic": "episch epique epico",
    "sleepy": "schlafrig einschlaf",
    "summer": "sommer verano",
    "ballads": "ballade balada",
    "children": "kinder enfant infantil",
}
_FOREIGN = tuple((start, mood) for mood, starts in _BEGINNINGS.items() for start in starts.split())
