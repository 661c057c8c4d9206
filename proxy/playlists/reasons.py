"""Why each song of a list is one."""

from __future__ import annotations

from proxy.library.index import Index
from proxy.playlists.candidates import Candidates
from proxy.playlists.ear import ear_of
from proxy.playlists.energies import energies, wildness
from proxy.playlists.lexicon import Lexicon, tag_weights
from proxy.playlists.parts import ALIKE
from proxy.playlists.query import Query
from proxy.playlists.wish import Wish

CLEARLY = 0.5  # of the way from the library's middle to its wildest or calmest track


class Reasons:
    """Why each candidate is one."""

    def __init__(self, wish: Wish, query: Query, index: Index, lexicon: Lexicon, found: Candidates) -> None:
        self._wish = wish
        self._query = query
        self._wildness, self._measured = wildness(index), energies(index).measured
        self._index = index
        self._found = found
        self._moods = query.moods  # are looked for in tags alone
        self._terms = [(word, index.words.terms(word)) for word in query.words]
        self._ear = ear_of(index)
        self._asked = self._ear.asked(wish, query)
        self._meant = [
            (hit, _meant(index, lexicon, row) - {hit})
            for row, hit in zip(query.rows, query.hits, strict=True)
        ]

    def of(self, place: int) -> tuple[str, ...]:
        """What spoke for the candidate at this place, names and words first."""
        position = int(self._found.positions[place])
        reasons = ["asked for by name"] if self._found.parts.named[position] else []
        reasons += [*self._words(position), *self._lexicon(position), *self._decade(position)]
        reasons += self._by_ear(position)
        if self._found.parts.likeness[position] > 0.5:
            reasons.append("tags like what you named")
        if self._found.parts.sonic[position] >= ALIKE:
            reasons.append("sounds like what you named")
        if self._query.energy * self._wildness[position] >= CLEARLY and self._measured[position]:
            reasons.append("sounds energetic" if self._query.energy > 0 else "sounds calm")
        deviation = float(self._found.meaning[place])
        if deviation >= 1:
            reasons.append(f"near in meaning ({deviation:.1f} σ)")
        return tuple(reasons or ["fits the rest"])

    def _by_ear(self, position: int) -> list[str]:
        """What may be stated; else only that its sound spoke for it."""
        stated = [f"sounds like {tag}" for tag in self._ear.stated(self._asked, position)]
        return stated or (["by its sound"] if self._found.parts.by_ear[position] > 0 else [])

    def _words(self, position: int) -> list[str]:
        where = self._index.words.where
        reasons = []
        for word, terms in self._terms:
            columns = {column for term in terms for column in where(term, position)}
            columns &= {"tags"} if word in self._moods else columns
            reasons += [f"{name} {word}" for column, name in _COLUMNS if column in columns]
        return reasons

    def _lexicon(self, position: int) -> list[str]:
        tags = self._index.tags.of(position)
        found = [(hit, [tag for tag in tags if tag in meant]) for hit, meant in self._meant]
        return [f"{hit}: {', '.join(meant)}" for hit, meant in found if meant]

    def _decade(self, position: int) -> list[str]:
        year = int(self._index.year[position])
        return [str(year)] if any(decade <= year < decade + 10 for decade in self._wish.decades) else []


def _meant(index: Index, lexicon: Lexicon, row: int) -> set[str]:
    """The library's tags that a row of the lexicon stands for."""
    weights = tag_weights(index.tags.names, lexicon.rows[row].tags, part=0.7)
    return {tag for tag, weight in zip(index.tags.names, weights, strict=True) if weight}


_COLUMNS = (("tags", "tag"), ("artist", "artist"), ("title", "title"), ("album", "album"))
