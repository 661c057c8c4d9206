"""What the tags and years of one generation are evidence of: worked out when first asked for, then kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from proxy.arrays import Floats, Ints, Mask
from proxy.library.index import Index
from proxy.playlists import lexicon, years
from proxy.playlists.dictionary import Dictionary
from proxy.playlists.lexicon import Lexicon
from proxy.playlists.phrases import CARRIED_BY, HOLDS

IN_ROW, IN_DECADE, IN_ENERGY = 0.7, 0.5, 0.6  # what a tag counts that only holds a phrase of such a list
GUESSED = 0.75  # what the best guess of a decade is worth to a year that is known
YEARS_KNOWN = 0.2  # the share of tracks with a year from which years are trusted over tags


@lru_cache(maxsize=1)
def evidence_of(index: Index) -> Evidence:
    return Evidence(index, lexicon.load())


class Evidence:
    """Scores per track are in [0, 1] unless said otherwise. To be shared by threads: at worst one thing is
    worked out twice."""

    def __init__(self, index: Index, lists: Lexicon) -> None:
        self._index = index
        self._lists = lists
        self._rows: dict[int, Floats] = {}
        self._decades: dict[tuple[int, bool], Floats] = {}

    def row(self, number: int) -> Floats:
        """How much the tags are those of a row of the lexicon."""
        if number not in self._rows:
            self._rows[number] = self.tagged(self._lists.rows[number].tags, part=IN_ROW)
        return self._rows[number]

    def decade(self, decade: int, *, learnt: bool = True) -> Floats:
        """1 where the year lies in it and 0 where not; of tracks without a year what tags and artist say."""
        key = decade, learnt
        if key not in self._decades:
            self._decades[key] = self._decade(decade, learnt)
        return self._decades[key]

    @property
    def trusts_years(self) -> bool:
        return self._index.years_known >= YEARS_KNOWN

    @cached_property
    def energy(self) -> Floats:
        """What the tags say of a track's energy, from -1 to 1."""
        lists = self._lists
        high, low = (self._weights(tags, part=IN_ENERGY) for tags in (lists.high_tags, lists.low_tags))
        return self._sums(high - low) / self._counts

    @cached_property
    def phrases(self) -> frozenset[str]:
        """The tags that a prompt may say, as runs of words."""
        return frozenset(lexicon.run(tag) for tag in self._carried)

    @cached_property
    def dictionary(self) -> Dictionary:
        return Dictionary(self._index, self._lists, carried=self._carried)

    def tagged(self, phrases: Sequence[str], *, part: float) -> Floats:
        """The weights of a track's tags over the root of their number, the best track's 1."""
        sums = self._sums(self._weights(phrases, part=part))
        return scaled(sums / self._roots)

    def carrying(self, phrases: Sequence[str]) -> Mask:
        """The tracks with a tag that is one of the phrases or holds one."""
        carrying = np.zeros(len(self._index), dtype=np.bool_)
        carrying[self._tracks_of(np.flatnonzero(self._weights(phrases, part=1.0)))] = True
        return carrying

    def carries(self, phrases: Sequence[str]) -> bool:
        """Whether any track has such a tag."""
        return bool(self._weights(phrases, part=1.0).any())

    @property
    def tags(self) -> int:
        """How many there are."""
        return len(self._index.tags.names)

    def says(self, phrase: str) -> Floats:
        """1 for tracks with a tag that equals the run, less for those with one that holds it."""
        weights = self._weights([phrase], part=HOLDS)
        best = np.zeros(len(self._index), dtype=np.float32)
        for weight in (HOLDS, 1.0):
            best[self._tracks_of(np.flatnonzero(weights == np.float32(weight)))] = weight
        return best

    def fingerprints(self, positions: Ints) -> tuple[Ints, Ints, Floats]:
        """The tags of these tracks as (place in positions, tag, weight): tf-idf rows of unit length."""
        starts, ends = self._bounds[positions], self._bounds[positions + 1]
        place = np.repeat(np.arange(len(positions)), ends - starts)
        firsts = np.cumsum(ends - starts) - (ends - starts)
        pair = np.arange(len(place)) + np.repeat(starts - firsts, ends - starts)
        tag = self._index.tags.tag[pair]
        return place, tag, self._idf[tag] / self._lengths[positions[place]]

    def likeness(self, like: Ints) -> Floats:
        """The cosine of a track's tf-idf row with the mean of those of `like`."""
        if not len(like) or not self._runs:
            return np.zeros(len(self._index), dtype=np.float32)
        _, tag, weight = self.fingerprints(like)
        mean = np.bincount(tag, weights=weight, minlength=len(self._runs)).astype(np.float32)
        alike = self._index.tags.sums(mean * self._idf, len(self._index)) / self._lengths
        return (alike / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)

    def _decade(self, decade: int, learnt: bool) -> Floats:
        index = self._index
        guess = self.tagged(self._lists.decades.get(decade, ()), part=IN_DECADE)
        if index.years_known:
            by_years = years.in_decade(decade, index.year, index.artist, index.tags) if learnt else 0
            guess = (GUESSED * (guess + by_years) / 2).astype(np.float32)
        inside = (index.year >= decade) & (index.year < decade + 10)
        return np.where(index.year > 0, inside, guess).astype(np.float32)

    def _weights(self, phrases: Sequence[str], *, part: float) -> Floats:
        """A tag's as of `lexicon.tag_weights`; only tags with the first word of a phrase are looked at."""
        wanted = [lexicon.run(phrase) for phrase in phrases]
        weights = np.zeros(len(self._runs), dtype=np.float32)
        for tag in {tag for phrase in wanted for tag in self._tags_with.get(_first_word(phrase), ())}:
            weights[tag] = lexicon.run_weight(self._runs[tag], wanted, part=part)
        return weights

    def _sums(self, weights: Floats) -> Floats:
        """Per track the sum of its tags' weights; quick where few tags have one."""
        some = np.flatnonzero(weights)
        each = np.repeat(weights[some], self._tag_bounds[some + 1] - self._tag_bounds[some])
        sums = np.bincount(self._tracks_of(some), weights=each, minlength=len(self._index))
        return sums.astype(np.float32)

    def _tracks_of(self, tags: Ints) -> Ints:
        """The tracks of these tags, tag by tag."""
        parts = [self._tracks_by_tag[self._tag_bounds[tag] : self._tag_bounds[tag + 1]] for tag in tags]
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

    @cached_property
    def _tracks_by_tag(self) -> Ints:
        tags = self._index.tags
        return tags.track[np.argsort(tags.tag, kind="stable")]

    @cached_property
    def _tag_bounds(self) -> Ints:
        return np.searchsorted(np.sort(self._index.tags.tag), np.arange(self.tags + 1))

    @cached_property
    def _carried(self) -> tuple[str, ...]:
        """The tags that are on enough tracks for a list to come of them."""
        counts = np.bincount(self._index.tags.tag, minlength=self.tags)
        names = self._index.tags.names
        return tuple(tag for tag, count in zip(names, counts, strict=True) if count >= CARRIED_BY)

    @cached_property
    def _runs(self) -> tuple[str, ...]:
        return tuple(lexicon.run(tag) for tag in self._index.tags.names)

    @cached_property
    def _tags_with(self) -> dict[str, list[int]]:
        """The tags that hold a word, in singular; those without any stand under ""."""
        tags: defaultdict[str, list[int]] = defaultdict(list)
        for tag, run in enumerate(self._runs):
            for word in run.split() or [""]:
                tags[word].append(tag)
        return dict(tags)

    @cached_property
    def untagged(self) -> Mask:
        """The tracks of which no tag is known."""
        untagged: Mask = np.bincount(self._index.tags.track, minlength=len(self._index)) == 0
        return untagged

    @cached_property
    def without_genre(self) -> Mask:
        """The tracks that neither say nor inherit a genre; of moods they may say something."""
        genres = {genre.lower() for genre in self._index.genres}
        is_genre = np.array([name in genres for name in self._index.tags.names], dtype=np.bool_)
        tags = self._index.tags
        without: Mask = np.bincount(tags.track[is_genre[tags.tag]], minlength=len(self._index)) == 0
        return without

    @cached_property
    def _counts(self) -> Floats:
        counts = np.bincount(self._index.tags.track, minlength=len(self._index))
        return np.maximum(counts, 1).astype(np.float32)

    @cached_property
    def _roots(self) -> Floats:
        return np.sqrt(self._counts).astype(np.float32)

    @cached_property
    def _bounds(self) -> Ints:
        return np.searchsorted(self._index.tags.track, np.arange(len(self._index) + 1))

    @cached_property
    def _idf(self) -> Floats:
        df = np.bincount(self._index.tags.tag, minlength=len(self._runs))
        return np.log((len(self._index) + 1) / (df + 1)).astype(np.float32)

    @cached_property
    def _lengths(self) -> Floats:
        squares = self._index.tags.sums(self._idf**2, len(self._index))
        return np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)


def _first_word(run: str) -> str:
    return run.split(maxsplit=1)[0] if run.strip() else ""


def scaled(values: Floats) -> Floats:
    """Over the greatest of them."""
    result: Floats = (values / max(float(values.max(initial=0)), 1e-9)).astype(np.float32)
    return result
