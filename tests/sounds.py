"""Sounds of known loudness as files, and a second way to reckon it: BS.1770 by pyloudnorm."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyloudnorm

from proxy.sound import ffmpeg

Wave = npt.NDArray[np.float64]

# ITU-R BS.1770-5, table 3: of six channels the fourth, that of the low frequencies, does not count.
_COUNTED = (0, 1, 2, 4, 5)


def tone(
    level: float, *, seconds: float, rate: int = 48_000, hertz: float = 997.0, phase: float = 0.0
) -> Wave:
    """One channel of a sine whose peak is at `level` dBFS. At 997 Hz the K weighting cancels its offset."""
    time = np.arange(round(seconds * rate)) / rate
    return 10 ** (level / 20) * np.sin(2 * np.pi * hertz * time + phase)


def noise(level: float, *, seconds: float, seed: int, rate: int = 48_000) -> Wave:
    """One channel of white noise with an RMS of `level` dBFS."""
    return 10 ** (level / 20) * np.random.default_rng(seed).standard_normal(round(seconds * rate))


def lufs(channels: Wave, *, rate: int = 48_000) -> float:
    """Integrated loudness of (channels, samples), gated in both steps."""
    counted = channels[[n for n in _COUNTED if n < len(channels)]]
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")  # the standard's own filters, at any rate
    return float(meter.integrated_loudness(counted.T))


def write(file: Path, *channels: Wave, rate: int = 48_000, width: int = 2) -> Path:
    """As WAV, with `width` bytes a sample; through ffmpeg where the suffix is another."""
    wav = file if file.suffix == ".wav" else file.with_suffix(".as.wav")
    whole = np.round(np.stack(channels, axis=1) * (2 ** (8 * width - 1) - 1)).astype("<i4")
    data = whole.view(np.uint8).reshape(*whole.shape, 4)[..., :width].tobytes()
    with wave.open(str(wav), "wb") as out:
        out.setparams((len(channels), width, rate, 0, "NONE", ""))
        out.writeframes(data)
    if wav != file:
        encode(wav, file)
        wav.unlink()
    return file


def encode(source: Path, file: Path, *options: str) -> None:
    command = [ffmpeg.command(), "-v", "error", "-nostdin", "-y", "-i", str(source), *options, str(file)]
    subprocess.run(command, check=True)
