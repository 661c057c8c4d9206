"""Making standing lists: one at a time of each user and recipe, and none again that was tried in vain."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, tzinfo
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog
from anyio import to_thread
from msgspec import Struct, structs

from proxy.embedding import Embedder
from proxy.errors import LibraryError
from proxy.library import wrap_errors
from proxy.library.index import Index
from proxy.library.reader import Reader
from proxy.navidrome.taste import PlaysOf
from proxy.playlists import Sources
from proxy.playlists.generate import SECONDS_TO_TELL
from proxy.playlists.never import Never
from proxy.recipes.book import Book
from proxy.recipes.habits import Needs, ask_upstream, habits_of, together
from proxy.recipes.known import needs_of
from proxy.recipes.libraries import looked_up
from proxy.recipes.making import Made, Task, digest_of, make
from proxy.recipes.period import Period, period_of
from proxy.recipes.recipe import Caller, Recipe
from proxy.recipes.scarcity import left
from proxy.recipes.seeds import Habits
from proxy.recipes.shown import is_due
from proxy.recipes.snapshots import InVain, Shelf, Snapshots

AT_ONCE = 2  # lists in the making
AGAIN = timedelta(minutes=1)  # after there was no time for all of a list, or something was away
FOR_HABITS = 0.7  # of the time that there is; the rest is for the list

T = TypeVar("T")

log = structlog.get_logger()


class Larder(Struct, frozen=True):
    """What lists are made from and where they are kept; `zone` None is the machine's.

    `deadline_seconds` are for one list.
    """

    book: Book
    reader: Reader
    snapshots: Snapshots
    embedders: Sequence[Embedder]
    never: Never = Never()
    default_minutes: float = 60.0
    deadline_seconds: float = 8.0
    zone: tzinfo | None = None
    plays_of: PlaysOf = ask_upstream

    def recipes_for(self, caller: Caller) -> list[Recipe]:
        """In the book's order. Those for libraries whose names are not known now are for nobody."""
        known = [each for each in self.book.recipes if caller.names is not None or not each.audience.named]
        found = [looked_up(each, caller.names or {}) for each in known]
        return [each for each in found if caller.may_have(each.audience)]


class View(Struct, frozen=True):
    """What is there for one user at one moment: the recipes for him, what was made of them, and the index.

    `unplaced` are those that he has had a list of, for libraries whose names are not known now.
    """

    caller: Caller
    recipes: Sequence[Recipe]
    unplaced: Sequence[Recipe]
    shelf: Shelf
    index: Index
    now: datetime


class Kitchen:
    """In one process a list is never made twice at the same time. Two processes that make the same one make
    it alike, and one of them writes last.
    """

    def __init__(self, larder: Larder) -> None:
        self.larder = larder
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="standing")
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._cut_short: dict[tuple[str, str], datetime] = {}

    async def view(self, caller: Caller, now: datetime) -> View:
        """Raises LibraryError."""
        return await self.aside(self._view, caller, now)

    def due(self, view: View, *, opened: str = "") -> list[Recipe]:
        """The recipes to be made; of those that are made on opening only the one that is `opened`.

        What was tried in vain is tried again in the next period, or when recipe or library are others; what
        failed, in a minute.
        """
        if not len(view.index):
            return []
        recipes = [*view.recipes, *view.unplaced]
        return [each for each in recipes if self._is_due(each, view, opened=each.key == opened)]

    async def make(self, view: View, due: Sequence[Recipe], *, seconds: float) -> int:
        """How many were made. What fails leaves the last good list as it is, and stops no other.

        What takes a taste that nobody can be asked for waits, and what is for libraries that are not known.
        """
        needs = await self.aside(_needs, due, view.index)
        habits = await self._habits(view.caller, [*needs.values()], FOR_HABITS * seconds)
        made = 0
        for recipe in due:
            is_left = recipe in view.unplaced or (habits is None and bool(needs[recipe.key]))
            try:
                made += await self._in_turn(recipe, view, habits, is_left=is_left)
            except LibraryError as error:
                log.warning("a standing list was not made", recipe=recipe.name, reason=str(error))
            except Exception:
                log.exception("a standing list was not made", recipe=recipe.name)
        return made

    async def aside(self, work: Callable[..., T], *args: object) -> T:
        """Not on a thread for lists: those may hang in an embedder, and who only looks waits for none."""
        return await to_thread.run_sync(work, *args)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _view(self, caller: Caller, now: datetime) -> View:
        shelf = self.larder.snapshots.shelf(caller.name)
        wanted = [each for each in self.larder.recipes_for(caller) if each.key not in shelf.hidden]
        unplaced = [] if caller.names is not None else self._unplaced(shelf)
        return View(caller, wanted, unplaced, shelf, self.larder.reader.index(), now)

    def _unplaced(self, shelf: Shelf) -> list[Recipe]:
        his = shelf.snapshots.keys() - shelf.hidden
        return [each for each in self.larder.book.recipes if each.audience.named and each.key in his]

    def _is_due(self, recipe: Recipe, view: View, *, opened: bool) -> bool:
        in_vain = view.shelf.in_vain.get(recipe.key)
        if in_vain and in_vain.attempt == self._attempt(recipe, view):
            return False
        cut_at = self._cut_short.get((view.caller.name, recipe.key))
        if cut_at is not None and view.now - cut_at < AGAIN:
            return False
        snapshot = view.shelf.snapshots.get(recipe.key)
        if snapshot and recipe in view.unplaced:  # it was made when their ids were known
            snapshot = structs.replace(snapshot, digest=digest_of(recipe))
        return is_due(recipe, snapshot, self._period(recipe, view), view.now, opened=opened)

    def _period(self, recipe: Recipe, view: View) -> Period:
        return period_of(recipe.refresh, view.now, self.larder.zone)

    def _attempt(self, recipe: Recipe, view: View) -> str:
        """Another where it may turn out otherwise."""
        period = self._period(recipe, view)
        when = period.day if recipe.refresh.every == "open" else period.key
        return f"{when} {digest_of(recipe)} {view.index.generation}"

    async def _habits(self, caller: Caller, needs: Sequence[Needs], seconds: float) -> Habits | None:
        if not any(needs):
            return None
        return await habits_of(caller, together(needs), self.larder.plays_of, seconds=seconds)

    async def _in_turn(self, recipe: Recipe, view: View, habits: Habits | None, *, is_left: bool) -> bool:
        """Whether it was made, and not by somebody else while we waited for our turn."""
        caller = view.caller
        async with self._turns.setdefault((caller.name, recipe.key), asyncio.Lock()):
            view = await self.view(caller, view.now)
            if not self._is_due(recipe, view, opened=True):
                return False
            if is_left:
                await self.aside(self._leave, recipe, view)
                return False
            task, loop = self._task(recipe, view, habits), asyncio.get_running_loop()
            made = await loop.run_in_executor(self._threads, self._cook, task, view)
            if made.snapshot is None:
                log.info("a standing list is not shown", recipe=recipe.name, reason=made.reason)
            return made.snapshot is not None

    def _task(self, recipe: Recipe, view: View, habits: Habits | None) -> Task:
        larder = self.larder
        return Task(
            recipe=recipe,
            caller=view.caller,
            period=self._period(recipe, view),
            now=view.now.astimezone(larder.zone),
            habits=habits,
            never=larder.never,
            default_minutes=larder.default_minutes,
            deadline=time.monotonic() + larder.deadline_seconds,
        )

    def _leave(self, recipe: Recipe, view: View) -> None:
        in_vain, reason = view.shelf.in_vain.get(recipe.key), left(view.caller)
        if in_vain is None or in_vain.reason != reason:
            self.larder.snapshots.gave_up(view.caller.name, recipe.key, InVain("", reason))

    def _cook(self, task: Task, view: View) -> Made:
        snapshots, whose = self.larder.snapshots, (task.caller.name, task.recipe.key)
        self._cut_short.pop(whose, None)
        with self.larder.reader.lend() as db, wrap_errors():
            made = make(task, index=view.index, sources=Sources(db, self.larder.embedders))
        if made.snapshot:
            snapshots.put(made.snapshot)
            return made
        no_verdict = made.failed or time.monotonic() > task.deadline - SECONDS_TO_TELL
        if no_verdict:
            self._cut_short[whose] = view.now
        attempt = "" if no_verdict else self._attempt(task.recipe, view)
        snapshots.gave_up(*whose, InVain(attempt, made.reason))
        return made


def _needs(recipes: Sequence[Recipe], index: Index) -> dict[str, Needs]:
    """By their keys."""
    return {each.key: needs_of(each, index) for each in recipes}
