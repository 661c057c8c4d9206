"""How many songs, how many of one artist or album, and whether they should be others than lately."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    OF,
    SONG,
    START,
    WORD,
    Reading,
    clamp,
    closes,
    either,
    opens,
    rule,
    rule_in_context,
)
from proxy.playlists.prompt.marks import MARK
from proxy.playlists.prompt.moods import mood_of
from proxy.playlists.prompt.numbers import NUMBER, ONE, amount
from proxy.playlists.prompt.words import is_plain
from proxy.playlists.wish import Wish

SONGS = (1, 500)
CAP = (1, 100)

_DOZENS = {
    "dozen": 12, "dutzend": 12, "douzaine": 12, "docena": 12,
    "dizaine": 10, "decena": 10, "quinzaine": 15, "vingtaine": 20, "veintena": 20, "trentaine": 30,
}  # fmt: skip


def _whole(value: float, limits: tuple[int, int]) -> int:
    return int(clamp(value, *limits))


def _count(match: re.Match[str]) -> Wish | None:
    return Wish(songs=_whole(amount(match["n"]), SONGS))


def _dozen(match: re.Match[str]) -> Wish | None:
    bare = match["noun"] is None
    if bare and not ((match["n"] or opens(match)) and (match["next"] is not None or closes(match))):
        return None  # the dirty dozen, a dozen roses
    times = match["n"] or "a"
    share = 0.5 if times.startswith("half") else amount(times)
    return Wish(songs=_whole(share * _DOZENS[match["dozen"].lower()], SONGS), text=match["between"] or "")


def _described(match: re.Match[str], reading: Reading) -> Wish | None:
    """ "10 sad songs", where all between is a mood, a genre or a plain word: not "50 Cent songs"."""
    between = match["between"].split()
    if not all(word in reading.marks or is_plain(word.lower()) or mood_of(word) for word in between):
        return None
    return Wish(songs=_whole(amount(match["n"]), SONGS), text=match["between"])


def _cap(match: re.Match[str]) -> Wish | None:
    most = _whole(amount(match["n"]), CAP)
    return Wish(per_album=most) if match["album"] else Wish(per_artist=most)


def _times(match: re.Match[str]) -> Wish | None:
    """ "Every artist once" is one, "no artist twice" is one too, "no artist more than twice" is two."""
    most = _TIMES[match["times"].lower()] - bool(match["no"] and not match["more"])
    if most < 1:
        return None
    return Wish(per_album=most) if match["album"] else Wish(per_artist=most)


def _once(match: re.Match[str]) -> Wish | None:
    return Wish(per_album=1) if match["album"] else Wish(per_artist=1)


_TIMES = {
    "once": 1, "einmal": 1, "une fois": 1, "una vez": 1,
    "twice": 2, "zweimal": 2, "deux fois": 2, "dos veces": 2,
}  # fmt: skip
_ARTIST = r"(?:artist[ae]?s?|bands?|singers?|musicians?|interpret(?:en)?|künstlern?|groupes?|grupos?)"
_WHOSE = rf"(?:(?P<album>albums?|records?|alben|platten?|disques?|discos?|álbum(?:es)?)|{_ARTIST})(?!\w)"
_PER = r"(?:per|(?:from|by|of) (?:each|every|any|the same|a single)|each|pro|je|par|por|de cada)"
_LIMIT = rf"(?:(?<!\w)(?:with|only|just|but|and|nur|seulement|solo|{AT_MOST}) ?){{0,3}}"
_MORE_THAN = r"(?P<more>(?:more|mehr) (?:than|als)|plus de|más de)"
_NO_REPEATED = r"(?:no|without) (?:repeat(?:ed|ing|s of)?|double|duplicate)"
_AN = r"(?:one|eine[nm]?|ein|une|un|una)"

CAP_RULES = (
    rule(rf"\bno two (?:{SONG} )?(?:from|by|of) (?:the )?same {_WHOSE}", _once),
    rule(
        rf"{WORD}{_LIMIT}{START}(?P<n>{NUMBER}|{_AN})(?: ?x| {SONG})? {_PER} {_WHOSE}"
        r"(?: (?:at most|only|max(?:imum)?\.?|höchstens|maximal))?(?!\w)",
        _cap,
    ),
    rule(
        rf"\b(?:(?P<no>no|never (?:the )?same|kein|aucun|ning[uú]n)|each|every|jeder?|chaque|cada) {_WHOSE}"
        rf"(?: (?:only|just|at most|nur|höchstens|seulement|{_MORE_THAN}))?"
        rf" (?P<times>{either(_TIMES)})(?!\w)",
        _times,
    ),
    rule(rf"\b(?:(?:all )?(?:different|verschiedene)|{_NO_REPEATED}) {_WHOSE}", _once),
)

_ABOUT = rf"(?:(?<!\w)(?:{ABOUT}|{AT_MOST}|{AT_LEAST}) ?){{0,3}}"
_BETWEEN = rf"(?:[^\W\d_][\w'&-]*|{MARK})"

COUNT_RULES = (
    rule(rf"{WORD}{_ABOUT}{START}(?P<n>{NUMBER})[ -]?{SONG}(?!\w)(?: long)?{OF}?", _count),
    rule(rf"{START}(?P<n>\d{{1,6}}) ?x(?!\w){OF}?", _count),
    rule(
        rf"{WORD}{_ABOUT}(?:\b(?P<n>{NUMBER}|{ONE}|half an?) )?\b(?P<dozen>{either(_DOZENS)})"
        rf"(?:(?P<noun> (?:d[e'] ?)?(?P<between>(?:{_BETWEEN} ){{0,2}}?){SONG}(?!\w){OF}?)"
        rf"|(?P<next>(?= ?{MARK}))|(?!\w))",
        _dozen,
    ),
)
DESCRIBED_RULES = (
    rule_in_context(
        rf"{WORD}{_ABOUT}{START}(?P<n>{NUMBER}) (?P<between>{_BETWEEN}(?: {_BETWEEN}){{0,2}}) {SONG}(?!\w)",
        _described,
    ),
)
