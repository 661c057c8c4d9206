"""What a library knows by name, and where a prompt says it: genres and artists in any spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple
from unicodedata import combining, normalize

from msgspec import Struct

from proxy.playlists import lexicon
from proxy.playlists.prompt.typography import tidy


class Hit(NamedTuple):
    """A name found at `start:end` of a text, with every spelling that the library has of it."""

    start: int
    end: int
    genres: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()


class Token(NamedTuple):
    word: str
    start: int
    end: int


class Vocabulary(Struct, frozen=True):
    """Folded names, each with its spellings: case, accents, "&", a leading "the", punctuation do not matter.

    `weak` names are artists only where the prompt says so ("by Yes", "like Air", quoted): those of stop,
    mood, genre or other plain words, of digits, or shorter than four letters. `reach` holds for the first
    word of the longer names how many words they may have.
    """

    genres: Mapping[str, tuple[str, ...]]
    artists: Mapping[str, tuple[str, ...]]
    weak: frozenset[str]
    reach: Mapping[str, int]

    @classmethod
    def of(cls, genres: Iterable[str], artists: Iterable[str], *, ordinary: Iterable[str] = ()) -> Vocabulary:
        """`ordinary` are more words that alone name nobody, such as those in the titles of several songs."""
        spelled = {name: _words(name) for name in dict.fromkeys(genres) if not _DECADE.search(name)}
        sung = {name: _words(name) for name in dict.fromkeys(artists)}
        by_genre = {k: v for k, v in _by_key(spelled).items() if len(k) > 1 and not k.isdigit()}
        plain = plain_words() | {word.casefold() for word in ordinary}
        parts = {word for words in spelled.values() for word in words}
        idle = lexicon.load().stop | lexicon.load().polite | lexicon.load().generic
        return cls(
            genres={k: v for k, v in by_genre.items() if not _only(_words(v[0]), idle)},
            artists=_by_key(sung),
            weak=frozenset("".join(w) for w in sung.values() if _names_nobody(w, plain, by_genre, parts)),
            reach=_reach([*spelled.values(), *sung.values()]),
        )

    def find(self, text: str) -> list[Hit]:
        """Every name in the text, from left to right, at each place the longest; whole words only."""
        tokens = _tokens(text)
        hits: list[Hit] = []
        listed, at = -1, 0  # where a list of artists that a cue opened ends so far
        while at < len(tokens):
            size, hit = self._longest(tokens, at, text, listed)
            if hit is None:
                at += 1
                continue
            if hit.artists and (_cued(text, hit) or _continues(text, listed, hit)):
                listed = hit.end
            hits.append(hit)
            at += size
        return hits

    def _longest(self, tokens: Sequence[Token], at: int, text: str, listed: int) -> tuple[int, Hit | None]:
        widest = min(max(_JOINED, self.reach.get(tokens[at].word, 0)), len(tokens) - at)
        for size in range(widest, 0, -1):
            run = tokens[at : at + size]
            for folded in _keys(run, text):
                hit = self._named(folded, run, _with_article(tokens, at), text, listed)
                if hit and not _compound(text, run[0].start, hit.end):
                    return size, hit
        return 1, None

    def _named(self, folded: str, run: Sequence[Token], start: int, text: str, listed: int) -> Hit | None:
        """An artist where the prompt says so, else a genre, else an artist of a telling name."""
        genre = Hit(run[0].start, run[-1].end, genres=self.genres.get(folded, ()))
        artist = Hit(start, run[-1].end, artists=self.artists.get(folded, ()))
        if artist.artists and (_cued(text, artist) or _continues(text, listed, artist)):
            return artist
        if genre.genres and not _APART.search(text, genre.start, genre.end):
            return genre
        telling = folded not in self.weak and not _only((token.word for token in run), plain_words())
        return artist if artist.artists and telling else None


@cache
def plain_words() -> frozenset[str]:
    """Words that prompts are made of: the lexicon's, those of grammar, of time and of place."""
    words = lexicon.load()
    rows = frozenset(word for row in words.rows for word in row.words)
    return words.stop | words.polite | words.generic | words.high | words.low | rows | _PLAIN


def is_plain(word: str) -> bool:
    return word in plain_words() or lexicon.singular(word) in plain_words() or word.isdigit()


def key(name: str) -> str:
    """What two spellings of one name have in common; "" where it has no letter or digit."""
    return "".join(_words(name))


def _by_key(words: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    spellings: dict[str, tuple[str, ...]] = {}
    for name, parts in words.items():
        folded = "".join(parts)
        if folded:
            spellings[folded] = (*spellings.get(folded, ()), name)
    return spellings


def _reach(names: Iterable[list[str]]) -> dict[str, int]:
    reach: dict[str, int] = {}
    for words in names:
        if len(words) > _JOINED:
            reach[words[0]] = max(reach.get(words[0], 0), len(words))
    return reach


def _names_nobody(
    words: Sequence[str], plain: frozenset[str], genres: Mapping[str, object], parts: set[str]
) -> bool:
    folded = "".join(words)
    if len(folded) < 4 and folded.isascii():
        return True
    if len(words) == 1 and folded in parts:
        return True
    return all(is_plain(word) or word in plain or word in genres or _DECADE.fullmatch(word) for word in words)


def _only(words: Iterable[str], among: frozenset[str]) -> bool:
    return all(word in among or word.isdigit() for word in words)


def _words(name: str) -> list[str]:
    """The folded words of a name: "The Beatles" and "Beatles, The" are one."""
    words = [token.word for token in _tokens(tidy(name))]
    if len(words) > 1 and words[0] == "the":
        return words[1:]
    return words[:-1] if len(words) > 1 and _INVERTED.search(name) else words


def _tokens(text: str) -> list[Token]:
    return [Token(_folded(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _folded(word: str) -> str:
    if not word.isascii():
        word = "".join(letter for letter in normalize("NFKD", word) if not combining(letter))
    word = word.casefold().translate(_LETTERS)
    return _SAME.get(word, word)


def _keys(run: Sequence[Token], text: str) -> Iterable[str]:
    """ "Queen's" is Queen where no name has the s."""
    folded = "".join(token.word for token in run)
    return (folded, folded[:-1]) if text.endswith("'s", 0, run[-1].end) else (folded,)


def _with_article(tokens: Sequence[Token], at: int) -> int:
    before = tokens[at - 1] if at else None
    article = before is not None and before.word == "the" and before.end + 1 == tokens[at].start
    return before.start if before and article else tokens[at].start


def _compound(text: str, start: int, end: int) -> bool:
    """Whether a hyphen makes it part of another word: punk in "post-punk" is, Bowie in "Bowie-like" not."""
    return bool(_PREFIXED.search(text, 0, start) or _SUFFIXED.match(text, end))


def _cued(text: str, hit: Hit) -> bool:
    if _CUE.search(text, max(0, hit.start - 24), hit.start):
        return True
    quote = text[hit.start - 1 : hit.start]
    return quote in ('"', "'") and text[hit.end : hit.end + 1] == quote


def _continues(text: str, listed: int, hit: Hit) -> bool:
    return listed >= 0 and _AND.fullmatch(text, listed, hit.start) is not None


# So many words of a prompt may be one of the library ("synth pop" for Synthpop).
_JOINED = 3
_TOKEN = re.compile(r"[^\W_]+(?:['!$][^\W_]+)*|[&+]")
_LETTERS = str.maketrans(
    {"$": "s", "!": "i", "'": None, "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"}
)
_SAME = {"&": "and", "+": "and", "n": "and", "rnb": "randb", "dnb": "drumandbass"}
_DECADE = re.compile(r"\b(?:19|20)?\d0'?s\b")
_INVERTED = re.compile(r", ?the$", re.IGNORECASE)
_APART = re.compile(r"[,;:.()·|]")
_PREFIXED = re.compile(r"\w-$")
_SUFFIXED = re.compile(r"-(?!like\b|style\b|ish\b|esque\b)[^\W\d]")
_CUE = re.compile(
    r"(?:\b(?:by|like|artists?|similar to|sound(?:s|ing)? like|styles? of|fans of|von|wie|stil von"
    r"|comme|par|style de|como|por|estilo de|parecido a):? )$",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\"?(?: ?, ?(?:and |or )?| ?[&+/] ?| (?:and|or|nor|und|oder|et|ou|y|o) )\"?", re.IGNORECASE
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
