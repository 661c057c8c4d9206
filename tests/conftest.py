"""Fixtures that several test files share."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.house import WAYS, House, Listener, open_house
from tests.leaks import Ear
from tests.wire import Wire, between, line

settings.register_profile("untimed", deadline=None)  # a machine that is busy is no bug
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def ear() -> Ear:
    return Ear()


@pytest.fixture(autouse=True)
def nothing_leaks(ear: Ear) -> Iterator[None]:
    """Every test fails in whose log lines a password or a token stands that any test has used."""
    ear.listen()
    yield
    assert ear.leaked() == []


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[str, socket.socket]]:
    """The address of a live proxy, and the socket that it takes for its server."""
    with line() as ends:
        yield ends


@pytest.fixture
def wire(ends: tuple[str, socket.socket]) -> Iterator[Wire]:
    """Both ends of what passes through it; what a test opened is closed after it."""
    with between(*ends) as wire:
        yield wire


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The proxy before a fake Navidrome, both live, for all tests of a file."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def house(standing: House) -> House:
    """The same as new."""
    standing.furnish()
    return standing


@pytest.fixture(params=WAYS, ids=str)
def ana(house: House, request: pytest.FixtureRequest) -> Listener:
    """A client of hers, once for each way of calling."""
    return house.listener("ana", request.param)
