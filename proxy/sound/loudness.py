"""How loud a file is: one run of ffmpeg, which decodes it once and tells what EBU R 128 asks for."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from proxy.errors import SoundError
from proxy.sound import ffmpeg

# What ffmpeg prints where every block of 400 ms is under the absolute gate, or where there is none.
# The gate is that of ITU-R BS.1770-5: a block of -70 LUFS or less does not count.
NOTHING_GATED = -70.0

# `framelog=quiet` is refused by ffmpeg 5.1; without any, a line is printed for every 100 ms.
_FILTERS = "ebur128=peak=true:framelog=verbose,astats=measure_overall=RMS_level:measure_perchannel=none"


class Loudness(Struct, frozen=True, kw_only=True):
    """As EBU R 128 and Tech 3342 define it; None is what a file does not have.

    `lufs` is integrated: None for silence and for what is shorter than a block of 400 ms. `true_peak` is in
    dBTP, `rms` in dBFS over all channels and the whole file: both None for silence. `range` is in LU: None
    where `lufs` is.
    """

    lufs: float | None
    true_peak: float | None
    range: float | None
    rms: float | None


def measure(file: Path, *, duration: float) -> Loudness:
    """The loudness of a file's first audio stream, which lasts about `duration` seconds.

    Raises SoundError where ffmpeg cannot read it, FfmpegMissing where there is none. What is cut off is
    measured as far as it goes, as players play it. Files are read, and no address that one may hold.
    """
    only_files = ["-v", "info", "-nostats", "-protocol_whitelist", "file"]
    one_thread = ["-threads", "1", "-filter_threads", "1"]  # a worker has a core of its own, and not more
    first_audio = ["-i", ffmpeg.source(file.absolute()), "-map", "0:a:0"]
    # As the filters give it: it is thrown away, and need not be made into anything else before.
    measured = ["-af", _FILTERS, "-c:a", "pcm_f64le", "-f", "null", "-"]
    arguments = [*only_files, *one_thread, *first_audio, *measured]
    report = ffmpeg.run(arguments, seconds=ffmpeg.patience(duration), report=True)
    return parsed(report.decode(errors="replace"))


def parsed(report: str) -> Loudness:
    """From what ffmpeg says of a run that went well; of one that failed it would tell 0 LUFS.

    Raises SoundError where a figure is missing.
    """
    # The file's tags stand above the summary, and may hold anything.
    summary = report[report.rfind("Parsed_ebur128") :]
    lufs = _figure(r"\bI: +(\S+) LUFS", summary)
    peak = _figure(r"\bPeak: +(\S+) dBFS", summary)
    rms = _figure(r"\bRMS level dB: +(\S+)", summary)
    if lufs is None or lufs <= NOTHING_GATED:
        return Loudness(lufs=None, true_peak=peak, range=None, rms=rms)
    return Loudness(lufs=lufs, true_peak=peak, range=_figure(r"\bLRA: +(\S+) LU\b", summary), rms=rms)


def _figure(pattern: str, summary: str) -> float | None:
    """None for the level of silence, which is minus infinity."""
    found = re.search(pattern, summary)
    try:
        value = float(found[1]) if found else None
    except ValueError:
        value = None
    if value is None:
        raise SoundError("ffmpeg measured it and told no figures. Is it one without ebur128 and astats?")
    return value if value - value == 0 else None
