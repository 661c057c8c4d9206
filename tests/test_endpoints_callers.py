"""Who callers are, remembered for a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest

from proxy.endpoints.call import Call, User
from proxy.endpoints.callers import Callers
from proxy.settings import Settings
from proxy.subsonic.params import Params
from tests.factories import NOW


@dataclass
class House:
    settings: Settings


@dataclass
class Sent:
    """A request of a client that calls itself ana; upstream believes the header of a proxy before us."""

    by: str
    resources: House
    asked: int = 0

    params = Params.parse(b"u=ana", b"", "")

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return [(b"Remote-User", self.by.encode())] if self.by else []

    async def user(self) -> User:
        self.asked += 1
        return User(self.by or "ana", None, is_admin=False)


@pytest.mark.anyio
async def test_whom_a_proxy_before_us_names_is_not_taken_for_another() -> None:
    callers, house = Callers(lambda: NOW), House(Settings())
    sent = [Sent(by, house) for by in ("", "ben", "", "ben")]
    found = [await callers.accepted(cast(Call, cast(Any, each))) for each in sent]
    assert [user and user.name for user in found] == ["ana", "ben", "ana", "ben"]
    assert [each.asked for each in sent] == [1, 1, 0, 0]
