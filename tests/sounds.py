"""Sounds of known loudness as files, and a second way to reckon it: BS.1770 in scipy."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import signal

from proxy.sound import ffmpeg

Wave = npt.NDArray[np.float64]

# ITU-R BS.1770-5, tables 1 and 2: the two filters of the K weighting, for 48 kHz.
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_BLOCK, _STEP = 19_200, 4_800  # 400 ms, of which three quarters overlap
# Left, right, centre, low frequencies, and two at the back.
_WEIGHTS = (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)


def tone(
    level: float, *, seconds: float, rate: int = 48_000, hertz: float = 997.0, phase: float = 0.0
) -> Wave:
    """One channel of a sine whose peak is at `level` dBFS. At 997 Hz the K weighting cancels its offset."""
    time = np.arange(round(seconds * rate)) / rate
    return 10 ** (level / 20) * np.sin(2 * np.pi * hertz * time + phase)


def noise(level: float, *, seconds: float, seed: int, rate: int = 48_000) -> Wave:
    """One channel of white noise with an RMS of `level` dBFS."""
    return 10 ** (level / 20) * np.random.default_rng(seed).standard_normal(round(seconds * rate))


def lufs(channels: Wave) -> float:
    """Integrated loudness of (channels, samples) at 48 kHz, gated in both steps."""
    weighted = signal.lfilter(*_HIGH_PASS, signal.lfilter(*_SHELF, channels))
    starts = range(0, channels.shape[1] - _BLOCK + 1, _STEP)
    squares = np.array([(weighted[:, at : at + _BLOCK] ** 2).mean(axis=1) for at in starts])
    power = squares @ np.array(_WEIGHTS[: len(channels)])
    heard = power[_loudness(power) > -70]
    gated = heard[_loudness(heard) > _loudness(heard.mean()) - 10]
    return float(_loudness(gated.mean()))


def _loudness(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-12)))


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
