"""What makes one list better than another: the sum that choice and order maximise, its weights and limits.

    Σ weight · (relevance − LATELY · served lately)              what is chosen     worth()
    − |length − wanted length|                                   choice             Terms
    − ENERGY · Σ weight · |energy − wanted energy|               choice and order   Terms, places()
    − Σ of neighbours (LOUDNESS + TEMPO + DISTANCE,              order              transitions()
                       and TWICE_IN_A_ROW where it is so)
    − Σ of near pairs (ARTIST_NEAR, ALBUM_NEAR) / distance       order              spacing()

The unit is a perfect song: of relevance 1, four minutes long. Where a length is wanted, a song weighs by its
own: a plain sum would fill an hour with the shortest songs, while this one is the relevance of the average
minute, and a minute too many costs what a minute of the best song brings. Where a count is wanted, each song
weighs the same. Choice takes the wanted energies as a supply: it pays for the earth mover's distance between
the energies of the list and those wanted, which is the energy term of the best order.

Every term is rounded to whole millionths before anything is added, so that sums are exact: neither their
order nor the machine's vector unit can turn a tie.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from proxy.arrays import Doubles, Floats, Ints, Mask

MILLION = 1_000_000
SONG = 240.0  # seconds of the song that is the unit
MILLISECONDS = 1000

LATELY = 0.5  # a song of late comes again where it is half the scale more relevant than the next
ENERGY = 1.0  # at the other end of the scale no relevance makes up for it
LOUDNESS, LOUDNESS_STEP = 0.15, 12.0  # LU from which a step is as bad as can be; players level most of it
TEMPO = 0.15  # at the worst ratio, half an octave; half and double time cost a quarter of that
OCTAVE = 0.25
DISTANCE = 0.3  # between songs with nothing in common; what one hears most
HEARD_DECIMALS = (
    1  # another encoding alone moves a distance by up to 0.2; finer, a tenth of a list's time went
)
ARTIST_NEAR, ALBUM_NEAR = 0.3, 0.15  # divided by the distance, up to NEAR places
NEAR = 3
TWICE_IN_A_ROW = 1000.0  # an artist next to himself: all other terms of a list together are not worth it
OUTSIDE = 1000.0  # per second outside the tolerance: a length is met before anything else is weighed

PER_ARTIST, PER_ALBUM = 3, 2
TOLERANCE_SECONDS, TOLERANCE_SHARE = 60.0, 0.02
MOST_SONGS = 500  # of a count; a length has as many as it takes
LEVELS = 10  # thresholds at which the energies of a list are held against those wanted


class Pool(Struct, frozen=True, kw_only=True):
    """What may be chosen, by falling relevance, seeds first; all arrays of one length.

    Of places with the same `song`, the first alone may be chosen: put the preferred recording there. `free`
    marks songs that no cap counts, like those of an artist who was asked for by name; seeds are always in and
    count for others. `energy` is in [0, 1]; `loudness` in LUFS and `tempo` in beats a minute are NaN where
    unknown. `sound`, as heard, and `tags` have a unit vector a row (or are of width 0), of zeros where
    unknown.
    """

    position: Ints
    relevance: Floats
    duration: Floats
    artist: Ints
    album: Ints
    song: Ints
    free: Mask
    lately: Mask
    energy: Floats
    loudness: Floats
    tempo: Floats
    sound: Floats
    tags: Floats
    seeds: int = 0

    def __len__(self) -> int:
        return len(self.position)

    @property
    def milliseconds(self) -> Ints:
        whole: Ints = np.rint(self.duration.astype(np.float64) * MILLISECONDS).astype(np.int64)
        return whole


class Limits(Struct, frozen=True):
    """`seconds` or `songs`, whichever was asked for (of both, the count holds); caps of None do not bind.

    `curve` is one of wish.CURVES or empty, `level` an energy in [0, 1].
    """

    seconds: float | None = None
    songs: int | None = None
    per_artist: int | None = PER_ARTIST
    per_album: int | None = PER_ALBUM
    curve: str = ""
    level: float | None = None

    @property
    def tolerance(self) -> float:
        return max(TOLERANCE_SECONDS, TOLERANCE_SHARE * (self.seconds or 0))

    @property
    def timed(self) -> bool:
        """Whether a length rather than a count is to be met."""
        return self.songs is None and self.seconds is not None


def weights(pool: Pool, limits: Limits) -> Doubles:
    """How much each song counts: its length in songs of four minutes, or 1 where a count was asked for."""
    return pool.duration.astype(np.float64) / SONG if limits.timed else np.ones(len(pool))


def worth(pool: Pool, limits: Limits) -> Ints:
    """What each song brings by itself, in millionths."""
    return millionths(weights(pool, limits) * (pool.relevance.astype(np.float64) - LATELY * pool.lately))


def places(energy: Floats, wanted: Floats) -> Ints:
    """What each song (rows) costs at each place (columns), in millionths; zeros where no energy is wanted."""
    if not len(wanted):
        return np.zeros((len(energy), len(energy)), dtype=np.int64)
    return millionths(ENERGY * np.abs(energy.astype(np.float64)[:, None] - wanted[None, :]))


def transitions(pool: Pool, chosen: Ints) -> Ints:
    """What each pair costs as neighbours, in millionths; a part that is unknown costs what the known ones
    cost on average, so that nothing is gained by knowing less. Tags tell of two songs not both of which were
    heard."""
    loudness, tempo = pool.loudness[chosen].astype(np.float64), pool.tempo[chosen].astype(np.float64)
    step = np.minimum(np.abs(loudness[:, None] - loudness[None, :]) / LOUDNESS_STEP, 1)
    total = LOUDNESS * _known(step) + TEMPO * _known(tempo_distance(tempo[:, None], tempo[None, :]))
    heard, tagged = _distance(pool.sound[chosen]).round(HEARD_DECIMALS), _distance(pool.tags[chosen])
    total += DISTANCE * _known(np.where(np.isfinite(heard), heard, tagged))
    again = pool.artist[chosen][:, None] == pool.artist[chosen][None, :]
    cost = millionths(total + TWICE_IN_A_ROW * again)
    np.fill_diagonal(cost, 0)
    return cost


def spacing(pool: Pool, chosen: Ints) -> Ints:
    """What each pair costs when near, to be divided by the distance, in millionths."""
    artist, album = pool.artist[chosen], pool.album[chosen]
    near = ARTIST_NEAR * (artist[:, None] == artist[None, :]) + ALBUM_NEAR * (
        album[:, None] == album[None, :]
    )
    cost = millionths(near)
    np.fill_diagonal(cost, 0)
    return cost


def tempo_distance(one: Doubles, other: Doubles) -> Doubles:
    """0 at the same tempo, a quarter at half or double time, 1 at the ratio farthest from all three."""
    with np.errstate(divide="ignore", invalid="ignore"):
        octaves = np.abs(np.log2(one / other))
    apart: Doubles = np.minimum(np.minimum(octaves * 2, OCTAVE + 2 * np.abs(octaves - 1)), 1)
    return apart


def millionths(values: Doubles) -> Ints:
    whole: Ints = np.rint(values * MILLION).astype(np.int64)
    return whole


def _known(cost: Doubles) -> Doubles:
    """Costs with the mean of the known ones where NaN; 0 where none is known. A song is no pair."""
    np.fill_diagonal(cost, np.nan)
    known = np.isfinite(cost)
    filled: Doubles = np.where(known, cost, round(float(cost[known].mean()), 6) if known.any() else 0.0)
    return filled


def _distance(unit: Floats) -> Doubles:
    """Between each two rows, from 0 to 1; NaN where one of them is unknown."""
    rows, known = unit.astype(np.float64), np.asarray(unit.any(axis=1))
    distance: Doubles = np.where(known[:, None] & known[None, :], np.clip(1 - rows @ rows.T, 0, 1), np.nan)
    return distance
