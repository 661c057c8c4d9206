"""Calls of one client through the proxy and straight to upstream, timed; the replies are read afterwards."""

from __future__ import annotations

import time
from collections.abc import Sequence

import httpx
from msgspec import Struct

from bench.figures import Figure, median, percentile, written
from bench.processes import Failed
from tests.house import Listener, Value, tree_of


class Pair(Struct, frozen=True):
    """One client, at both."""

    through: Listener
    straight: Listener


class Times(Struct, frozen=True):
    """Milliseconds of one call, round by round: through the proxy, and of upstream alone."""

    through: list[float]
    alone: list[float]

    def over_upstream(self, name: str, *, limit: float | None = None) -> Figure:
        """What the proxy adds, in the median of the rounds."""
        added = [one - other for one, other in zip(self.through, self.alone, strict=True)]
        least = min(self.through) - min(self.alone)  # what stays of it on a machine that does nothing else
        own, most = written(median(self.alone), "ms"), written(percentile(added, 95), "ms")
        note = f"over {own} of upstream's own; p95 {most}, least {written(least, 'ms')}"
        return Figure(name=name, measured=median(added), unit="ms", limit=limit, note=note)


def whole(name: str, times: Sequence[float], *, limit: float | None = None) -> Figure:
    """The 95th percentile of all that the client waits, where upstream has no such call to compare with."""
    note = f"the whole time at p95; median {written(median(times), 'ms')}, least {written(min(times), 'ms')}"
    return Figure(name=name, measured=percentile(times, 95), unit="ms", limit=limit, note=note)


def timed(listener: Listener, endpoint: str, **params: Value) -> tuple[float, httpx.Response]:
    """Milliseconds and the reply. Raises Failed where that is no success."""
    started = time.perf_counter()
    response = listener.send(endpoint, headers=None, **params)
    milliseconds = (time.perf_counter() - started) * 1000
    if not response.headers.get("content-type", "").startswith("image/"):
        reply = tree_of(response)
        if reply["status"] != "ok":
            raise Failed(f"{endpoint}: {reply['error']}")
    return milliseconds, response


def in_turns(pair: Pair, rounds: int, endpoint: str, **params: Value) -> Times:
    """The same call at both, `rounds` times, once each has its connection."""
    timed(pair.straight, endpoint, **params)
    timed(pair.through, endpoint, **params)
    turns = [
        (timed(pair.through, endpoint, **params)[0], timed(pair.straight, endpoint, **params)[0])
        for _ in range(rounds)
    ]
    return Times([one for one, _ in turns], [other for _, other in turns])
