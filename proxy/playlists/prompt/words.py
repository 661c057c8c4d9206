"""Ordinary words: those that prompts are made of, and those that are no name with a typo."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from proxy.playlists import lexicon


@cache
def plain_words() -> frozenset[str]:
    """Words that prompts are made of: the lexicon's, those of grammar, of time and of place."""
    words = lexicon.load()
    rows = frozenset(word for row in words.rows for word in row.words)
    return words.stop | words.polite | words.generic | words.high | words.low | rows | _PLAIN


def is_plain(word: str) -> bool:
    return word in plain_words() or lexicon.singular(word) in plain_words() or word.isdigit()


@cache
def _everyday_words() -> frozenset[str]:
    text = (files("proxy.playlists") / "data" / "everyday_words.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split()) | plain_words()


def is_everyday(folded: str) -> bool:
    """Whether a word is one of the four languages' everyday ones, as it stands or but for its ending."""
    known = _everyday_words()
    if folded in known:
        return True
    stems = [folded.removesuffix(ending) for ending in _ENDINGS if folded.endswith(ending)]
    doubled = [folded.removesuffix(ending) for ending in _DOUBLING if folded.endswith(ending)]
    stems += [stem[:-1] for stem in doubled if stem[-1:] == stem[-2:-1]]  # running
    if any(stem in known for stem in stems if len(stem) > 2):
        return True
    return any(f"{stem}e" in known for stem in doubled if len(stem) > 2)  # making, not "minuts"


_DOUBLING = ("y", "ed", "er", "ers", "ing", "ings")
_ENDINGS = (
    *_DOUBLING,
    *["s", "es", "ly", "ness", "ful", "less", "en", "e", "n", "em", "te", "ment", "mente"],
)
_PROMPTS_ARE_MADE_OF = """
after afternoon again all always anything around before birthday but christmas city clean cleaning cold
commute cook cooking cool dawn december deep different dozen each early easter eight eighties eighty
eleven every everything except fast february festive fifteen fifties fifty five flight forest forties
forty four fresh future gaming garden girl girls guest halloween half holidays home homework hot hundred
january july june kitchen last late less live long lunch march maximum midnight minimum monday morning
mornings mountain name never new night nights nine nineties ninety nobody noise nothing ocean october old
only over past people per quick radio random record records sea second seconds september seven seventies
seventy short shower since six sixties sixty slow someone space spring street style sun sunrise sunset
surprise ten than then thirties thirty three thursday today tomorrow tonight town train travel tuesday
twelve twenties twenty two under unknown untitled up various walk walking walks warm wednesday week white
wild wind without women world year years young und oder ohne nicht kein keine von wie et ou sans pas avec
comme par y o sin no con como
"""
_PLAIN = frozenset(_PROMPTS_ARE_MADE_OF.split())
