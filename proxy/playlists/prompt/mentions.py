"""What a prompt wants of the names in it: to hear them, or the like of them."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import SONG, Reading, rule_in_context
from proxy.playlists.prompt.marks import ARTIST, MARK, Marks
from proxy.playlists.wish import Wish

_AND = r"(?: ?, ?(?:(?:and|or|und|oder|et|ou|y|o) )?| (?:and|or|und|oder|et|ou|y|o) | ?[&+/] ?)"
_QUOTE = "[\"']?"
_ARTISTS = rf"(?P<names>{_QUOTE}{ARTIST}{_QUOTE}(?:{_AND}{_QUOTE}{ARTIST}{_QUOTE})*)"


def asked(line: str, marks: Marks) -> Wish:
    """The names and decades that stand in a line (or a part of one), in their order."""
    found = Wish()
    for mark in (marks[character] for character in re.findall(MARK, line)):
        found |= Wish(artists=mark.artists, genres=mark.genres, decades=mark.decades)
    return found


def _like(match: re.Match[str], reading: Reading) -> Wish | None:
    return Wish(like=asked(match["names"], reading.marks).artists)


def _by(match: re.Match[str], reading: Reading) -> Wish | None:
    return Wish(artists=asked(match["names"], reading.marks).artists, text=match["names"])


LIKE_RULES = (
    rule_in_context(
        rf"(?:\b(?:{SONG}|music|something|anything|stuff|artists|bands|more) )?(?:\bthat )?"
        r"(?<!would )(?<!'d )\b(?:(?:very )?similar to|sound(?:s|ing)? like|like"
        r"|(?:in )?the (?:style|vein|spirit|manner) of|reminiscent of|[àa] la|(?:for )?fans of|inspired by"
        r"|influenced by|(?:ähnlich )?wie|ähnlich|im stile? von|(?:in|nach) der art von|comme"
        r"|dans le style de|à la manière de"
        rf"|como|al estilo de|parecid[oa]s? a):? (?:the (?:artist|band|group) )?{_ARTISTS}",
        _like,
    ),
    rule_in_context(rf"{_ARTISTS}(?:-(?:like|style|esque|ish)| (?:style|vibes?|radio))(?!\w)", _like),
)
BY_RULES = (
    rule_in_context(
        rf"(?:\b{SONG} )?\b(?:(?:sung |performed |played )?by|(?:from )?(?:the )?artists?|von|par|de|por):?"
        rf" (?:the (?:artist|band|group) )?{_ARTISTS}",
        _by,
    ),
)
