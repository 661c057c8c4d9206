"""What is killed in the test of power cuts: a refresh or a server, in a process of its own.

They are those of `playlistgen`, with an embedder that needs no second to load.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from proxy.settings import Settings
from tests.factories import WordCounter
from tests.house import Clock, refreshed
from tests.live import serve_proxy

BEGUN, DONE = "begun", "done"


def main(what: str, upstream: str, path: Path) -> None:
    """Says on a line of its own that it begins (a server where it answers), and a refresh when it is done."""
    if what == "serve":
        settings = Settings(navidrome_url=upstream, db_path=str(path))
        with serve_proxy(settings, embedders=[WordCounter()]) as url:
            print(url, flush=True)
            sys.stdin.read()
        return
    print(BEGUN, flush=True)
    began = time.perf_counter()
    asyncio.run(refreshed(path, upstream, "admin", [WordCounter()], now=Clock()))
    print(DONE, time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
