"""Upstream's paths against ours: which prefix may stand for which, and which explains a sample; pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from posixpath import basename, commonpath, dirname, join

from msgspec import Struct

from proxy.library.files import File, Library
from proxy.notation import pairs
from proxy.settings import Settings

SAMPLE = 100  # files of each library
EXPLAINS = 0.95  # of a sample: so much must be there for a prefix that nobody named
BESIDE = 50  # more folders than that are artists rather than libraries
USUAL = "/music"  # where Navidrome's image has its music, and those of its neighbours


class Prefix(Struct, frozen=True):
    """Upstream's folder `there` is our folder `here`; `there` is "" for relative paths.

    `given` is one that somebody named, or that is the same on both sides: nothing is guessed in it.
    """

    there: str
    here: str
    given: bool = False

    def mapped(self, path: str) -> tuple[str, ...] | None:
        """The path's parts below `here`; None where it does not lie in `there`, or leads out of it."""
        folder = self.there if self.there in ("", "/") else self.there.rstrip("/") + "/"
        if not path.startswith(folder) or (not folder and path.startswith("/")):
            return None
        rest = path.removeprefix(folder)
        parts = tuple(part for part in rest.split("/") if part not in ("", "."))
        return parts if parts and ".." not in parts and "\0" not in rest else None


class Music(Struct, frozen=True):
    """What the settings say of where the music is: a folder, and prefixes, the longest first."""

    folder: str = ""
    prefixes: tuple[Prefix, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.folder or self.prefixes)


def music_of(settings: Settings) -> Music:
    """Raises SettingsError."""
    named = sorted(pairs(settings.library_map, "LIBRARY_MAP"), key=lambda pair: -len(pair[0]))
    return Music(settings.library_path, tuple(Prefix(there, here, given=True) for there, here in named))


def path_of(file: File) -> str:
    """Where the file is for upstream."""
    return join(file.library_path, file.path)


def is_told(file: File) -> bool:
    """Whether the path is that of a file: Navidrome makes others up for clients, out of the tags."""
    return path_of(file).startswith("/")


def shared_folder(library: Library) -> str:
    """The folder that all files of a library are in: what the first and last of them have in common."""
    ends = [dirname(join(library.path, path)) for path in (library.first, library.last)]
    return commonpath(ends) if all(end.startswith("/") == ends[0].startswith("/") for end in ends) else ""


def candidates(library: Library, music: Music, beside: Sequence[str] = ()) -> Iterator[Prefix]:
    """The prefixes that may hold for a library, the likeliest first; `beside` are folders in `music.folder`.

    The folder that was named, and each one in it, is taken for each of the folders that the files lie in.
    """
    yield from music.prefixes
    shared = shared_folder(library)
    own = library.path or shared
    if music.folder:
        yield Prefix(own, music.folder, given=True)
        yield Prefix(own, join(music.folder, basename(own)))
    if own.startswith("/"):
        yield Prefix(own, own, given=True)
    starts = [music.folder, *beside] if music.folder else [USUAL]
    for there in _upwards(shared):
        yield from (Prefix(there, here) for here in starts)


def best(
    found: Sequence[Prefix], sample: Sequence[File], is_here: Callable[[Prefix, File], bool]
) -> tuple[Prefix | None, int]:
    """The first prefix that explains enough of the sample, else the given one that explains most of it.

    With it, how many files of the sample are there. None where no file is.
    """
    allowed = math.floor(len(sample) * (1 - EXPLAINS))
    second: tuple[Prefix | None, int] = None, 0
    for prefix in dict.fromkeys(found):
        count = _count(prefix, sample, is_here, allowed=len(sample) if prefix.given else allowed)
        if count >= len(sample) - allowed:
            return prefix, count
        if prefix.given and count > second[1]:
            second = prefix, count
    return second


def _count(
    prefix: Prefix, sample: Sequence[File], is_here: Callable[[Prefix, File], bool], *, allowed: int
) -> int:
    """How many are there; counted no further than that `allowed` ones are not."""
    count = 0
    for number, file in enumerate(sample):
        if number - count > allowed:
            break
        count += is_here(prefix, file)
    return count


def _upwards(folder: str) -> Iterator[str]:
    """The folder, the one it is in, and so on up to the root; "" is that of relative paths."""
    yield folder
    while folder not in ("", "/"):
        folder = dirname(folder)
        yield folder
