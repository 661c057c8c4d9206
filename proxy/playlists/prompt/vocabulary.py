"""What a library knows by name, and where a prompt says it: genres and artists in any spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from proxy.playlists import lexicon
from proxy.playlists.prompt.aliases import called, head
from proxy.playlists.prompt.names import Token, fold, tokens, tokens_of
from proxy.playlists.prompt.spelling import Spelling
from proxy.playlists.prompt.words import is_everyday, is_plain, plain_words

SHORTEST = 4  # letters of a name that needs no word before it


class Hit(NamedTuple):
    """A name found at `start:end` of a text, with every spelling that the library has of it."""

    start: int
    end: int
    genres: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()


class Vocabulary(Struct, frozen=True):
    """Folded names, each with its spellings: case, accents, "&", a leading "the", punctuation do not matter.

    `weak` names are artists only where the prompt says so ("by Yes", "like Air", quoted): those of stop,
    mood, genre or other plain words, of digits, or shorter than four letters and not typed as initials.
    `called` holds words that are artists likewise: Coltrane. `reach` holds for the first word of the longer
    names how many words they may have, and `spelling` knows every word of a name.
    """

    genres: Mapping[str, tuple[str, ...]]
    artists: Mapping[str, tuple[str, ...]]
    weak: frozenset[str]
    called: Mapping[str, tuple[str, ...]]
    reach: Mapping[str, int]
    spelling: Spelling

    @classmethod
    def of(
        cls,
        genres: Iterable[str],
        artists: Iterable[str],
        *,
        ordinary: Iterable[str] = (),
        tracks: Callable[[str], int] = lambda artist: 1,
    ) -> Vocabulary:
        """`ordinary` are more words that alone name nobody, such as those in the titles of several songs.

        `tracks` tells how many there are by an artist.
        """
        spelled = {name: tokens_of(name) for name in dict.fromkeys(genres) if not _DECADE.search(name)}
        sung = {name: tokens_of(name) for name in dict.fromkeys(artists)}
        by_genre = {k: v for k, v in _by_key(spelled).items() if len(k) > 1 and not k.isdigit()}
        plain = plain_words() | {word.casefold() for word in ordinary}
        parts = {token.word for words in spelled.values() for token in words}
        idle = lexicon.load().stop | lexicon.load().polite | lexicon.load().generic
        of_artist = {name: _folded(words) for name, words in sung.items() if words}
        by_artist = _by_key(sung, also=head)
        named = [*of_artist.values(), *map(head, of_artist.values())]
        words = [token for named in (spelled, sung) for words in named.values() for token in words]
        return cls(
            genres={k: v for k, v in by_genre.items() if not _only(_folded(spelled[v[0]]), idle)},
            artists=by_artist,
            weak=frozenset("".join(name) for name in named if _names_nobody(name, plain, by_genre, parts)),
            called=called(of_artist, taken={*by_artist, *by_genre}, tracks=tracks),
            reach=_reach([*map(_folded, spelled.values()), *named]),
            spelling=Spelling.of((token.word, token.typed) for token in words),
        )

    def find(self, text: str) -> list[Hit]:
        """Every name in the text, from left to right, at each place the longest; whole words only."""
        words = tokens(text)
        hits: list[Hit] = []
        listed, at = -1, 0  # where a list of artists that a cue opened ends so far
        while at < len(words):
            size, hit = self._longest(words, at, text, listed)
            if hit is None:
                at += 1
                continue
            if hit.artists and (_cued(text, hit) or _continues(text, listed, hit)):
                listed = hit.end
            hits.append(hit)
            at += size
        return hits

    def _longest(self, words: Sequence[Token], at: int, text: str, listed: int) -> tuple[int, Hit | None]:
        widest = min(max(_JOINED, self.reach.get(words[at].word, 0)), len(words) - at)
        for size in range(widest, 0, -1):
            run = words[at : at + size]
            for folded in _keys(run, text):
                hit = self._named(folded, run, _with_article(words, at), text, listed)
                if hit and not _compound(text, run[0].start, hit.end):
                    return size, hit
        return 1, None

    def _named(self, folded: str, run: Sequence[Token], start: int, text: str, listed: int) -> Hit | None:
        """An artist where the prompt says so, else a genre, else an artist of a telling name."""
        if not (folded in self.artists or folded in self.genres or folded in self.called):
            return None
        genre = Hit(run[0].start, run[-1].end, genres=self.genres.get(folded, ()))
        artist = Hit(start, run[-1].end, artists=_as_said(self.artists.get(folded, ()), run))
        if artist.artists and (_cued(text, artist) or _continues(text, listed, artist)):
            return artist
        if genre.genres and not _APART.search(text, genre.start, genre.end):
            return genre
        telling = folded not in self.weak or _initials(run, text)
        telling = telling and not _only(_folded(run), plain_words())
        if artist.artists and telling and not _parted(text, artist):
            return artist
        called = Hit(start, run[-1].end, artists=self.called.get(folded, ()))
        is_meant = called.artists and _meant(text, called, listed) and not self._goes_on(text, called)
        return called if is_meant else None

    def _goes_on(self, text: str, called: Hit) -> bool:
        """Whether more of a name stands behind it: "like Nina Hagen" is not like the one Nina here."""
        behind = _NEXT_WORD.match(text, called.end)
        word = fold(behind[1]) if behind else ""
        return bool(word) and word not in self.genres and not is_everyday(word)


def _folded(words: Iterable[Token]) -> list[str]:
    return [token.word for token in words]


def _by_key(
    words: Mapping[str, list[Token]], *, also: Callable[[list[str]], list[str]] = lambda words: words
) -> dict[str, tuple[str, ...]]:
    """The names by their words, and by what `also` makes of those."""
    spellings: dict[str, tuple[str, ...]] = {}
    for name, parts in words.items():
        folded = _folded(parts)
        for key in dict.fromkeys(["".join(folded), "".join(also(folded))]) if folded else ():
            spellings[key] = (*spellings.get(key, ()), name)
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
    if len(folded) < SHORTEST and folded.isascii():
        return True
    if len(words) == 1 and folded in parts:
        return True
    return all(is_plain(word) or word in plain or word in genres or _DECADE.fullmatch(word) for word in words)


def _as_said(names: Sequence[str], run: Sequence[Token]) -> tuple[str, ...]:
    """The names that a run of words may be: a stop word in it is of no other word ("flor a" for Flora)."""
    if lexicon.load().stop.isdisjoint(_folded(run)):
        return tuple(names)
    return tuple(name for name in names if len(head(_folded(tokens_of(name)))) >= len(run))


def _initials(run: Sequence[Token], text: str) -> bool:
    """Whether it is short and alone in capitals: SZA and N.W.A, where a shout is all in them."""
    typed = text[run[0].start : run[-1].end]
    is_short = len("".join(_folded(run))) < SHORTEST
    return is_short and sum(map(str.isupper, typed)) >= 2 and typed.isupper() and not text.isupper()


def _only(words: Iterable[str], among: frozenset[str]) -> bool:
    return all(word in among or word.isdigit() for word in words)


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


def _parted(text: str, hit: Hit) -> bool:
    """Whether a comma or stop goes through it that none of its spellings has ("beach, house")."""
    apart = _APART.search(text, hit.start, hit.end)
    return apart is not None and not any(_APART.search(name) for name in hit.artists)


def _cued(text: str, hit: Hit) -> bool:
    before = max(0, hit.start - 24)
    if _CUE.search(text, before, hit.start):
        return True
    if _NUMBERED.search(text, hit.start, hit.end) and _REFUSED.search(text, before, hit.start):
        return True
    quote = text[hit.start - 1 : hit.start]
    return quote in ('"', "'") and text[hit.end : hit.end + 1] == quote


def _meant(text: str, hit: Hit, listed: int) -> bool:
    refused = _REFUSED.search(text, max(0, hit.start - 24), hit.start)
    return bool(refused) or _cued(text, hit) or _continues(text, listed, hit)


def _continues(text: str, listed: int, hit: Hit) -> bool:
    return listed >= 0 and _AND.fullmatch(text, listed, hit.start) is not None


# So many words of a prompt may be one of the library ("synth pop" for Synthpop).
_JOINED = 3
_DECADE = re.compile(r"\b(?:19|20)?\d0'?s\b")
_APART = re.compile(r"[,;:.()·|]")
_NEXT_WORD = re.compile(r" ([^\W\d_]{3,})")
_PREFIXED = re.compile(r"\w-$")
_SUFFIXED = re.compile(r"-(?!like\b|style\b|ish\b|esque\b)[^\W\d]")
_CUE = re.compile(
    r"(?:\b(?:by|like|artists?|similar to|sound(?:s|ing)? like|styles? of|fans of|von|wie|stil von"
    r"|comme|par|style de|como|por|estilo de|parecido a):? )$",
    re.IGNORECASE,
)
# "Without U2", "no M83", "sans The 1975": what has such a digit in it and is not wanted is a name.
_NUMBERED = re.compile(r"[^\W\d_] ?\d|\d[^\W\d_]|\d{3}")
_REFUSED = re.compile(
    r"\b(?:without|w/o|except(?: for)?|no|not|nor|ohne|au[sß]er|kein(?:e[nmrs]?)?|sans|sauf|pas de|sin"
    r"|excepto)(?: the| any)? $",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\"?(?: ?, ?(?:and |or )?| ?[&+/] ?| (?:and|or|nor|und|oder|et|ou|y|o) )\"?", re.IGNORECASE
)
