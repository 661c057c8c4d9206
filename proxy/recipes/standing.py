"""The door to the standing lists of whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog

from proxy.errors import LibraryError
from proxy.navidrome.taste import Ask
from proxy.recipes.habits import PATIENCE
from proxy.recipes.kitchen import Kitchen, Larder, View
from proxy.recipes.libraries import Libraries
from proxy.recipes.recipe import Caller, Offered, Recipe, StandingList, list_id
from proxy.recipes.shown import shown
from proxy.recipes.snapshots import Snapshot

LISTENS = timedelta(days=60)  # for somebody who has not asked for so long nothing is made ahead
RENEWING = 1.0  # seconds that who opens a list whose period has ended waits for the next one
SAW_AGAIN = timedelta(days=1)  # a listener is written down so often

T = TypeVar("T")

log = structlog.get_logger()


class Standing:
    """How an endpoint uses it (one object for a running server, in one event loop):

        lists = await standing.lists(caller, now)            # getPlaylists: after upstream's own
        one = await standing.open(caller, playlist_id, now)  # getPlaylist: None is "not one of ours, or gone"
        gone = await standing.hide(caller, playlist_id, now) # deletePlaylist: whether it was one of his

    An id begins with `recipe.ID_PREFIX`; what does not is nobody's here. Make the Caller from the answer
    that upstream gave to *this* request (`Call.user`), never from what the client says of itself. `ask` is
    `Call.content`: it is used after the request has been answered.

    `lists` generates nothing: it shows what was made, and has what is due made in the background, so that a
    user's lists appear with his second getPlaylists. `open` generates a list that was never made, within
    the deadline. Where the database does not take part, `lists` are those that were there before, and a log
    line says so.
    """

    def __init__(self, larder: Larder) -> None:
        self._larder = larder
        self._kitchen = Kitchen(larder)
        self._libraries = Libraries()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._renewing: set[str] = set()
        self._last: dict[str, Sequence[StandingList]] = {}
        self._seen: dict[str, tuple[Caller, datetime]] = {}

    async def lists(self, caller: Caller, now: datetime) -> Sequence[StandingList]:
        """The lists that are filled, in the order of the recipes; what is due is made in the background."""
        self._saw(caller, now)
        caller = await self._knowing(caller, now)
        try:
            view = await self._kitchen.view(caller, now)
        except LibraryError as error:
            log.info("the standing lists stay as they were", reason=str(error))
            return self._last.get(caller.name, ())
        self._begin(view)
        snapshots = view.shelf.snapshots
        found = [self._shown(snapshots[each.key], view) for each in view.recipes if each.key in snapshots]
        self._last[caller.name] = [each for each in found if each]
        return self._last[caller.name]

    async def open(self, caller: Caller, wanted: str, now: datetime) -> StandingList | None:
        """The list of that id; made under the deadline where it never was. None where he has none such.

        Raises LibraryError.
        """
        caller = await self._knowing(caller, now)
        recipe = self._recipe(caller, wanted)
        if recipe is None:
            return None
        view = await self._kitchen.view(caller, now)
        if recipe.key in view.shelf.hidden:
            return None
        if recipe in self._kitchen.due(view, opened=recipe.key):
            view = await self._opened(recipe, view)
        snapshot = view.shelf.snapshots.get(recipe.key)
        return self._shown(snapshot, view) if snapshot else None

    async def hide(self, caller: Caller, wanted: str, now: datetime) -> bool:
        """Show him the list of that id no more, until `show`. Whether it was one of his."""
        recipe, snapshots = self._recipe(await self._knowing(caller, now), wanted), self._larder.snapshots
        if recipe is None:
            return False
        return await self._done(lambda: snapshots.hide(caller.name, recipe.key, now=now))

    async def show(self, caller: Caller, wanted: str, now: datetime) -> bool:
        """Show it to him again. Whether it was one of his."""
        recipe, snapshots = self._recipe(await self._knowing(caller, now), wanted), self._larder.snapshots
        if recipe is None:
            return False
        return await self._done(lambda: snapshots.show(caller.name, recipe.key))

    async def offered(self, caller: Caller, now: datetime) -> Sequence[Offered]:
        """All recipes for him, also those that he has hidden; nothing is made. Raises LibraryError."""
        caller = await self._knowing(caller, now)
        view = await self._kitchen.view(caller, now)
        offered = []
        for recipe in self._larder.recipes_for(caller):
            snapshot = view.shelf.snapshots.get(recipe.key)
            hidden = recipe.key in view.shelf.hidden
            made = self._shown(snapshot, view) if snapshot and not hidden else None
            told = (snapshot.wish, snapshot.explanation) if snapshot and made else ("", "")
            in_vain = view.shelf.in_vain.get(recipe.key)
            offered.append(Offered(recipe, hidden, made, *told, reason=in_vain.reason if in_vain else ""))
        return offered

    async def renew(self, now: datetime, ask_as: Callable[[str], Ask | None]) -> int:
        """Make what is due of all who have asked for their lists lately; how many were made.

        `ask_as` gives the way to ask upstream as a user, None where there is none: what takes his taste then
        waits for his next getPlaylists. Raises LibraryError.
        """
        made = 0
        for known in await self._kitchen.aside(self._listeners, now):
            caller = Caller(
                name=known.name,
                libraries=known.libraries,
                is_admin=known.is_admin,
                ask=ask_as(known.name),
            )
            view = await self._kitchen.view(await self._knowing(caller, now), now)
            made += await self._kitchen.make(view, self._kitchen.due(view), seconds=PATIENCE)
        return made

    async def settled(self) -> None:
        """Wait for what is being made in the background; for tests."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def reload(self) -> bool:
        """Read the recipes now; whether they are in force."""
        return self._larder.book.reload()

    def close(self) -> None:
        """Begin nothing any more."""
        for task in self._tasks:
            task.cancel()
        self._kitchen.close()

    async def _knowing(self, caller: Caller, now: datetime) -> Caller:
        return await self._libraries.known_to(caller, self._larder.book.recipes, now)

    def _recipe(self, caller: Caller, wanted: str) -> Recipe | None:
        recipes = self._larder.recipes_for(caller)
        return next((each for each in recipes if list_id(caller.name, each.key) == wanted), None)

    def _listeners(self, now: datetime) -> list[Caller]:
        return self._larder.snapshots.listeners(since=now - LISTENS)

    async def _opened(self, recipe: Recipe, view: View) -> View:
        """With the list made. What could be shown as it was is not waited for so long: unless it is waited
        for at all, who reads a list twice to open it finds two.
        """
        seconds = self._larder.deadline_seconds
        making = self._start(self._kitchen.make(view, [recipe], seconds=seconds))
        stands = recipe.key in view.shelf.snapshots and recipe.refresh.every != "open"
        await asyncio.wait({making}, timeout=min(seconds, RENEWING) if stands else seconds)
        return await self._kitchen.view(view.caller, view.now)

    def _shown(self, snapshot: Snapshot, view: View) -> StandingList | None:
        """What of it is gone for good is forgotten, so that it says the same next time."""
        found, keep = shown(snapshot, view.caller, view.index, view.now), self._larder.snapshots.keep
        if found and found.changed != snapshot.changed_at:
            songs = found.songs
            self._start(self._done(lambda: keep(snapshot, songs, now=view.now)))
        return found

    def _saw(self, caller: Caller, now: datetime) -> None:
        """Write him down where he is new, may hear something else, or was written down a day ago."""
        plain = Caller(name=caller.name, libraries=caller.libraries, is_admin=caller.is_admin)
        known, seen_at = self._seen.get(caller.name, (None, now))
        if known != plain or now - seen_at >= SAW_AGAIN:
            self._seen[caller.name] = (plain, now)
            self._start(self._written_down(plain, now))

    async def _written_down(self, plain: Caller, now: datetime) -> None:
        if not await self._done(lambda: self._larder.snapshots.saw(plain, now=now)):
            self._seen.pop(plain.name, None)

    def _begin(self, view: View) -> None:
        """One renewal of a user at a time: what is still due after it, his next call begins."""
        name, due = view.caller.name, self._kitchen.due(view)
        if not due or name in self._renewing:
            return
        self._renewing.add(name)
        task = self._start(self._kitchen.make(view, due, seconds=PATIENCE))
        task.add_done_callback(lambda done: self._renewing.discard(name))

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _done(self, change: Callable[[], None]) -> bool:
        try:
            await self._kitchen.aside(change)
        except LibraryError as error:
            log.info("a change of standing lists was not written down", reason=str(error))
            return False
        return True
