"""Fixtures that several test files share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import WAYS, House, Listener, open_house


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


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
