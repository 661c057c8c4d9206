"""Who callers are, remembered for a minute."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from proxy.endpoints.call import Call, User
from proxy.endpoints.callers import Callers
from proxy.endpoints.complaint import Complaint
from proxy.resources import Resources
from proxy.settings import Settings
from proxy.subsonic.params import Params
from tests.factories import NOW

HOUSE = cast(Resources, SimpleNamespace(settings=Settings()))


class Sent(Call, frozen=True):
    """A request of a client that calls itself ana; upstream believes the header of a proxy before us."""

    asked: list[str]

    async def user(self) -> User:
        self.asked.append(self.header(b"remote-user").decode() or "ana")
        return User(self.asked[-1], None, is_admin=False)


def sent(by: str) -> Sent:
    headers = [(b"Remote-User", by.encode())] if by else []
    return Sent(HOUSE, Params.parse(b"u=ana", b"", ""), headers, Complaint(), [])


@pytest.mark.anyio
async def test_whom_a_proxy_before_us_names_is_not_taken_for_another() -> None:
    callers, calls = Callers(lambda: NOW), [sent(by) for by in ("", "ben", "", "ben")]
    found = [await callers.accepted(each) for each in calls]
    assert [user and user.name for user in found] == ["ana", "ben", "ana", "ben"]
    assert [len(each.asked) for each in calls] == [1, 1, 0, 0]
