"""The door to the standing lists of whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from proxy.recipes.recipe import Caller, StandingList


class Standing:
    """How an endpoint uses it (one object for a running server, in one event loop):

        lists = await standing.lists(caller, now)            # getPlaylists: after upstream's own
        one = await standing.open(caller, playlist_id, now)  # getPlaylist: None is "not one of ours, or gone"
        gone = await standing.hide(caller, playlist_id)      # deletePlaylist: whether it was one of his

    An id begins with `recipe.ID_PREFIX`; what does not is nobody's here. Make the Caller from the answer
    that upstream gave to *this* request (`Call.user`), never from what the client says of itself. `ask` is
    `Call.content`: it is used after the request has been answered.

    `lists` generates nothing: it shows what was made, and has what is due made in the background, so that a
    user's lists appear with his second getPlaylists. `open` generates a list that was never made, within
    the deadline. None of them raises: where the database does not take part there are no standing lists,
    and a log line says so.
    """

    async def lists(self, caller: Caller, now: datetime) -> Sequence[StandingList]:
        """The lists that are filled, in the order of the recipes; what is due is made in the background."""
        return ()

    async def open(self, caller: Caller, list_id: str, now: datetime) -> StandingList | None:
        """One of them; made under the deadline where it never was. None where there is none for him."""
        return None

    async def hide(self, caller: Caller, list_id: str) -> bool:
        """Show it to him no more, until `show`. Whether it was one of his."""
        return False

    async def show(self, caller: Caller, list_id: str) -> bool:
        """Show it to him again. Whether it was one of his."""
        return False

    async def settled(self) -> None:
        """Wait for what is being made in the background; for tests."""
