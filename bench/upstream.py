"""The fake Navidrome of the tests in a process of its own: prints its address, ends when its input does."""

from __future__ import annotations

import sys
from io import BytesIO

from PIL import Image

from tests.fake_navidrome import World, create_app
from tests.fake_navidrome.songs import cover_art
from tests.live import serve

SIZE = 600  # pixels


def main(tracks: int, seed: int) -> None:
    world = World.generated(tracks=tracks, seed=seed)
    world.login_limit = 0  # every round logs in anew
    picture = cover()
    for song in world.songs.values():
        song.row["imageHash"] = "5e1d"
        world.images[cover_art(song.row)] = picture
    with serve(create_app(world)) as address:
        print(address, flush=True)
        sys.stdin.read()


def cover() -> bytes:
    """The same for every album, in every size that is asked for."""
    paper = BytesIO()
    Image.radial_gradient("L").resize((SIZE, SIZE)).convert("RGB").save(paper, "JPEG")
    return paper.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
