"""From a file to what it sounds like: ten patches of three seconds, spread over it, through two networks."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from msgspec import Struct

from proxy.arrays import Doubles, Floats
from proxy.errors import CannotListen, SoundError
from proxy.sound import ffmpeg, network
from proxy.sound.mel import RATE, log_mel
from proxy.sound.network import FRAMES, Network

# One patch is not enough (an intro is not the song): ten come to a cosine of .991 with all, twenty to .995.
PATCHES = 10
PATCH_SECONDS = 3
PATCH = PATCH_SECONDS * RATE
MARGIN_SECONDS = 0.1  # more is read of each: a seek loses up to a frame (AAC: 31 ms of each measured)

# The networks hear level: metal at -20 dB is "ambient" to them. So each track comes to the same RMS, which
# is that of loud music, as they were trained on. By 30 dB at most: what is quieter is noise as much as
# music. What lies below the gate sounds like "rock" and "guitar" to them, and is not heard at all.
LEVEL_DB = -15.0
MOST_GAIN_DB = 30.0
SILENCE_DB = -60.0

# Near the resampler of the training (librosa's): cosine .999 to it, where ffmpeg's default has .947.
RESAMPLER = f"aresample={RATE}:filter_size=64:cutoff=0.91"


class Networks(Struct, frozen=True):
    """Both of them, 10 MB in memory."""

    msd: Network
    mtt: Network


class Heard(Struct, frozen=True):
    """Means over the patches: the embeddings (200 each) of the networks, MSD's first, and their logits (50).

    Over 152 tracks, of five neighbours by both embeddings .570 came from the same package, by MSD's .524.
    """

    embedding: Floats
    embedding_mtt: Floats
    msd: Floats
    mtt: Floats


def load() -> Networks:
    """Both from this package, in 40 ms. Raises CannotListen where a file is damaged, by its checksums."""
    try:
        return Networks(network.load("msd"), network.load("mtt"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        reason = type(error).__name__
        raise CannotListen(
            f"The networks' weights cannot be read ({reason}). Install playlistgen anew."
        ) from error


def hear(file: Path, *, duration: float, networks: Networks) -> Heard | None:
    """What a file of `duration` seconds (0: unknown) sounds like; None where it is silent.

    The same file gives the same answer with the same ffmpeg and numpy. Of a file that is cut short, what
    there is counts. Raises SoundError.
    """
    return listen(levelled(patches(decoded(file, duration=duration))), networks)


def starts(duration: float) -> list[float]:
    """Where the patches begin: in the middle of each tenth. A file too short for ten has them in a row."""
    room = duration - PATCHES * (PATCH_SECONDS + MARGIN_SECONDS)
    if room <= 0:
        return []
    step = duration / PATCHES
    return [(number + 0.5) * step - PATCH_SECONDS / 2 for number in range(PATCHES)]


def decoded(file: Path, *, duration: float) -> Floats:
    """One channel at RATE of a file's patches, or of its first half minute. Raises SoundError."""
    wanted, limit = starts(duration), ffmpeg.patience(duration)
    sound = _samples(ffmpeg.run(_args(file, wanted), seconds=limit))
    if wanted and len(sound) < PATCHES * PATCH / 2:  # much shorter than it says: little lies where we looked
        sound = _samples(ffmpeg.run(_args(file, []), seconds=limit))
    if not len(sound):
        raise SoundError("There is no sound in the file.")
    return sound


def patches(sound: Floats) -> Floats:
    """Rows of PATCH samples. What is shorter than one is repeated, as the networks were trained."""
    each = len(sound) // PATCHES
    if each >= PATCH:
        return sound[: PATCHES * each].reshape(PATCHES, each)[:, :PATCH]
    if len(sound) >= PATCH:
        return sound[: len(sound) // PATCH * PATCH].reshape(-1, PATCH)
    return np.resize(sound, (1, PATCH))


def levelled(patches: Floats) -> Floats:
    """Those that are not silent, with one gain for all, so that quiet and loud parts remain so."""
    power = np.mean(np.square(patches, dtype=np.float64), axis=1)
    audible = _decibels(power) > SILENCE_DB
    if not audible.any():
        return patches[:0]
    gain = min(LEVEL_DB - float(_decibels(power[audible].mean())), MOST_GAIN_DB)
    return (patches[audible] * 10 ** (gain / 20)).astype(np.float32)


def listen(patches: Floats, networks: Networks) -> Heard | None:
    """What rows of PATCH samples sound like; None of none."""
    if not len(patches):
        return None
    seen = [log_mel(patch)[:FRAMES] for patch in patches]
    msd, embedding = _mean(networks.msd, seen)
    mtt, embedding_mtt = _mean(networks.mtt, seen)
    return Heard(embedding, embedding_mtt, msd, mtt)


def _mean(network: Network, seen: Sequence[Floats]) -> tuple[Floats, Floats]:
    logits, embeddings = zip(*map(network.hear, seen), strict=True)
    return np.mean(logits, axis=0), np.mean(embeddings, axis=0)


def _args(file: Path, starts: Sequence[float]) -> list[str]:
    """One run for all patches: a run each would cost as much as decoding the whole file."""
    length = PATCH_SECONDS + MARGIN_SECONDS
    inputs = [_input(file, start, length) for start in starts] or [_input(file, 0, PATCHES * length)]
    joined = "".join(f"[{number}:a:0]" for number in range(len(inputs)))
    whole = f"{joined}concat=n={len(inputs)}:v=0:a=1"
    graph = f"{whole},{RESAMPLER},aformat=sample_fmts=s16:channel_layouts=mono[heard]"
    before = ["-v", "error", "-filter_complex_threads", "1", *chain.from_iterable(inputs)]
    return [*before, "-filter_complex", graph, "-map", "[heard]", "-f", "s16le", "-"]


def _input(file: Path, start: float, seconds: float) -> list[str]:
    return ["-threads", "1", "-ss", f"{start:.3f}", "-t", f"{seconds:.3f}", "-i", ffmpeg.source(file)]


def _samples(raw: bytes) -> Floats:
    """From sixteen bits. Not from ffmpeg's floats: those sum two channels 3 dB too loud."""
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)


def _decibels(power: Doubles) -> Doubles:
    decibels: Doubles = 10 * np.log10(np.maximum(power, 1e-12))
    return decibels
