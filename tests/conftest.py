"""Fixtures that several test files share."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.house import WAYS, House, Listener, open_house
from tests.leaks import EAR, Ear
from tests.live import serve
from tests.wire import Wire, between, line

settings.register_profile("untimed", deadline=None)  # a machine that is busy is no bug
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def ear() -> Ear:
    return EAR


@pytest.fixture(autouse=True)
def nothing_leaks(ear: Ear) -> Iterator[None]:
    """Every test fails in whose log lines a password or a token stands that any test has used."""
    ear.listen()
    yield
    assert ear.leaked() == []


@pytest.fixture
def world() -> World:
    """Navidrome's, as it was recorded; an upstream without a proxy."""
    return World.recorded()


@pytest.fixture
def environ(world: World, tmp_path: Path) -> Iterator[dict[str, str]]:
    """All that a command has in its environment, with that upstream live."""
    with serve(create_app(world)) as url:
        yield {
            "PATH": os.defpath,
            "NAVIDROME_URL": url,
            "NAVIDROME_USER": "admin",
            "NAVIDROME_PASSWORD": PASSWORDS["admin"],
            "DB_PATH": str(tmp_path / "library.db"),
            "PLAYLISTS_PATH": str(tmp_path / "lists"),
        }


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
def standing(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[House]:
    """The proxy before a fake Navidrome, both live, for all tests of a file; with its RECIPES, if any."""
    recipes: str = getattr(request.module, "RECIPES", "")
    with open_house(tmp_path_factory.mktemp("house"), recipes=recipes) as house:
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
