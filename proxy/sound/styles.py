"""What the networks' logits are good for: tracks to rank, tags to state, and how energetic each track is.

Probabilities are small and unequal (over 152 tracks "electronic" had .24 on average, "happy" .002), so tracks
are compared within their library, tag by tag, and few tags are sure enough to be stated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from proxy.arrays import Doubles, Floats, Halves, Ints, Mask

MSD = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s",
    "alternative rock", "jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul",
    "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies",
    "blues", "hard rock", "ambient", "acoustic", "experimental", "female vocalist", "guitar", "Hip-Hop",
    "70s", "party", "country", "easy listening", "sexy", "catchy", "funk", "electro", "heavy metal",
    "Progressive rock", "60s", "rnb", "indie pop", "sad", "House", "happy",
)  # fmt: skip
MTT = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast", "piano",
    "ambient", "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male", "singing", "vocals",
    "no vocals", "harpsichord", "loud", "quiet", "flute", "woman", "male vocal", "no vocal", "pop", "soft",
    "sitar", "solo", "man", "classic", "choir", "voice", "new age", "dance", "male voice", "female vocal",
    "beats", "harp", "cello", "no voice", "weird", "country", "metal", "female voice", "choral",
)  # fmt: skip
TAGS = MSD + MTT

# Voices, decades and moods were not shown to be right, and are ranked by but never stated.
UNPROVEN = frozenset((
    "female vocalists", "male vocalists", "female vocalist", "vocal", "female", "male", "singing",
    "vocals", "no vocals", "woman", "male vocal", "no vocal", "man", "voice", "male voice",
    "female vocal", "no voice", "female voice", "instrumental", "60s", "70s", "80s", "90s", "00s",
    "oldies", "beautiful", "Mellow", "party", "sexy", "catchy", "sad", "happy", "weird",
))  # fmt: skip
_UNPROVEN = frozenset(map(str.lower, UNPROVEN))

SURE = 0.10
ABOVE_MEAN = 2.0
LEAST_TRACKS = 100  # of which a mean says anything

FLOOR = 0.002  # added to a probability, so that what is never heard does not rule

WILD = (
    "metal", "heavy metal", "hard rock", "punk", "rock", "dance", "party", "electro", "House",
    "alternative rock",
)  # fmt: skip
CALM = (
    "ambient", "chillout", "Mellow", "acoustic", "easy listening", "chill", "beautiful", "folk", "sad",
    "instrumental",
)  # fmt: skip
FAST, SLOW = ("loud", "fast"), ("slow", "quiet", "soft")


class Style(Struct, frozen=True, eq=False):
    """How each track of a library answers a tag: by how many standard deviations more than the mean, with
    which probability, and whether that may be stated.

    It may where the tag is likely in itself, and at least twice as likely as it is on average in a library
    of LEAST_TRACKS or more. What may be stated of a track therefore depends on the others.
    """

    standing: Doubles
    likely: Floats
    stated: Mask


def joined(msd: Floats, mtt: Floats) -> Floats:
    """Logits of both networks in the order of TAGS; rows are tracks, here and below."""
    return np.concatenate([msd, mtt], axis=-1)


def probabilities(logits: Floats) -> Floats:
    one = np.float32(1)
    return one / (one + np.exp(-logits.astype(np.float32)))


def standing(logits: Floats) -> Doubles:
    """How many standard deviations of its library each track stands above the mean, for each of TAGS.

    Of the logit of p + FLOOR; 0 where all tracks are the same.
    """
    raised = probabilities(logits).astype(np.float64) + FLOOR
    return _standard(np.log(raised / np.maximum(1 - raised, FLOOR)))


def heard_as(tag: str, logits: Floats | Halves) -> Style:
    """How each track answers one of TAGS, in any case; `logits` has a row for each of TAGS.

    A tag that both networks know counts as the mean of the two. One that is none is answered by nobody.
    """
    rows: Floats = logits[_places(tag)].T.astype(np.float32)
    if not rows.size:
        return Style(np.zeros(len(rows)), np.zeros(len(rows), np.float32), np.zeros(len(rows), np.bool_))
    likely = probabilities(rows)
    unusual = (likely >= SURE) & (likely >= ABOVE_MEAN * likely.mean(axis=0))
    proven = tag.lower() not in _UNPROVEN and len(rows) >= LEAST_TRACKS
    return Style(standing(rows).mean(axis=1), likely.max(axis=1), unusual.any(axis=1) & proven)


def energy(standing: Doubles) -> Floats:
    """How energetic each track sounds, on a rising scale whose mean is 0.

    The MSD network alone is drawn to metal, the MTT network to what is fast and loud; so the mean of both.
    Over 152 tracks of game music it went with spectral flux (Spearman .73 and .86), not with tempo (.07).
    """
    msd = standing[:, : len(MSD)]
    by_style = _mean(msd, MSD, WILD) - _mean(msd, MSD, CALM)
    return ((_standard(by_style) + pace(standing)) / 2).astype(np.float32)


def pace(standing: Doubles) -> Floats:
    """How fast each track sounds, in standard deviations of its library."""
    mtt = standing[:, len(MSD) :]
    return _standard(_mean(mtt, MTT, FAST) - _mean(mtt, MTT, SLOW)).astype(np.float32)


def _places(tag: str) -> Ints:
    """Where a tag stands in TAGS: nowhere, once, or once for each network."""
    return np.array([place for place, name in enumerate(TAGS) if name.lower() == tag.lower()], dtype=np.int64)


def _mean(standing: Doubles, names: Sequence[str], wanted: Sequence[str]) -> Doubles:
    mean: Doubles = standing[:, [names.index(name) for name in wanted]].mean(axis=1)
    return mean


def _standard(values: Doubles) -> Doubles:
    """Zero mean and unit deviation down each column, of those that differ at all."""
    if not len(values):
        return values
    deviation = values.std(axis=0)
    standard: Doubles = (values - values.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1)
    return standard
