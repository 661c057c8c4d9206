"""Tags for tracks that have few: their artist's, or the first artist's of a joint credit, or their album's.

Vectors are not made of inherited tags: a track's is joined with its artist's mean anyway, and would have to
be made anew whenever another track of the artist changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

MOST = 6  # tags of a track once it has inherited
FEW = 2  # tags up to which a track takes its artist's too
OF_ARTIST, OF_ALBUM = 1 / 3, 1 / 2  # the share of an artist's or album's tagged tracks that carry a tag
TAGGED_ON_ALBUM = 3  # tracks at least, for an album to say anything
NOBODY = frozenset(["", "various artists", "various", "unknown artist", "va"])  # folded


class Kin(Struct, frozen=True):
    """A track's own tags in lower case, its artists as `artists.fold` writes them, the whole credit first."""

    tags: tuple[str, ...]
    artists: tuple[str, ...]
    album: str


Shared = Mapping[str, tuple[str, ...]]
"""By artist or album: the tags that its tracks share, the commonest first."""


def inherited(tracks: Sequence[Kin]) -> list[tuple[str, ...]]:
    """For every track what it takes besides its own tags; nothing where it has more than two."""
    of_artist = _shared(tracks, lambda track: track.artists[0] if track.artists else "", share=OF_ARTIST)
    of_album = _shared(tracks, lambda track: track.album, share=OF_ALBUM, least=TAGGED_ON_ALBUM)
    return [_taken(track, of_artist, of_album) for track in tracks]


def _taken(track: Kin, of_artist: Shared, of_album: Shared) -> tuple[str, ...]:
    if len(track.tags) > FEW:
        return ()
    known = track.artists if not track.tags else track.artists[:1]
    found = next((of_artist[name] for name in known if of_artist.get(name)), ())
    if not found and not track.tags:
        found = of_album.get(track.album, ())
    return tuple(tag for tag in found if tag not in track.tags)[: MOST - len(track.tags)]


def _shared(tracks: Sequence[Kin], key: Callable[[Kin], str], *, share: float, least: int = 1) -> Shared:
    tagged: Counter[str] = Counter()
    tags: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for track in tracks:
        name = key(track)
        if track.tags and name not in NOBODY:
            tagged[name] += 1
            tags[name].update(track.tags)
    return {
        name: tuple(tag for tag, times in counts.most_common() if times >= share * tagged[name])
        for name, counts in tags.items()
        if tagged[name] >= least
    }
