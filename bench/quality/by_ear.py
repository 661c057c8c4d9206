"""What hearing is worth where tags are hidden: styles by ear on constructed libraries.

No sound is behind it: logits are drawn, so that a tag of a track's style stands above that of others as far
as it was measured to with real networks, where the area under the curve was .95 in the middle (MTT's strings,
MSD's instrumental; metal .999, electronic .935).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from msgspec import structs

from bench.progress import Say
from bench.quality import asked, constructed
from bench.quality.checks import precision
from bench.quality.constructed import SEED, Library
from bench.quality.cpcd import Task
from bench.quality.rankers import ours
from bench.quality.report import Figure
from bench.quality.shelf import Remembering, stocked
from proxy.library import Track
from proxy.library.sonic import DIMENSION
from proxy.library.sounds import Sound
from proxy.playlists.ear import genres
from proxy.playlists.steps import ALL
from proxy.sound.styles import TAGS

USUAL, SPREAD = -5.0, 1.0  # logits of tags that are not of the style
APART = 2.33  # deviations between the means of two normal distributions whose area under the curve is .95


def figures(embedder: Remembering, say: Say) -> list[Figure]:
    library = constructed.library()
    tasks = of_known_styles(library)
    deaf = partial(ours, steps=structs.replace(ALL, by_ear=False))
    found = []
    for share in (1.0, 0.5, 0.0):
        say(f"a constructed library that was heard, {share:.0%} of its artists without tags")
        with stocked(hiding_tags(library.tracks, share), embedder, heard=list(sounds(library))) as shelf:
            by_ear, without = precision(shelf, tasks), precision(shelf, tasks, deaf)
        found.append(
            Figure(
                name=f"styles, tags of {share:.0%} of artists hidden: P@25",
                measured=by_ear,
                limit=without,
                note=f"{without:.3f} without ears, {len(tasks)} prompts",
            )
        )
    return found


def of_known_styles(library: Library) -> list[Task]:
    """The prompts for styles that the networks have a tag for."""
    names = dict.fromkeys(tag for style in library.style.values() for tag in style.tags)
    known = [name for name in names if genres([name])]
    return [
        library.tagged(asked.PHRASES[n % len(asked.PHRASES)].format(tag), tag) for n, tag in enumerate(known)
    ]


def hiding_tags(tracks: Sequence[Track], share: float) -> list[Track]:
    """The tracks with all tags of that share of artists hidden."""
    chance = random.Random(SEED)
    hidden = {artist: chance.random() < share for artist in dict.fromkeys(track.artist for track in tracks)}
    return [structs.replace(track, genres=()) if hidden[track.artist] else track for track in tracks]


def sounds(library: Library) -> Iterator[Sound]:
    """Embeddings say nothing here."""
    chance = np.random.default_rng(SEED)
    for track in library.tracks:
        own = {tag for wanted in genres(library.style[track.track_id].tags) for tag in wanted}
        logits = USUAL + SPREAD * (chance.standard_normal(len(TAGS)) + APART * np.isin(TAGS, sorted(own)))
        msd, mtt = chance.standard_normal((2, DIMENSION)).astype(np.float32)
        yield Sound(
            track_id=track.track_id, embedding=msd, embedding_mtt=mtt, styles=logits.astype(np.float32)
        )
