"""The taste of the one listener whose password the command line has."""

from __future__ import annotations

from datetime import UTC, datetime

import anyio
from msgspec import structs

from proxy.endpoints.prompt.taste import Tastes, lists_for
from proxy.library.index import Index
from proxy.navidrome import Account, Upstream, open_client
from proxy.navidrome.plays import PATIENCE, RecentPlays
from proxy.playlists import Request, Taste, understand, vocabulary_of
from proxy.playlists.prompt.own_lists import may_be_named
from proxy.playlists.taste import UNASKED, asks
from proxy.settings import Settings


def with_taste(settings: Settings, request: Request, *, index: Index) -> Request:
    """With what NAVIDROME_USER has starred, rated, played and listed, where the prompt asks for it.

    Where that cannot be asked, the list's explanation says why.
    """
    wish = understand(request, index=index, vocabulary=vocabulary_of(index))
    if not (asks(wish) or may_be_named(request.prompt)):
        return request
    if not (settings.navidrome_user and settings.navidrome_password):
        return structs.replace(request, taste=Taste(why=f"{UNASKED} without NAVIDROME_USER and its password"))
    if request.owner not in ("", settings.navidrome_user):
        return structs.replace(request, taste=Taste(why=f"{UNASKED} of anybody but NAVIDROME_USER"))
    return anyio.run(_asked, settings, request, index)


async def _asked(settings: Settings, request: Request, index: Index) -> Request:
    user, password = settings.navidrome_user, settings.navidrome_password
    async with open_client() as client:
        account = Account(Upstream(client, settings.navidrome_url), user, password)
        lists = await lists_for(request.prompt, account.content, user)
        request = structs.replace(request, playlists=tuple(lists))
        wish = understand(request, index=index, vocabulary=vocabulary_of(index))
        tastes = Tastes(RecentPlays(lambda: datetime.now(UTC)).of)
        taste = await tastes.of(wish, account.content, user, lists, seconds=PATIENCE)
    return structs.replace(request, wish=wish, taste=taste)
