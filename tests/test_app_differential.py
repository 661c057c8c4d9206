"""Straight and through the proxy, before the same live server: nobody can tell the two apart.

The server is the fake Navidrome, and one's own where TEST_NAVIDROME_URL, TEST_NAVIDROME_USER and
TEST_NAVIDROME_PASSWORD name it; that one is asked for nothing that changes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.calls import Case, by_name, grid, known_to, pages, recorded_cases, recorded_reads
from tests.differential import assert_same
from tests.live import Stage, serve
from tests.test_clients import IS_NAMED, YOURS
from tests.wire import proxy_before

GRID = by_name(grid(), 3)
PAGES = by_name(pages(), 1)
READS = (b"GET", b"HEAD", b"OPTIONS")


class Ways(NamedTuple):
    """To one fake Navidrome, and what may differ: these headers, the order of those that arrive."""

    stage: Stage
    straight: str
    through: str
    unlike: frozenset[bytes] = frozenset()
    in_order: bool = True

    def lead_to_the_same(self, case: Case) -> None:
        one, other, stage = self.straight, self.through, self.stage
        assert_same(one, other, case, stage=stage, unlike=self.unlike, in_order=self.in_order)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    stage = Stage()
    with serve(stage) as straight, proxy_before(straight, tmp_path_factory.mktemp("proxy")) as through:
        yield Ways(stage, straight, through)


@pytest.mark.parametrize("case", recorded_cases(), ids=str)
def test_a_recorded_request_gets_the_same_answer(ways: Ways, case: Case) -> None:
    ways.lead_to_the_same(case)


@pytest.mark.parametrize("cases", GRID.values(), ids=GRID)
def test_a_call_gets_the_same_answer_under_every_condition(ways: Ways, cases: list[Case]) -> None:
    for case in cases:
        ways.lead_to_the_same(case)


@pytest.mark.parametrize("cases", PAGES.values(), ids=PAGES)
def test_a_page_of_the_web_interface_gets_the_same_answer_by_every_method(
    ways: Ways, cases: list[Case]
) -> None:
    for case in cases:
        ways.lead_to_the_same(case)


@pytest.mark.skipif(not IS_NAMED, reason=f"no server of one's own: {', '.join(YOURS)} are not all set")
def test_before_a_server_of_ones_own_too(tmp_path: Path) -> None:
    url, user, password = (os.environ[name] for name in YOURS)
    known, token = known_to(url, user, password)
    looked_at = (page for page in pages(token) if page.method in READS)
    with proxy_before(url, tmp_path) as through:
        for case in chain(recorded_reads(known), grid(known), looked_at):
            assert_same(url, through, case)
