"""What an embedder reads of a song: one text with its tags in front, one of its names alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

TEXT_VERSION = 1
"""Counts up whenever a function here writes the same song differently: all stored vectors are then stale."""

LONGEST = 1_000
"""Characters. A song needs 30 to 60 tokens; some models fail on texts beyond their context (ollama#16582)."""

MOST_TAGS = 6

# White space, control characters, and halves of a surrogate pair, which have no UTF-8 form.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def document(*, tags: Sequence[str], title: str, artist: str, album: str) -> str:
    """`tag, tag. title - artist. album.` with at most six tags; what is empty is left out.

    Tags come first: they carry most of what a prompt asks for, and a model weighs the beginning.
    """
    tagged = [tag for tag in map(plain, tags) if tag][:MOST_TAGS]
    return _sentences([", ".join(tagged), *_names(title, artist, album)])


def names(*, title: str, artist: str, album: str) -> str:
    """`title - artist. album.`, for songs that are alike by name rather than by tag."""
    return _sentences(_names(title, artist, album))


def plain(text: str) -> str:
    """One line of at most LONGEST characters that has a UTF-8 form; the same again for its own result."""
    return _BLANK.sub(" ", text).strip()[:LONGEST].rstrip()


def _names(title: str, artist: str, album: str) -> list[str]:
    return [" - ".join(part for part in (plain(title), plain(artist)) if part), plain(album)]


def _sentences(parts: Iterable[str]) -> str:
    return plain("".join(f"{part}. " for part in parts if part))
