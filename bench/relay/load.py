"""A load on one server, by wrk where it is installed and else by a generator of our own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from bench.house import unset
from bench.processes import run
from bench.relay import files

# What a Subsonic client sends, and the figures as JSON in the last line.
SCRIPT = """
wrk.headers["User-Agent"] = "bench"
wrk.headers["Accept"] = "*/*"
wrk.headers["Accept-Encoding"] = "gzip"
function done(summary, latency, requests)
  local seconds, errors = summary.duration / 1e6, summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format('{"requests": %f, "bytes": %f, "p50": %f, "p99": %f, "failed": %d}',
    summary.requests / seconds, summary.bytes / seconds,
    latency:percentile(50), latency:percentile(99), failed))
end
"""


class Sample(Struct, frozen=True):
    """Requests and bytes a second, latency in microseconds, and how many requests failed."""

    requests: float
    bytes: float
    p50: float
    p99: float
    failed: int


def generator() -> str:
    return "wrk" if shutil.which("wrk") else "a load generator in Python"


def put(url: str, path: str, *, connections: int, seconds: int, folder: Path) -> Sample:
    """As many requests as that many connections carry, one after the other on each."""
    address = f"{url}{path}?{files.QUERY}"
    if shutil.which("wrk"):
        script = folder / "wrk.lua"
        script.write_text(SCRIPT)
        options = [f"-t1 -c{connections} -d{seconds}s --timeout 60s".split(), ["-s", str(script), address]]
        command = ["wrk", *options[0], *options[1]]
    else:
        command = [sys.executable, "-m", "bench.relay.generator", address, str(connections), str(seconds)]
    output = run(command, environ=unset(), folder=folder).output
    return msgspec.json.decode(output.strip().splitlines()[-1], type=Sample)
