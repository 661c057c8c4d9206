"""Whose lists a command is about: a user of Navidrome, and what the server remembers of him."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from proxy.errors import PlaylistgenError
from proxy.library import connect, migrate, owners, wrap_errors
from proxy.library.database import identity
from proxy.playlists.placeholders import Placeholders
from proxy.recipes.recipe import Audience, Caller, Recipe
from proxy.recipes.snapshots import Snapshots
from proxy.recipes.wrong import nearest
from proxy.settings import Settings

EVER = datetime.min.replace(tzinfo=UTC)


class Owner(Struct, frozen=True):
    """`name` is as Navidrome writes it; `caller` None where he has not asked for standing lists."""

    name: str
    caller: Caller | None
    snapshots: Snapshots
    placeholders: Placeholders

    def may_have(self, recipe: Recipe) -> bool:
        """Whether its list is for him; where he is not known well enough to say, it is.

        Libraries do not count: which they are, and who may hear them, Navidrome says when he asks.
        """
        whom = Audience(admins=recipe.audience.admins, users=recipe.audience.users)
        return self.caller is None or self.caller.may_have(whom)


@contextmanager
def owner(settings: Settings, user: str) -> Iterator[Owner]:
    """Raises LibraryError, and PlaylistgenError where nobody of that name has asked for lists."""
    path = Path(settings.db_path)
    identity(path)
    migrate(path)
    with closing(connect(path)) as db, wrap_errors():
        name = owner_called(user, owners.names(db))
    with closing(Snapshots(path)) as snapshots, closing(Placeholders(path)) as placeholders:
        seen = (each for each in snapshots.listeners(since=EVER) if each.name == name)
        yield Owner(name, next(seen, None), snapshots, placeholders)


def owner_called(user: str, known: Collection[str]) -> str:
    """As Navidrome finds a user: A to Z in either case are one. Raises PlaylistgenError."""
    same = [each for each in known if _plain(each) == _plain(user)]
    if not same:
        near = f" Did you mean {nearest(user, known)}?" if known else ""
        raise PlaylistgenError(
            f"Nobody called {user} has asked playlistgen for lists yet.{near} "
            f"{'Else open' if near else 'Open'} {user}'s playlists in a client once."
        )
    return user if user in same else same[0]


def _plain(name: str) -> bytes:
    return name.encode(errors="replace").lower()
