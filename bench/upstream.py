"""The fake Navidrome of the tests in a process of its own: prints its address, ends when its input does."""

from __future__ import annotations

import sys

from tests.fake_navidrome import World, create_app
from tests.live import serve


def main(tracks: int, seed: int) -> None:
    world = World.generated(tracks=tracks, seed=seed)
    world.login_limit = 0  # every round logs in anew
    with serve(create_app(world)) as address:
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
