"""What users have played, rated and starred: pages upon pages, read once for all who ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from anyio import fail_after

from proxy.errors import UpstreamUnreachable
from proxy.navidrome import taste
from proxy.navidrome.taste import Ask, Plays
from proxy.remembered import Remembered

TEN_MINUTES = timedelta(minutes=10)
PATIENCE = 60.0  # seconds for all pages; Navidrome 0.63 took 3 to 7 for 100,000 songs on two busy cores
MOST_USERS = 16  # 100,000 songs, all of them played, are 20 MB


class RecentPlays:
    """`now` tells the time. They are remembered under the owner's name: give that which upstream has for
    whoever calls, after it has accepted him. Nothing of it is stored.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._plays: Remembered[str, Plays] = Remembered(TEN_MINUTES, most=MOST_USERS, now=now)
        self._readings: dict[str, asyncio.Task[Plays]] = {}

    async def of(self, owner: str, ask: Ask) -> Plays:
        """At most ten minutes old. Raises UpstreamError.

        Read once for all who ask meanwhile, and to its end though they have gone: the next one has it.
        """
        plays = self._plays.get(owner)
        if plays is not None:
            return plays
        reading = self._readings.get(owner)
        if reading is None:
            reading = self._readings[owner] = asyncio.create_task(self._read(owner, ask))
            reading.add_done_callback(_forgiven)
        return await asyncio.shield(reading)

    async def _read(self, owner: str, ask: Ask) -> Plays:
        try:
            with fail_after(PATIENCE):
                plays = await taste.plays(ask)
        except TimeoutError as error:
            raise UpstreamUnreachable(f"Upstream took over {PATIENCE:g} s to list its songs.") from error
        finally:
            del self._readings[owner]
        self._plays.put(owner, plays)
        return plays


def _forgiven(reading: asyncio.Task[Plays]) -> None:
    """An error that nobody waits for any more is none."""
    if not reading.cancelled():
        reading.exception()
