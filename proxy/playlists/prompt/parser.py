"""A prompt as typed becomes a Wish, by rules alone: deterministic, pure, in well under 5 ms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from proxy.playlists.prompt import (
    additions,
    counts,
    durations,
    energy,
    mentions,
    moods,
    own_lists,
    taste,
    tempo,
    until,
    versions,
    years,
)
from proxy.playlists.prompt.exclusions import exclude
from proxy.playlists.prompt.grammar import Reading, apply, notice
from proxy.playlists.prompt.marks import GAP, mark, spell
from proxy.playlists.prompt.refused import mark_refused
from proxy.playlists.prompt.respelling import respell
from proxy.playlists.prompt.typography import tidy
from proxy.playlists.prompt.vocabulary import Vocabulary
from proxy.playlists.wish import Wish

# Of a longer prompt only so many characters at either end are parsed; the middle is text.
LONGEST = 384
_END = LONGEST // 2
_MIDDLE = "\uf8fe"

# The more particular first: "2 songs per artist" is no count, "3 minute songs" are not three.
_NUMBERS = (
    *counts.CAP_RULES,
    *taste.REPEAT_RULES,
    *counts.COUNT_RULES,
    *taste.STAR_RULES,
    *additions.RULES,
    *taste.PLAYED_RULES,
    *taste.FAVOURITE_RULES,
    *until.RULES,
    *tempo.BEAT_RULES,
    *durations.RULES,
    *counts.DESCRIBED_RULES,
    *years.RULES,
    *energy.LEVEL_RULES,
    *energy.CURVE_RULES,
)
_NAMES = (*mentions.LIKE_RULES, *mentions.BY_RULES, *taste.FRESH_RULES, *versions.VERSION_RULES)
_STAYING = (*tempo.PACE_RULES, *versions.INSTRUMENTAL_RULES)


def parse(text: str, vocabulary: Vocabulary, *, now: datetime, playlists: Sequence[str] = ()) -> Wish:
    """What the prompt asks for. Never raises; minutes are held to 3–720, songs to 1–500.

    `now` is the caller's clock on the wall, `playlists` are the names of the caller's lists. Numbers, caps,
    years, curves, exclusions, "like X" and the word before "by X" leave the text; genres, decades, moods and
    artists that are asked for stay in it, names as the library writes them where there was a typo, and so
    does all that was not understood.
    """
    head, middle, tail = _ends(tidy(text))
    line, lists = own_lists.take(head + _MIDDLE + tail if middle else head, playlists, vocabulary)
    line, marks = mark(respell(line, vocabulary), vocabulary, now.date())
    line, marks = mark_refused(line, marks, now.date())
    reading = Reading(marks, now)
    line, wish = apply(_NUMBERS, line, reading)
    line, unwanted = exclude(line, reading)
    line, named = apply(_NAMES, line, reading)
    wish = wish | lists | unwanted | named | notice(_STAYING, line, reading)
    wish = moods.told_apart(wish | mentions.asked(line, marks) | Wish(moods=moods.moods_in(line)))
    return structs.replace(_ordered(wish), text=_remains(spell(line, marks)).replace(_MIDDLE, middle))


def _ends(typed: str) -> tuple[str, str, str]:
    """Beginning, middle and end, cut at blanks where there are any."""
    if len(typed) <= LONGEST:
        return typed, "", ""
    head = typed[:_END].rpartition(" ")[0] or typed[:_END]
    tail = typed[-_END:].partition(" ")[2] or typed[-_END:]
    return head, typed[len(head) : len(typed) - len(tail)], tail


def _ordered(wish: Wish) -> Wish:
    """Decades and years in time's order, the shortest song not longer than the longest."""
    low, high = wish.shortest, wish.longest
    if low and high and low > high:
        low, high = high, low
    decades, without = tuple(sorted(wish.decades)), tuple(sorted(wish.without_years))
    return structs.replace(wish, decades=decades, without_years=without, shortest=low, longest=high)


def _remains(line: str) -> str:
    """The line without its gaps, nor the commas and conjunctions that stood beside them."""
    if GAP not in line:
        return line
    line = _EMPTY_BRACKETS.sub(GAP, _AROUND_GAP.sub(GAP, line))
    return re.sub(" +", " ", line.replace(GAP, " ")).strip(" ,;:·-+&")


_JOINTS = r"and|but|with|or|plus|also|und|aber|mit|oder|et|mais|avec|ou|y|pero|con|o|[,;:·+&-]"
_BEFORE = rf"(?<!\w)(?:{_JOINTS}|for|of|in|from|about|für|von|aus|pour|de|para) ?"
_AROUND_GAP = re.compile(rf"(?:{_BEFORE})*{GAP}(?:[ {GAP}]|[.!]|(?:{_JOINTS})(?!\w))*", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(rf"[(\[] ?{GAP} ?[)\]]")
