"""All servers under all loads, in turns: what each came to beside the bare relay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from bench.figures import Figure, median, spread, written
from bench.progress import Say
from bench.relay import cores, files, load
from bench.relay.load import Sample
from bench.relay.servers import DIRECT, OURS, RELAYS, YARDSTICK, Server, opened

ADDED_P50, ADDED_P99 = 350.0, 2000.0


class Load(Struct, frozen=True):
    """`least` is the share of the bare relay's figure that we have to reach."""

    name: str
    path: str
    connections: int
    least: float

    @property
    def unit(self) -> str:
        return "GB/s" if self.path == files.STREAM else "k/s"

    def rate(self, sample: Sample) -> float:
        """Gigabytes a second, or thousands of requests."""
        return sample.bytes / 1e9 if self.path == files.STREAM else sample.requests / 1e3


SINGLE = Load("6.6 kB JSON, 1 connection", files.ALBUM, 1, 0.8)
LOADS = (
    SINGLE,
    Load("6.6 kB JSON, 32 connections", files.ALBUM, 32, 0.8),
    Load("50 MB body, 1 connection", files.STREAM, 1, 0.9),
    Load("50 MB body, 8 connections", files.STREAM, 8, 0.9),
)

Samples = Mapping[str, Sequence[Sample]]  # by server, in the order of the rounds


class AtLeast(Figure, frozen=True, kw_only=True):
    """A figure whose limit is from below."""

    @property
    def verdict(self) -> str:
        return "within" if self.limit is None or self.measured >= self.limit else "under"


def measure(rounds: int, seconds: int, say: Say) -> list[Figure]:
    found: dict[Load, dict[str, list[Sample]]] = {each: {} for each in LOADS}
    with opened() as (folder, servers):
        for number in range(1, rounds + 1):
            for each in LOADS:
                say(f"round {number} of {rounds}: {each.name}")
                for server in servers:
                    sample = sampled(each, server, servers, seconds, folder)
                    found[each].setdefault(server.name, []).append(sample)
    return [*(figure for each in LOADS for figure in compared(each, found[each])), *added(found[SINGLE])]


def sampled(asked: Load, server: Server, servers: Sequence[Server], seconds: int, folder: Path) -> Sample:
    """The server that is asked has a core for itself; the load and what is behind share the others."""
    others = [each.pid for each in servers if each is not server]
    with cores.given(to=server.pid, rest=others):
        return load.put(server.url, asked.path, connections=asked.connections, seconds=seconds, folder=folder)


def compared(asked: Load, samples: Samples) -> list[Figure]:
    """Our share of the bare relay's figure, then what each came to."""
    ratios = [
        asked.rate(ours) / asked.rate(bare)
        for ours, bare in zip(samples[OURS], samples[YARDSTICK], strict=True)
    ]
    share = AtLeast(
        name=f"{asked.name}: {OURS} / {YARDSTICK}, at least",
        measured=median(ratios),
        unit="x",
        limit=asked.least,
        note=spread(ratios, "x"),
    )
    return [share, *(row(asked, name, samples.get(name, ())) for name in (DIRECT, *RELAYS))]


def row(asked: Load, name: str, samples: Sequence[Sample]) -> Figure:
    if not samples:
        return Figure(name=f"  {name}", measured=float("nan"), unit="", note="skipped: not installed here")
    low, high = (median([getattr(each, which) for each in samples]) for which in ("p50", "p99"))
    failed = sum(sample.failed for sample in samples)
    latency = f"p50 {low:,.0f} µs, p99 {high:,.0f} µs" if asked.path == files.ALBUM else ""
    broken = f"{failed} requests failed" if failed else ""
    rates = [asked.rate(sample) for sample in samples]
    note = ", ".join(filter(None, [f"{written(min(rates), '')}–{written(max(rates), '')}", latency, broken]))
    return Figure(name=f"  {name}", measured=median(rates), unit=asked.unit, note=note)


def added(samples: Samples) -> list[Figure]:
    return [
        *beside(samples, "p50", lambda sample: sample.p50, ADDED_P50),
        *beside(samples, "p99", lambda sample: sample.p99, ADDED_P99),
    ]


def beside(samples: Samples, which: str, of: Callable[[Sample], float], limit: float) -> list[Figure]:
    """What is added to the latency of direct, in each round; the bare relay's for comparison."""
    more = {
        name: [
            of(relayed) - of(direct) for relayed, direct in zip(samples[name], samples[DIRECT], strict=True)
        ]
        for name in (OURS, YARDSTICK)
    }
    name, note = f"added latency at 1 connection, {which}", spread(more[OURS], "µs")
    return [
        Figure(name=name, measured=median(more[OURS]), unit="µs", limit=limit, note=note),
        Figure(
            name=f"  by the {YARDSTICK}",
            measured=median(more[YARDSTICK]),
            unit="µs",
            note=spread(more[YARDSTICK], "µs"),
        ),
    ]
