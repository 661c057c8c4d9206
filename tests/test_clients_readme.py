"""The README says of every client that is tried here how to ask it for a list."""

from __future__ import annotations

import re

import pytest

from tests.clients.installed import CLIENTS
from tests.test_clients_imitated import EVERY
from tests.test_readme import README

TABLE = README.partition("<!-- clients -->")[2].partition("<!-- /clients -->")[0]
ROWS = [[cell.strip() for cell in row.strip("|\n").split("|")] for row in TABLE.strip().splitlines()[2:]]


def plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold())


TRIED = sorted({client.package for client in CLIENTS} | {kind.__name__ for kind in EVERY})


@pytest.mark.parametrize("client", TRIED)
def test_a_client_that_is_tried_has_its_line(client: str) -> None:
    lines = [row for row in ROWS if plain(client) in plain(" ".join(row))]
    assert lines, client


def test_every_line_says_how_to_connect_how_to_ask_and_what_to_know() -> None:
    assert {len(row) for row in ROWS} == {4}
    assert all(row[0] and row[3] for row in ROWS)


def test_the_clients_that_are_said_to_be_tried_are() -> None:
    said = re.search(r"`make test` runs (.+?); the others", README, re.DOTALL)
    assert said
    assert [client for client in TRIED if plain(client) not in plain(said[1])] == []
