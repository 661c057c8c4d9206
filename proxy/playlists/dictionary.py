"""The words that a prompt may use: the library's, those of our lists, and of the languages that are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from proxy.library.artists import fold
from proxy.library.index import Index
from proxy.playlists import lexicon, translation
from proxy.playlists.lexicon import Lexicon
from proxy.playlists.prompt import names
from proxy.playlists.prompt.words import is_everyday, is_plain
from proxy.playlists.typos import Spelling
from proxy.sound.styles import TAGS

WORD_LIST = 30  # tags that a word of our lists counts as, where the likelier of two is meant
SHORTEST_IDLE = 5  # letters of a word that says nothing, to be meant: "form" is no slip of "for"


class Dictionary:
    """Of one generation; `carried` are the tags that are on enough tracks for a list to come of them."""

    def __init__(self, index: Index, lists: Lexicon, *, carried: Sequence[str]) -> None:
        self._index = index
        self._lists = lists
        self._carried = carried

    @cached_property
    def spelling(self) -> Spelling:
        """The words that a prompt's unknown word may have been meant to be."""
        common = Counter(word for tag in self._carried for word in lexicon.words(tag))
        idle = {word for word in self._lists.idle if len(word) >= SHORTEST_IDLE}
        lists = (word for word in self._lists.triggers | idle | self._music if word.isalpha())
        common.update(dict.fromkeys(lists, WORD_LIST))
        return Spelling.of(common, map(fold, self._index.artists), known=self.knows)

    @cached_property
    def grammar(self) -> Spelling:
        """The words of the grammar that an unknown word may have been meant to be.

        Of other languages only whole words are known: what may begin a word of theirs has "favorits" too.
        """
        return Spelling.of(dict.fromkeys(self._lists.grammar, 1), (), known=self._is_written)

    def knows(self, word: str) -> bool:
        return self._is_written(word) or translation.knows(word)

    def is_english(self, word: str) -> bool:
        """Whether a word is of those that English prompts and the library's tags are made of."""
        return word in self._tag_words or is_plain(word) or word in self._music

    def _is_written(self, word: str) -> bool:
        terms = self._index.words.terms(word)
        written = any(self._index.words.posting(term) is not None for term in terms)
        return written or self.is_english(word) or is_everyday(names.fold(word))

    @cached_property
    def _music(self) -> frozenset[str]:
        """Also the words of styles that are known by ear, where any was heard."""
        heard = TAGS if self._index.sonic.known.any() else ()
        return _MUSIC.union(*map(lexicon.words, heard))

    @cached_property
    def _tag_words(self) -> frozenset[str]:
        return frozenset(word for tag in self._index.tags.names for word in lexicon.words(tag))


_MUSIC = frozenset(["songs", "music", "fifties", "sixties", "seventies", "eighties", "nineties"])
