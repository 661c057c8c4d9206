"""What a language model may add to a wish: what it is told, and what of its answer is believed.

It may fill what the grammar left empty and reword the text. It never touches lengths, counts, caps, years,
tempo, stars and dates, of which the grammar is sure and at which a model guesses. Nor may it exclude
anything or keep to favourites, unplayed or new songs: a filter that nobody asked for hides music unseen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, get_type_hints

import msgspec
from msgspec import structs

from proxy.playlists import lexicon
from proxy.playlists.prompt import moods
from proxy.playlists.prompt.names import key, tokens
from proxy.playlists.prompt.parser import parse
from proxy.playlists.prompt.typography import tidy
from proxy.playlists.prompt.vocabulary import Vocabulary
from proxy.playlists.wish import CURVES, Wish

LONGEST_TEXT = 200
MOST_NAMES = 3  # of genres, of artists; a model that has more to say is guessing
OLDEST = 1900

_NAMES = ("genres", "artists", "like", "like_playlists")
# What must be empty for the model to fill a field. Whom a list is by narrows it to them, so that an artist is
# believed only where the grammar found nothing to go by.
FILLED = {
    "genres": _NAMES,
    "artists": (*_NAMES, "moods", "decades", "years"),
    "like": _NAMES[1:],
    "moods": ("moods",),
    "decades": ("decades", "years"),
    "energy": ("energy",),
    "curve": ("curve",),
}
_INSTRUCTIONS = """\
You read what somebody wants to hear and fill in a form about it. Answer with one JSON object, nothing else.
Leave out every field that the request does not speak of; most requests speak of few.
genres: of this library only: {genres}.
artists: only whom the request means though it does not name them. like: whom the music should resemble.
moods: single English words such as rainy, calm, party, study. decades: their first years, such as 1990.
energy: from 0.1, asleep, to 1, dancing. curve: how energy goes through the list: {curves}.
text: the request in a few plain English words for a search by meaning: what the music is, without lengths,
numbers or what is not wanted. Keep every genre, artist and mood that the request names."""


class Reading(NamedTuple):
    """What an answer is judged by; `refused` are the words of what the prompt does not want."""

    wish: Wish
    vocabulary: Vocabulary
    now: datetime
    refused: frozenset[str]


def instructions(genres: Sequence[str]) -> str:
    """What stands before every prompt, and does not change with it: Ollama keeps what it made of that."""
    return _INSTRUCTIONS.format(genres=", ".join(genres), curves=", ".join(CURVES))


def schema(wish: Wish, genres: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of an answer about this wish: nothing is required, what is not open has no place."""
    forms: dict[str, object] = {
        "genres": _some({"type": "string", "enum": list(genres)}),
        "artists": _some({"type": "string"}),
        "like": _some({"type": "string"}),
        "moods": _some({"type": "string"}),
        "decades": _some({"type": "integer"}),
        "energy": {"type": "number"},
        "curve": {"type": "string", "enum": list(CURVES)},
    }
    fields = {name: forms[name] for name in FILLED if _is_open(name, wish) and (genres or name != "genres")}
    return {"type": "object", "properties": fields | {"text": {"type": "string"}}}


def _some(items: dict[str, object]) -> dict[str, object]:
    return {"type": "array", "items": items, "maxItems": MOST_NAMES}


def unread(wish: Wish) -> bool:
    """Whether words are left that no rule took for anything: else there is nothing to ask a model."""
    words = lexicon.load()
    known = words.stop | words.polite | words.generic | _words((*wish.genres, *wish.artists, *wish.moods))
    left = [token.word for token in tokens(wish.text) if token.word not in known]
    return any(not word[0].isdigit() for word in left)


def refined(wish: Wish, answer: bytes, vocabulary: Vocabulary, *, now: datetime) -> Wish:
    """The wish with what can be believed of the answer; as it was where that is nothing. Never raises.

    An answer is judged field by field: names that the library does not have, moods that are no words of the
    lexicon and values out of range are dropped, and so is what shares a word with what the prompt refuses.
    """
    reading = Reading(wish, vocabulary, now, _refused(wish))
    said = _object(answer)
    filled = {name: _value(name, said[name], reading) for name in FILLED if name in said}
    believed = {name: value for name, value in filled.items() if value and _is_open(name, wish)}
    better = structs.replace(wish, **believed)
    text = _reworded(said.get("text"), better, reading) or wish.text
    return structs.replace(better, text=_with_names(text, believed))


def _is_open(field: str, wish: Wish) -> bool:
    return not any(getattr(wish, name) for name in FILLED[field])


def _object(answer: bytes) -> dict[str, Any]:
    """The outermost braces: where a model may not think, some versions of Ollama let it talk around its JSON
    (https://github.com/ollama/ollama/issues/15260)."""
    inside = answer[answer.find(b"{") : answer.rfind(b"}") + 1]
    try:
        return msgspec.json.decode(inside, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}


def _value(field: str, said: object, reading: Reading) -> Any:
    """What was said as a value of the wish's field; an empty one where it is none."""
    try:
        value = msgspec.convert(said, _TYPES[field])
    except msgspec.ValidationError:
        return None
    return _BELIEVED[field](value, reading) if value else None


def _genres(said: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    return _known(said, reading.vocabulary.genres, reading)


def _artists(said: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    return _known(said, reading.vocabulary.artists, reading)


def _known(
    said: tuple[str, ...], library: Mapping[str, tuple[str, ...]], reading: Reading
) -> tuple[str, ...]:
    found = [library.get(key(name), ()) for name in dict.fromkeys(said)][:MOST_NAMES]
    return tuple(name for spellings in found for name in spellings if not _words([name]) & reading.refused)


def _moods(said: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    words = dict.fromkeys(moods.mood_of(word) or word.lower() for word in said)
    found = [word for word in words if moods.moods_in(word) == (word,) and word not in reading.refused]
    refused = reading.wish.without_moods
    return tuple(word for word in found if not any(moods.akin(word, other) for other in refused))[:MOST_NAMES]


def _decades(said: tuple[int, ...], reading: Reading) -> tuple[int, ...]:
    plausible = set(range(OLDEST, reading.now.year + 1, 10)) - set(reading.wish.without_decades)
    return tuple(sorted(plausible & set(said)))[:MOST_NAMES]


def _energy(said: float, reading: Reading) -> float | None:
    return round(said, 2) or None if 0 < said <= 1 else None


def _curve(said: str, reading: Reading) -> str:
    return said if said in CURVES else ""


def _reworded(said: object, wish: Wish, reading: Reading) -> str:
    """The new text as the grammar would leave it; "" where it drops names, or brings new or refused ones."""
    if not isinstance(said, str) or len(said) > LONGEST_TEXT or _NEGATION.search(tidy(said)):
        return ""
    again = parse(said, reading.vocabulary, now=reading.now)
    less = _named(reading.wish, reading.vocabulary) - _words([again.text])
    more = {*again.artists, *again.decades} - {*wish.artists, *wish.decades}
    return "" if less or more or _words([said]) & reading.refused else again.text


def _named(wish: Wish, vocabulary: Vocabulary) -> frozenset[str]:
    """The words of the text that stand for the wish's genres, artists and moods."""
    spelled = _words([wish.text[hit.start : hit.end] for hit in vocabulary.find(wish.text)])
    return spelled | (_words((*wish.genres, *wish.artists, *wish.moods)) & _words([wish.text]))


def _with_names(text: str, believed: Mapping[str, Any]) -> str:
    """The text with the names that were filled in: retrieval reads them there too."""
    for field in ("genres", "artists", "moods"):
        said = _words([text])
        new = {key(name): name for name in reversed(believed.get(field, ())) if not _words([name]) <= said}
        text = " ".join([text, *reversed(new.values())]).strip()
    return text


def _refused(wish: Wish) -> frozenset[str]:
    years = [*(f"{decade}s" for decade in wish.without_decades), *map(str, wish.without_years)]
    names = (*wish.without_genres, *wish.without_artists, *wish.without_moods, *wish.without_versions)
    return _words((*names, *wish.without_words, *years)) - lexicon.load().stop


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(token.word for name in names for token in tokens(name))


_TYPES = get_type_hints(Wish)
_BELIEVED: Mapping[str, Callable[[Any, Reading], Any]] = {
    "genres": _genres,
    "artists": _artists,
    "like": _artists,
    "moods": _moods,
    "decades": _decades,
    "energy": _energy,
    "curve": _curve,
}
# Retrieval reads words, not sentences: "not sad" would find sad songs.
_NEGATION = re.compile(
    r"\b(?:no|not|nothing|none|nor|non|never|without|except|excluding|avoid\w*|kein\w*|nichts?|ohne|außer|ausser|sans|pas|rien|sauf|sin|nada)"
    r"\b|n't\b",
    re.IGNORECASE,
)
