"""Which tracks are one song, and what their titles and albums say of the recording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from msgspec import Struct

from proxy.arrays import Ints
from proxy.library.artists import fold


class Recording(Struct, frozen=True):
    """What a title and an album say: any of these, or none for what is taken for the studio's."""

    live: bool
    acoustic: bool
    remix: bool
    instrumental: bool


def song_key(artist: str, title: str) -> str:
    """Equal for two recordings of one song by one artist: remaster, live, feat. and the like are left out.

    The artist's name is folded already.
    """
    plain = title.casefold()
    return artist + "\n" + (fold(_VERSION.sub(" ", plain)) or fold(title) or plain)


def is_version(title: str) -> bool:
    """Whether a title says that it is not the song's first recording."""
    return bool(_VERSION.search(title.casefold()))


def recording(title: str, album: str) -> Recording:
    """Of a title only what stands in brackets or behind a dash counts: "Live and Let Go" is a song."""
    said = " ".join(_ASIDE.findall(title.casefold()))
    record = album.casefold()
    return Recording(
        live=bool(_LIVE.search(said) or _LIVE_ALBUM.search(record)),
        acoustic=bool(_ACOUSTIC.search(said) or _ACOUSTIC.search(record)),
        remix=bool(_REMIX.search(said)),
        instrumental=bool(_INSTRUMENTAL.search(said)),
    )


def songs(keys: Iterable[Sequence[str]]) -> Ints:
    """Numbers the songs from 0: tracks that share any key share a number. The first key is the name's."""
    group: dict[str, int] = {}
    parent: list[int] = []
    numbers = []
    for own in keys:
        found = {_root(parent, group[key]) for key in own if key in group}
        number = min(found, default=len(parent))
        if number == len(parent):
            parent.append(number)
        for other in found:
            parent[other] = number
        group.update(dict.fromkeys(own, number))
        numbers.append(number)
    roots = np.array([_root(parent, number) for number in numbers], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64).reshape(-1)


def keys(artist: str, title: str, *, recording_id: str, isrc: Sequence[str]) -> list[str]:
    """What a track shares with others of its song: the names, MusicBrainz's recording, an ISRC."""
    codes = (code.upper().replace("-", "") for code in isrc)
    found = [song_key(artist, title), *(code for code in codes if _ISRC.fullmatch(code))]
    return [*found, recording_id] if recording_id else found


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        number = parent[number]
    return number


# What follows in a title does not make it another song: "(Remastered 2011)", "- Live", "feat. X", "[Mono]".
_VERSION = re.compile(
    r"[(\[{][^)\]}]*[)\]}]?|\s[-–—]\s.*\b(live|remaster(ed)?|version|mix|edit|mono|stereo|demo|acoustic|take)\b.*"
    r"|\b(feat|ft|featuring)\b.*"
)
_ASIDE = re.compile(r"[(\[{][^)\]}]*[)\]}]?|\s[-–—]\s.*")
_LIVE = re.compile(r"\b(?:live|unplugged|in concert|en vivo|en directo|en concert|ao vivo)\b")
_LIVE_ALBUM = re.compile(
    r"^live$|[(\[][^)\]]*\blive\b|\s[-–—:]\s*live\b|\blive (?:at|in|from|on|@)\b|^live[!:]"
    r"|\b(?:unplugged|in concert|en vivo|en directo|ao vivo)\b"
)
_ACOUSTIC = re.compile(r"\b(?:acoustic|unplugged|stripped|akustisch|acoustique|ac[uú]stico)\b")
_REMIX = re.compile(
    r"\b(?:remix(?:ed|es)?|rmx|rework(?:ed)?|bootleg|(?<!original )(?<!mono )(?<!stereo )mix)\b"
)
_INSTRUMENTAL = re.compile(r"\b(?:instrumental|karaoke)\b")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")
