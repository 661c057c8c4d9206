"""Whom a track is credited to: its artists one by one, and how their names are compared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence


def fold(text: str) -> str:
    """How names are compared: without case, accents and punctuation, a leading "the" left out."""
    plain = text.casefold().replace("&", " and ")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = _WORD.findall(plain)
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def credited(artist: str, listed: Sequence[str] = ()) -> tuple[str, ...]:
    """The artist as written, then each of several: those that upstream lists, else the parts of the name."""
    return tuple(dict.fromkeys(name for name in (artist, *_parts(artist, listed)) if name))


def primary(artist: str, listed: Sequence[str] = ()) -> str:
    """Whom a song is by in the first place: of "A feat. B" it is A."""
    return next((part for part in _parts(artist, listed) if part), artist)


def _parts(artist: str, listed: Sequence[str]) -> list[str]:
    return [part.strip() for part in (listed if len(listed) > 1 else _JOINT.split(artist))]


def names(credited_names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Who may be asked for: every artist as written, and of those in joint credits only who is surely one.

    That is a name of several words, or one that stands in different credits: "Wind & Fire" makes neither
    Wind an artist nor Fire.
    """
    distinct = list(dict.fromkeys(credited_names))
    standing = Counter(fold(name) for credit in distinct for name in credit[1:])
    whole = [credit[0] for credit in distinct if credit]
    parts = (name for credit in distinct for name in credit[1:])
    surely = [name for name in parts if " " in name or standing[fold(name)] > 1]
    return tuple(dict.fromkeys([*whole, *surely]))


_WORD = re.compile(r"\w+")
_JOINT = re.compile(
    r"\s*[,;]\s*|\s*/\s*|\s+(?:&|\+|feat\.?|ft\.?|featuring|with|vs\.?|x|and|y)\s+", re.IGNORECASE
)
