from __future__ import annotations

import httpx
import pytest

from proxy.errors import UpstreamRefused
from proxy.library.tracks import Trace
from proxy.navidrome import Account, ScanStatus, Server, Upstream
from proxy.refresh.sweep import Sweep, gate, is_not_there, objection

DONE = ScanStatus(scanning=False, count=2, last_scan="monday")
BUSY = ScanStatus(scanning=True, count=1, last_scan="monday")
LATER = ScanStatus(scanning=False, count=2, last_scan="tuesday")
TWO = {"a": Trace(content_hash="a"), "b": Trace(content_hash="b")}
SERVER = Server(type="navidrome", version="0.63.2")


@pytest.mark.parametrize(
    ("sweep", "present"),
    [
        (Sweep(seen=TWO, total=2, before=DONE, after=DONE), 0),
        (Sweep(seen=TWO, total=2, before=DONE, after=DONE), 500),
        (Sweep(seen=TWO, before=None, after=None), 5),
        (Sweep(total=0, before=DONE, after=DONE), 0),
    ],
)
def test_a_whole_sweep_is_believed(sweep: Sweep, present: int) -> None:
    assert objection(sweep, present) == ""


@pytest.mark.parametrize(
    ("sweep", "sentence"),
    [
        (Sweep(before=BUSY), "is scanning"),
        (Sweep(seen=TWO, total=2, before=DONE, after=LATER), "while it was read"),
        (Sweep(seen=TWO, total=2, before=DONE, after=BUSY), "while it was read"),
        (Sweep(seen=TWO, total=2, before=DONE, after=None), "while it was read"),
        (Sweep(seen=TWO, total=3, before=DONE, after=DONE), "told of 3 songs and gave 2"),
        (Sweep(seen=TWO, total=1, before=DONE, after=DONE), "told of 1 songs and gave 2"),
        (Sweep(total=0, before=DONE, after=DONE), "gave no song, and the index holds 5"),
        (Sweep(), "gave no song, and the index holds 5"),
    ],
)
def test_a_sweep_that_may_be_short_is_not(sweep: Sweep, sentence: str) -> None:
    assert sentence in objection(sweep, 5)


def account(url: str = "http://a", user: str = "ana") -> Account:
    return Account(Upstream(httpx.AsyncClient(), url), user, "x")


def test_the_gate_moves_with_whatever_can_bring_something_new() -> None:
    gates = [
        gate(account(), SERVER, DONE),
        gate(account(), SERVER, LATER),
        gate(account(), Server(type="navidrome", version="0.64.0"), DONE),
        gate(account(url="http://b"), SERVER, DONE),
        gate(account(user="ben"), SERVER, DONE),
    ]
    assert len(set(gates)) == len(gates)
    assert gates[0] == gate(account(), SERVER, DONE)


@pytest.mark.parametrize("status", [None, BUSY, ScanStatus(scanning=False, count=2)])
def test_there_is_no_gate_where_scans_are_not_told_apart(status: ScanStatus | None) -> None:
    assert gate(account(), SERVER, status) == ""


@pytest.mark.parametrize(
    ("http_status", "code", "expected"),
    [
        (404, 0, True),
        (501, 0, True),
        (403, 0, True),
        (200, 0, True),
        (200, 10, True),
        (200, 40, False),
        (200, 50, False),
        (401, 40, False),
        (429, 0, False),
        (500, 0, False),
    ],
)
def test_a_way_that_is_not_there_is_told_from_trouble(http_status: int, code: int, expected: bool) -> None:
    assert is_not_there(UpstreamRefused("no", code=code, http_status=http_status)) is expected
