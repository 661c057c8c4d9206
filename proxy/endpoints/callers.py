"""Who callers are and how upstream shows lists to their clients, remembered for a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from proxy.endpoints.call import Call, User, Who, playlists_of
from proxy.errors import UpstreamError
from proxy.navidrome import Answer
from proxy.recipes import Caller
from proxy.remembered import Remembered

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
MOST = 1000

Form = Literal["full", "classic", "minimal"]
"""Navidrome's: with OpenSubsonic's fields; for its `LegacyClients`; for its `MinimalClients`."""


class Callers:
    """`now` tells the time.

    `accepted` is for requests that upstream has answered already: no password is looked at.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._users: Remembered[Who, User] = Remembered(A_MINUTE, most=MOST, now=now)
        self._today: Remembered[Who, User] = Remembered(A_DAY, most=MOST, now=now)
        self._forms: Remembered[tuple[str, str], Form] = Remembered(A_MINUTE, most=MOST, now=now)

    async def accepted(self, call: Call) -> User | None:
        """Who sent a request that upstream has accepted; where it cannot say now, who that was today.

        His lists would go otherwise, and with them what clients keep of them (rule 13).
        """
        if user := self._users.get(call.who):
            return user
        try:
            return await self.asked(call)
        except UpstreamError:
            if user := self._today.get(call.who):
                return user
            raise

    async def asked(self, call: Call) -> User | None:
        """Who calls, as upstream says now; None where it does not accept him."""
        user = await call.user()
        if user:
            self._users.put(call.who, user)
            self._today.put(call.who, user)
        return user

    async def form(self, call: Call, answer: Answer | None, song: str) -> Form:
        """How lists look to this client: as in the `answer` to getPlaylists, asked for without.

        Where it has no list in it, the song of that id tells it.
        """
        key = (call.params.first("u"), call.params.first("c"))
        form = None if answer else self._forms.get(key)
        if form is None:
            form = await self._form(call, answer or await call.ask("getPlaylists"), song)
            self._forms.put(key, form)
        return form

    async def _form(self, call: Call, answer: Answer, song: str) -> Form:
        shown = playlists_of(answer)
        if shown:
            return form_of(shown, {})
        found = (await call.ask("getSong", ("id", song))).tree.get("song")
        return form_of((), found if isinstance(found, dict) else {})


def form_of(lists: Sequence[Mapping[str, Any]], song: Mapping[str, Any]) -> Form:
    """By the lists that upstream has shown this client; where it has none, by a song."""
    if any("readonly" in each for each in lists):
        return "full"
    if lists:
        return "classic" if any("owner" in each for each in lists) else "minimal"
    if "duration" not in song:
        return "minimal"
    return "full" if "mediaType" in song else "classic"


def caller_of(call: Call, user: User) -> Caller:
    """For standing lists."""
    return Caller(
        name=user.name,
        libraries=user.libraries,
        is_admin=user.is_admin,
        ask=call.content,
    )
