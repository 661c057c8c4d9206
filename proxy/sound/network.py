"""musicnn in numpy: what three seconds of sound are like, as fifty tags and as a vector.

Jordi Pons and Xavier Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging"
(2019, https://arxiv.org/abs/1909.06654). Filters of timbre span half of the frequencies and seven frames,
filters of time one band and up to two seconds; three layers in the middle see seven frames of all of these;
the patch is summed up by maxima and means. Everywhere the rectifier comes before the normalisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from proxy.arrays import Floats
from proxy.sound.mel import BANDS

FRAMES = 187  # of a patch
TAGS = 50
EMBEDDING = 200

TAPS = 7  # frames that the filters of timbre and of the middle see
HIGH = (38, 67)  # bands that those of timbre see
LONG = (128, 64, 32)  # frames that those of time see

CHUNKS = 12

ANGLES = np.linspace(0, np.pi, BANDS // 2 + 1)  # of each bin of a spectrum, from one band to the next

Weights = Mapping[str, Floats]
Step = Callable[[Floats], Floats]


class Network:
    """One of the two trained networks; they differ in nothing but the weights. Safe to share by threads."""

    def __init__(self, weights: Weights) -> None:
        self._input = _normalisation(weights, "input")
        self._timbre = [_timbre(weights, f"timbral_{bands}") for bands in HIGH]
        self._time = _time(weights)
        self._middle = [_middle(weights, f"middle_{number}") for number in (1, 2, 3)]
        self._pooled = _normalisation(weights, "pooled")
        self._embedding = _dense(weights, "embedding")
        self._tags = weights["tags.kernel"], weights["tags.bias"]

    def hear(self, patch: Floats) -> tuple[Floats, Floats]:
        """The logits of the TAGS and the embedding, of FRAMES rows of log-mel. One patch stays in cache."""
        front = self._front(self._input(patch))
        first, second, third = self._middle
        one = first(front)
        two = second(one) + one
        three = third(two) + two
        whole = np.concatenate([front, one, two, three], axis=1)
        pooled = np.stack([whole.max(axis=0), whole.mean(axis=0)], axis=1).ravel()  # max, mean, max, mean …
        embedding = self._embedding(self._pooled(pooled))
        kernel, bias = self._tags
        return embedding @ kernel + bias, embedding

    def _front(self, seen: Floats) -> Floats:
        spectra = _spectra(seen)
        return np.concatenate([*(step(spectra) for step in self._timbre), self._time(seen)], axis=1)


def load(name: Literal["msd", "mtt"]) -> Network:
    """The network trained on the Million Song Dataset, or that on MagnaTagATune, from this package."""
    file = resources.files("proxy.sound") / "data" / f"{name}.npz"
    with file.open("rb") as opened, np.load(opened) as arrays:
        return Network({key: arrays[key].astype(np.float32) for key in arrays.files})


def _timbre(weights: Weights, name: str) -> Step:
    """Correlation along the frequencies at its highest place, by way of `_spectra`: half the work.

    Spectra of frame and filter are multiplied, and summed as cosines and as sines at each distance from the
    middle place. On the one side of it stands the sum of the two sums, on the other their difference; so the
    higher output of the two is the cosines' plus the sines' without its sign.
    """
    kernel, highest = _filters(weights, name)
    real, imaginary = _filter_spectra(kernel)
    cosines, sines = _waves(BANDS - kernel.shape[1] + 1)

    def strongest(spectra: Floats) -> Floats:
        even = cosines @ (spectra @ real).reshape(len(real), -1)
        odd = sines @ (spectra @ imaginary).reshape(len(real), -1)
        best: Floats = (even + np.abs(odd)).max(axis=0)
        return best.reshape(spectra.shape[1], -1)

    return lambda spectra: highest(np.concatenate([strongest(part) for part in _in_cache(spectra)]))


def _filter_spectra(kernel: Floats) -> tuple[Floats, Floats]:
    """What real and imaginary parts of `_spectra` are multiplied with: (bins, 2 * taps, filters) each.

    Of filters (taps, bands, filters); turned, so that the middle of the places has number 0.
    """
    middle = (BANDS - kernel.shape[1]) / 2
    turn = np.exp(1j * middle * ANGLES)[:, None, None]
    spectra = np.fft.rfft(kernel, BANDS, axis=1).swapaxes(0, 1).conj() * turn
    real = np.concatenate([spectra.real, -spectra.imag], axis=1)
    imaginary = np.concatenate([spectra.imag, spectra.real], axis=1)
    return real.astype(np.float32), imaginary.astype(np.float32)


def _waves(places: int) -> tuple[Floats, Floats]:
    """Cosines and sines of each bin at each distance from the middle place; inner bins count twice."""
    distances = np.arange((places + 1) // 2) + (places + 1) % 2 / 2
    share = np.where(np.isin(ANGLES, (0, np.pi)), 1, 2) / BANDS
    turns = np.outer(distances, ANGLES)
    return (np.cos(turns) * share).astype(np.float32), (np.sin(turns) * share).astype(np.float32)


def _time(weights: Weights) -> Step:
    """Correlation along time at the highest of the bands. Shorter filters see the middle of the windows."""
    filters = [_filters(weights, f"temporal_{frames}") for frames in LONG]
    kernels = [kernel.reshape(len(kernel), -1) for kernel, _ in filters]
    parts = [slice((LONG[0] - frames) // 2, (LONG[0] + frames) // 2) for frames in LONG]

    def correlated(window: Floats) -> list[Floats]:
        return [window[:, part] @ kernel for part, kernel in zip(parts, kernels, strict=True)]

    def strongest(seen: Floats) -> Floats:
        windows = _unfolded(seen, LONG[0])
        best = correlated(np.ascontiguousarray(windows[:, 0]))
        for band in range(1, BANDS):
            here = correlated(np.ascontiguousarray(windows[:, band]))
            best = [np.maximum(*pair) for pair in zip(best, here, strict=True)]
        steps = [highest for _, highest in filters]
        return np.concatenate([step(found) for step, found in zip(steps, best, strict=True)], axis=1)

    return strongest


def _filters(weights: Weights, name: str) -> tuple[Floats, Step]:
    """Kernels of filters of whose outputs only the highest counts, and what follows that.

    The layer falls, not rises, where its scale is negative, and the lowest output would count. There the
    kernels have the other sign, and it is put right before the layer, which then runs on the highest only.
    """
    layer = _layer(weights, name)
    sign = np.where(weights[f"{name}.scale"] < 0, -1, 1).astype(np.float32)
    return weights[f"{name}.kernel"][:, :, 0] * sign, lambda highest: layer(highest * sign)


def _middle(weights: Weights, name: str) -> Step:
    """All frames times all taps in one product, of which each tap's part is then shifted to its place."""
    kernel, layer = weights[f"{name}.kernel"][:, :, 0], _layer(weights, name)
    flat, width = np.concatenate(list(kernel), axis=1), kernel.shape[2]

    def convolved(rows: Floats) -> Floats:
        product = np.pad(rows, ((TAPS // 2, TAPS // 2), (0, 0))) @ flat
        shifted = [product[tap : tap + FRAMES, tap * width : (tap + 1) * width] for tap in range(TAPS)]
        return layer(np.sum(shifted, axis=0))

    return convolved


def _dense(weights: Weights, name: str) -> Step:
    kernel, layer = weights[f"{name}.kernel"], _layer(weights, name)
    return lambda row: layer(row @ kernel)


def _layer(weights: Weights, name: str) -> Step:
    """What follows a product with a kernel: bias, rectifier, normalisation."""
    bias, normalised = weights[f"{name}.bias"], _normalisation(weights, name)
    return lambda product: normalised(np.maximum(product + bias, 0))


def _normalisation(weights: Weights, name: str) -> Step:
    scale, shift = weights[f"{name}.scale"], weights[f"{name}.shift"]
    return lambda values: values * scale + shift


def _spectra(seen: Floats) -> Floats:
    """Of each frame's bands, with those of the frames about it: (49 bins, FRAMES, 7 real and 7 imaginary)."""
    unfolded = _unfolded(np.fft.rfft(seen, axis=1).astype(np.complex64), TAPS).swapaxes(0, 1)
    return np.concatenate([unfolded.real, unfolded.imag], axis=2)


def _in_cache(spectra: Floats) -> list[Floats]:
    """Some frames at a time: products of all of them are 15 MB, and take twice the time."""
    return np.array_split(spectra, CHUNKS, axis=1)


def _unfolded(rows: Floats, taps: int) -> Floats:
    """For each row and column the `taps` rows about it, zeros beyond the ends, one more after than before."""
    before = (taps - 1) // 2
    return sliding_window_view(np.pad(rows, ((before, taps - 1 - before), (0, 0))), taps, axis=0)
