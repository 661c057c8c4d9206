"""What the network sees of a sound: the logarithm of its power in 96 mel bands, 62.5 times a second."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from proxy.arrays import Doubles, Floats

RATE = 16_000
FRAME = 512
HOP = 256
BANDS = 96
LOUDER = 10_000  # before the logarithm, so that quiet bands count

# Slaney's mel: a line up to 1 kHz, then 27 steps for each factor of 6.4.
HERTZ_PER_MEL = 200 / 3
CORNER_HERTZ = 1000.0
STEP = np.log(6.4) / 27


def log_mel(samples: Floats) -> Floats:
    """Of `n` samples at RATE, `n // HOP + 1` rows of BANDS, frames centred on each row's time.

    As librosa 0.7 made it for the network's training (half precision there): periodic Hann window, ends
    mirrored, triangles of equal area. At least FRAME samples.
    """
    mirrored = np.pad(samples.astype(np.float32), FRAME // 2, mode="reflect")
    frames = sliding_window_view(mirrored, FRAME)[::HOP] * _window()
    spectrum = np.fft.rfft(frames)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    banded: Floats = np.log10(LOUDER * (power @ _triangles()) + 1)
    return banded


@cache
def _window() -> Floats:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)


@cache
def _triangles() -> Floats:
    """FRAME // 2 + 1 rows of BANDS."""
    bins = np.linspace(0, RATE / 2, FRAME // 2 + 1)[:, None]
    edges = _hertz(np.linspace(0, _mel(RATE / 2), BANDS + 2))
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return (np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)).astype(np.float32)


def _mel(hertz: float) -> float:
    """Of a frequency above the corner."""
    return float(CORNER_HERTZ / HERTZ_PER_MEL + np.log(hertz / CORNER_HERTZ) / STEP)


def _hertz(mels: Doubles) -> Doubles:
    corner = CORNER_HERTZ / HERTZ_PER_MEL
    curve = CORNER_HERTZ * np.exp(STEP * np.maximum(mels - corner, 0))
    return np.where(mels < corner, HERTZ_PER_MEL * mels, curve)
