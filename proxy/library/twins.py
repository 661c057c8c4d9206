"""Which tracks are one recording by ear though their tags name two: by "Various Artists", or with a slip.

Sound alone does not tell: of 75 pieces of game music by 20 makers (the first 90 s), cosines of a piece with
its own re-encodings (MP3 at 64 to 320 kbit/s, Opus at 96, AAC at 128) were .99 at the median and .83 at the
worst twentieth, of two by one maker .54 and more in a quarter of pairs. So titles and lengths have to agree
as well. At .80 it finds .85 (MP3 at 64) to 1.00 of the re-encodings, and all with other equalising and
compression; of pairs by one maker it takes .028, of all pairs .003. By the MSD network alone, at .85, it
found .94 of the re-encodings and took .042 and .004.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import numpy as np

from proxy.arrays import Floats, Ints, Mask
from proxy.library.quantised import Quantised
from proxy.library.sonic import Sonic

ALIKE = 0.80  # the least cosine
SECONDS = 2.0  # by which lengths differ at most: what codecs add, and silence at either end
BESIDE = 8  # tracks of one title, or artist, and about one length that each is held against
SLIP = 0.9  # of two titles' letters are the same, in their order
BLOCK = 512  # pairs whose vectors are unpacked at a time, so that they stay in the cache


def twins(names: Sequence[str], duration: Floats, sonic: Sonic) -> list[tuple[int, int]]:
    """Pairs of positions; `names` are those of `recordings.song_key`, by which twins differ."""
    artists, titles = _numbered(names, sonic.heard)
    pairs = [*_beside(titles, duration[sonic.heard]), *_beside(artists, duration[sonic.heard])]
    if not pairs:
        return []
    one, other = map(np.concatenate, zip(*pairs, strict=True))
    alike = _cosines(sonic.vectors, one, other) >= ALIKE
    found = zip(sonic.heard[one[alike]].tolist(), sonic.heard[other[alike]].tolist(), strict=True)
    return [(a, b) for a, b in found if names[a] != names[b] and same_title(names[a], names[b])]


def same_title(name: str, other: str) -> bool:
    """Whether two titles are equal, or so but for a slip; a numeral makes another movement or part."""
    one, two = (each.partition("\n")[2] for each in (name, other))
    if one == two:
        return True
    return (
        _numerals(one) == _numerals(two) and SequenceMatcher(None, one, two, autojunk=False).ratio() >= SLIP
    )


def _numbered(names: Sequence[str], heard: Ints) -> tuple[Ints, Ints]:
    """Numbers of these tracks' artists and titles; -1 where there is none."""
    known: tuple[dict[str, int], dict[str, int]] = {"": -1}, {"": -1}
    parts = [names[position].partition("\n")[::2] for position in heard.tolist()]
    rows = [[of.setdefault(part, len(of)) for of, part in zip(known, both, strict=True)] for both in parts]
    artists, titles = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    return artists, titles


def _beside(group: Ints, duration: Floats) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of one group (of -1 none) that are about as long."""
    order = np.lexsort((duration, group))
    for apart in range(1, BESIDE + 1):
        one, other = order[:-apart], order[apart:]
        near: Mask = (group[one] == group[other]) & (group[one] >= 0)
        near &= np.abs(duration[one] - duration[other]) <= SECONDS
        yield one[near], other[near]


def _cosines(vectors: Quantised, one: Ints, other: Ints) -> Floats:
    blocks = [slice(first, first + BLOCK) for first in range(0, len(one), BLOCK)]
    products = [np.einsum("ij,ij->i", vectors.at(one[block]), vectors.at(other[block])) for block in blocks]
    return np.concatenate([np.zeros(0, dtype=np.float32), *products])


def _numerals(title: str) -> list[str]:
    """The words that count: digits, Roman ones too."""
    return [word for word in title.split() if any(map(str.isdigit, word)) or not set(word) - set("ivx")]
