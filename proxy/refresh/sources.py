"""Where a track's file comes from while it is listened to: the mount, or upstream, which streams it once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import anyio

from proxy.errors import CannotListen, SoundError, UpstreamRefused, UpstreamUnreachable
from proxy.library.files import File
from proxy.navidrome import Account
from proxy.refresh.folders import Place

LARGEST = 1_000_000_000  # bytes of a song that is fetched: six hours of FLAC
START_SECONDS = 60.0
UNKNOWN_SECONDS = 600.0

# What concerns the account or the whole server: a wrong password, no right to stream, too many log-ins.
_CODES = (40, 41, 50)
_STATUSES = (401, 403, 407, 429, 502, 503, 504)

Fetch = Callable[[File, Path], None]


@contextmanager
def mounted(place: Place) -> Iterator[Path]:
    if place.file is None:
        raise SoundError(place.wrong)
    yield place.file


@contextmanager
def streamed(file: File, *, fetch: Fetch, folder: Path) -> Iterator[Path]:
    """A copy in `folder`, gone afterwards."""
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=_suffix(file)) as copy:
            fetch(file, Path(copy.name))
            yield Path(copy.name)
    except OSError as error:
        raise CannotListen(
            f"No song can be kept in {folder} while it is listened to ({error.strerror})."
        ) from error


@contextmanager
def cleared(folder: Path) -> Iterator[Path]:
    """Without what a run that was killed has left there; and gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def fetch(account: Account, file: File, copy: Path) -> None:
    """The file as it is, into `copy`. Raises SoundError about it, CannotListen about upstream, OSError."""
    try:
        with anyio.fail_after(START_SECONDS + (file.duration or UNKNOWN_SECONDS)):
            await account.save(file.track_id, copy, most=LARGEST)
    except TimeoutError as error:
        raise SoundError("Upstream streamed it more slowly than it plays.") from error
    except UpstreamRefused as error:
        everything = error.subsonic_code in _CODES or error.http_status in _STATUSES
        raise (CannotListen if everything else SoundError)(str(error)) from error
    except UpstreamUnreachable as error:
        await _answers(account)
        raise SoundError(f"Upstream broke off as it streamed it: {error}") from error


async def _answers(account: Account) -> None:
    """It is the song's own fault where upstream answers all the same."""
    try:
        await account.call("ping")
    except (UpstreamRefused, UpstreamUnreachable) as error:
        raise CannotListen(str(error)) from error


def _suffix(file: File) -> str:
    """As upstream names the file: ffmpeg tells a few formats by it."""
    suffix = PurePosixPath(file.path).suffix
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ""
