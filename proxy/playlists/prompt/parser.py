"""A prompt as typed becomes a Wish, by rules alone: deterministic, pure, in well under 5 ms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from msgspec import structs

from proxy.playlists.prompt import counts, durations, mentions, years
from proxy.playlists.prompt.exclusions import exclude
from proxy.playlists.prompt.grammar import Reading, apply
from proxy.playlists.prompt.marks import GAP, mark, spell
from proxy.playlists.prompt.typography import tidy
from proxy.playlists.prompt.vocabulary import Vocabulary, key
from proxy.playlists.wish import EARLIEST, LATEST, Wish

# Of a longer prompt only so many characters at either end are parsed; the middle is text.
LONGEST = 256
_END = LONGEST // 2
_MIDDLE = "\uf8fe"

# The more particular first: "2 songs per artist" is no count, "3 minute songs" are not three.
_NUMBERS = (
    *counts.CAP_RULES,
    *counts.REPEAT_RULES,
    *counts.COUNT_RULES,
    *durations.RULES,
    *counts.DESCRIBED_RULES,
    *years.RULES,
)
_NAMES = (*mentions.LIKE_RULES, *mentions.BY_RULES, *counts.FRESH_RULES)


def parse(text: str, vocabulary: Vocabulary, *, today: date) -> Wish:
    """What the prompt asks for. Never raises; minutes are held to 3–720, songs to 1–500.

    Numbers, caps, years, exclusions, "like X" and the word before "by X" leave the text; genres, decades and
    artists that are asked for stay in it, as does all that was not understood.
    """
    head, middle, tail = _ends(tidy(text))
    line, marks = mark(head + _MIDDLE + tail if middle else head, vocabulary, today)
    reading = Reading(marks, today)
    line, wish = apply(_NUMBERS, line, reading)
    line, unwanted = exclude(line, reading)
    line, named = apply(_NAMES, line, reading)
    wish = wish | unwanted | named | mentions.asked(line, marks)
    return structs.replace(_ordered(wish), text=_remains(spell(line, marks)).replace(_MIDDLE, middle))


def _ends(typed: str) -> tuple[str, str, str]:
    """Beginning, middle and end, cut at blanks where there are any."""
    if len(typed) <= LONGEST:
        return typed, "", ""
    head = typed[:_END].rpartition(" ")[0] or typed[:_END]
    tail = typed[-_END:].partition(" ")[2] or typed[-_END:]
    return head, typed[len(head) : len(typed) - len(tail)], tail


def _ordered(wish: Wish) -> Wish:
    """Decades in time's order, the shortest song not longer than the longest."""
    low, high = wish.shortest, wish.longest
    if low and high and low > high:
        low, high = high, low
    return structs.replace(wish, decades=tuple(sorted(wish.decades)), shortest=low, longest=high)


def _remains(line: str) -> str:
    """The line without its gaps, nor the commas and conjunctions that stood beside them."""
    if GAP not in line:
        return line
    line = _EMPTY_BRACKETS.sub(GAP, _AROUND_GAP.sub(GAP, line))
    return re.sub(" +", " ", line.replace(GAP, " ")).strip(" ,;:·-+&")


def render(wish: Wish) -> str:
    """What was understood as a short English phrase, less the text: "45 min · Jazz · 1990s · without live".

    The phrase parses to the same fields, given the same library.
    """
    return " · ".join(part for part in (*_length(wish), *_sought(wish), *_refused(wish)) if part)


def _length(wish: Wish) -> list[str]:
    return [
        f"{wish.minutes:g} min" if wish.minutes is not None else "",
        f"{wish.songs} song{'' if wish.songs == 1 else 's'}" if wish.songs is not None else "",
        f"at least {_clock(wish.shortest)} each" if wish.shortest is not None else "",
        f"at most {_clock(wish.longest)} each" if wish.longest is not None else "",
    ]


def _sought(wish: Wish) -> list[str]:
    return [
        ", ".join(_once(wish.genres)),
        ", ".join(f"{decade}s" for decade in wish.decades),
        _span(wish.years) if wish.years else "",
        _after("by", _once(wish.artists)),
        _after("like", _once(wish.like)),
    ]


def _refused(wish: Wish) -> list[str]:
    decades = [f"{decade}s" for decade in wish.without_decades]
    return [
        _after("without", _either([*_once(wish.without_genres), *decades, *wish.without_words])),
        _after("nothing by", _either(_once(wish.without_artists))),
        f"{wish.per_artist} per artist" if wish.per_artist else "",
        f"{wish.per_album} per album" if wish.per_album else "",
        "fresh" if wish.fresh else "",
    ]


def _span(years: tuple[int, int]) -> str:
    first, last = years
    if first == last:
        return f"in {first}"
    if first == EARLIEST:
        return f"until {last}"
    return f"since {first}" if last == LATEST else f"{first}-{last}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min" if rest else f"{minutes} min"


def _once(names: Sequence[str]) -> list[str]:
    """One spelling of each name."""
    return list({key(name): name for name in reversed(names)}.values())[::-1]


def _either(names: list[str]) -> list[str]:
    return [*names[:-2], " or ".join(names[-2:])] if names else []


def _after(word: str, names: Sequence[str]) -> str:
    return f"{word} {', '.join(names)}" if names else ""


_JOINTS = r"and|but|with|or|plus|also|und|aber|mit|oder|et|mais|avec|ou|y|pero|con|o|[,;:·+&-]"
_BEFORE = rf"(?<!\w)(?:{_JOINTS}|for|of|in|from|about|für|von|aus|pour|de|para) ?"
_AROUND_GAP = re.compile(rf"(?:{_BEFORE})*{GAP}(?:[ {GAP}]|[.!]|(?:{_JOINTS})(?!\w))*", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(rf"[(\[] ?{GAP} ?[)\]]")
