"""Music of a kind from arithmetic: chords, bass, melody and drums in the manner of a genre."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

RATE = 16_000
BEATS = 16
FADE_SECONDS = 2.5
LOUDEST = 16_000  # half of what sixteen bits hold

Wave = NDArray[np.float64]

_PENTATONIC = (0, 3, 5, 7, 10, 12)


class Band(Struct, frozen=True, kw_only=True):
    """Who plays how loud, from 0 to 1; `chords` are four roots in semitones, `edge` adds odd harmonics."""

    chords: tuple[int, int, int, int]
    colour: tuple[int, ...] = (0, 4, 7)
    pad: float = 0.3
    bass: float = 0.4
    lead: float = 0.3
    kick: tuple[float, ...] = ()
    snare: tuple[float, ...] = ()
    hat: tuple[float, ...] = ()
    edge: float = 0.0
    swing: float = 0.0


_FOUR = (0.0, 1.0, 2.0, 3.0)
_RIDE = (0.0, 1.0, 1.66, 2.0, 3.0, 3.66)
_EIGHTHS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5)
_BACKBEAT = (1.0, 3.0)

BANDS = {
    "jazz": Band(chords=(2, 7, 0, 9), colour=(0, 3, 7, 10), pad=0.25, hat=_RIDE, swing=0.16),
    "blues": Band(
        chords=(0, 5, 0, 7), colour=(0, 4, 10), kick=(0.0, 2.0), snare=_BACKBEAT, edge=0.2, swing=0.16
    ),
    "rock": Band(
        chords=(0, 5, 7, 5), colour=(0, 7, 12), kick=(0.0, 2.0, 2.5), snare=_BACKBEAT, hat=_EIGHTHS, edge=0.6
    ),
    "folk": Band(chords=(0, 7, 9, 5), pad=0.2, lead=0.5, bass=0.25),
    "soul": Band(
        chords=(0, 9, 2, 7),
        colour=(0, 4, 7, 11),
        kick=(0.0, 1.5, 2.0),
        snare=_BACKBEAT,
        hat=_EIGHTHS,
        bass=0.6,
    ),
    "pop": Band(chords=(0, 7, 9, 5), kick=(0.0, 2.0), snare=_BACKBEAT, hat=_EIGHTHS, lead=0.4),
    "electronic": Band(chords=(9, 5, 0, 7), kick=_FOUR, hat=(0.5, 1.5, 2.5, 3.5), edge=0.4, bass=0.5),
    "ambient": Band(chords=(0, 5, 9, 5), colour=(0, 7, 14), pad=0.6, bass=0.15, lead=0.1),
    "classical": Band(chords=(0, 5, 7, 0), pad=0.35, bass=0.2, lead=0.5),
    "hiphop": Band(
        chords=(0, 0, 10, 10),
        colour=(0, 3, 7),
        kick=(0.0, 1.75, 2.5),
        snare=_BACKBEAT,
        hat=_EIGHTHS,
        bass=0.7,
    ),
    "country": Band(chords=(0, 5, 7, 0), kick=(0.0, 2.0), snare=_BACKBEAT, lead=0.45, edge=0.1),
    "reggae": Band(chords=(0, 5, 0, 7), kick=(2.0,), hat=(1.0, 3.0), bass=0.7, lead=0.2),
    "latin": Band(chords=(0, 5, 7, 5), kick=(0.0, 1.5, 3.0), hat=_EIGHTHS, snare=(0.5, 2.5), lead=0.4),
}


def song(band: Band, *, seconds: int, bpm: int, seed: int) -> NDArray[np.int16]:
    """Mono samples at RATE, exactly `seconds` long, fading out; key and melody follow from `seed`."""
    verse = _phrase(band, bpm=bpm, seed=seed)
    chorus = _phrase(band, bpm=bpm, seed=seed + 1)
    needed = seconds * RATE
    cycle = (np.concatenate((verse, verse, chorus)) * LOUDEST).astype(np.int16)
    whole = np.resize(cycle, needed)
    tail = min(needed, int(FADE_SECONDS * RATE))
    whole[-tail:] = (whole[-tail:] * np.linspace(1.0, 0.0, tail)).astype(np.int16)
    return whole


def _phrase(band: Band, *, bpm: int, seed: int) -> Wave:
    chance = np.random.default_rng(seed)
    key = 110.0 * 2.0 ** ((seed // 2) % 12 / 12)
    beat = RATE * 60 // bpm
    sound = np.zeros(beat * BEATS)
    for bar, root in enumerate(band.chords):
        start = bar * 4 * beat
        for step in band.colour:
            _add(sound, start, band.pad / len(band.colour) * _held(_pitch(key, root + step), 4 * beat))
        for number in range(4):
            _add(sound, start + number * beat, band.bass * _plucked(_pitch(key / 2, root), beat, band.edge))
        for at in _melody(chance, band.swing):
            note = _pitch(key * 2, root + int(chance.choice(_PENTATONIC)))
            _add(sound, start + int(at * beat), band.lead * _plucked(note, 2 * beat, band.edge))
        _drums(sound, band, start, beat, chance)
    return sound / max(1.0, float(np.abs(sound).max()))


def _melody(chance: np.random.Generator, swing: float) -> list[float]:
    beats = [n / 2 + (swing if n % 2 else 0.0) for n in range(8)]
    return [at for at in beats if chance.random() < 0.55]


def _drums(sound: Wave, band: Band, start: int, beat: int, chance: np.random.Generator) -> None:
    for at in band.kick:
        _add(sound, start + int(at * beat), 0.6 * _plucked(55.0, beat // 2, 0.0))
    for at in band.snare:
        _add(sound, start + int(at * beat), 0.3 * _struck(beat // 3, chance))
    for at in band.hat:
        _add(sound, start + int(at * beat), 0.08 * _struck(beat // 8, chance))


def _add(sound: Wave, start: int, wave: Wave) -> None:
    end = min(len(sound), start + len(wave))
    sound[start:end] += wave[: end - start]


def _pitch(key: float, semitones: int) -> float:
    return float(key * 2.0 ** (semitones / 12))


def _held(pitch: float, length: int) -> Wave:
    time = np.arange(length) / RATE
    envelope = np.sin(np.pi * np.arange(length) / length) ** 0.5
    return np.sin(2 * np.pi * pitch * time) * envelope * (0.85 + 0.15 * np.sin(2 * np.pi * 4 * time))


def _plucked(pitch: float, length: int, edge: float) -> Wave:
    time = np.arange(length) / RATE
    tone = np.sin(2 * np.pi * pitch * time) + edge * np.sin(6 * np.pi * pitch * time) / 2
    return tone * np.exp(-5.0 * np.arange(length) / length)


def _struck(length: int, chance: np.random.Generator) -> Wave:
    return chance.uniform(-1.0, 1.0, length) * np.exp(-6.0 * np.arange(length) / length)
