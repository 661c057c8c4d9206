"""Making a list from its name, one at a time, within the deadline.

A list is a real playlist upstream: all that comes after (reading, sharing, downloading) passes us by.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from typing import TypeVar
from weakref import WeakValueDictionary

from anyio import fail_after, to_thread
from msgspec import structs

from proxy.endpoints.call import Call, User, Who, playlist_of
from proxy.endpoints.callers import Callers
from proxy.endpoints.pictures import Pictures
from proxy.endpoints.prompt.edits import EDIT_BY_DELETING, Deleted
from proxy.endpoints.prompt.lists import Place, known_songs, place_of
from proxy.endpoints.prompt.previews import Previews, Question
from proxy.endpoints.prompt.tally import Tally
from proxy.endpoints.prompt.taste import Tastes, lists_for
from proxy.endpoints.prompt.write import FEW, Wanted, put_off, write
from proxy.library import wrap_errors
from proxy.navidrome import Answer
from proxy.playlists import Generated, Request, Sources, generate, understand, vocabulary_of
from proxy.playlists.name import fold
from proxy.playlists.store import PromptPlaylist, Store
from proxy.playlists.wish import Wish
from proxy.remembered import Remembered
from proxy.resources import Resources, never_of

LATELY = timedelta(days=7)  # what "fresh" keeps away from
AT_ONCE = 2  # lists in the making: more are not sooner done, and each thread keeps 20 MB of its own
SAME_REQUEST = timedelta(seconds=60)  # a create is sent again when its answer is slow (clients.md, rule 22)
MOST = 1000  # who have deleted a virtual list a moment ago
PREVIEW_SECONDS = 2.0  # somebody types, and types on
FOR_TASTE = 0.7  # of the time that is left; then the list is made without

T = TypeVar("T")


class Maker:
    """Makes one list of a name and owner at a time: whoever asks for the same meanwhile gets that list.

    It keeps besides what calls leave for those after them: who callers are, pictures, and the virtual list
    that somebody deleted last.
    """

    def __init__(self, resources: Resources) -> None:
        self.callers = Callers(resources.now)
        self.pictures = Pictures(resources.now)
        self.deleted: Remembered[Who, Deleted] = Remembered(EDIT_BY_DELETING, most=MOST, now=resources.now)
        self._resources = resources
        self._tastes = Tastes(resources.plays.of)
        self._previews = Previews(resources.now)
        self._tally = Tally(resources.counts, resources.embedders)
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="list")

    def deadline(self) -> float:
        """When a request that comes now has to be answered, as a time.monotonic()."""
        return time.monotonic() + self._resources.settings.deadline_seconds

    async def make(self, call: Call, user: User, wanted: Wanted, *, deadline: float | None = None) -> Answer:
        """Upstream's answer to getPlaylist once the list is there.

        At the deadline that is the list as it was typed, whose comment says that it will be made later.
        Raises UpstreamError and LibraryError before there is a list, so that upstream may make one instead.
        """
        deadline = self.deadline() if deadline is None else deadline
        async with self._turns.setdefault((user.name, wanted.key), asyncio.Lock()):
            known = await call.recall(lambda store: _known(store, user, wanted))
            standing = await self._standing(call, wanted, known, deadline) if known else None
            return standing or await self._anew(call, user, wanted, known, deadline)

    async def preview(self, call: Call, user: User, prompt: str) -> tuple[str, ...]:
        """The songs of the list that the prompt would make now; a language model is not waited for.

        Raises TimeoutError, UpstreamError and LibraryError.
        """
        resources = self._resources
        question = Question(
            user=user.name,
            libraries=user.libraries,
            prompt=prompt,
            few=call.is_from(resources.settings.small_clients),
            generation=(await to_thread.run_sync(resources.reader.index)).generation,
            day=resources.now().astimezone().date(),
        )

        async def find() -> tuple[str, ...]:
            wanted = Wanted(name=prompt, prompt=prompt)
            with fail_after(PREVIEW_SECONDS):
                return (
                    await self.generated(call, user, wanted, time.monotonic() + PREVIEW_SECONDS, chat=False)
                ).ids

        return await self._previews.of(question, find)

    def close(self) -> None:
        """Begin no list any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _standing(
        self, call: Call, wanted: Wanted, known: PromptPlaylist, deadline: float
    ) -> Answer | None:
        """The list that was made for this request a moment ago; one without songs too when time is up."""
        age = known.age(self._resources.now())
        same = known.name_key == wanted.key and set(wanted.seeds) <= set(known.songs)
        if age >= SAME_REQUEST or not same or known.frozen_at:
            return None
        if not known.is_filled and time.monotonic() < deadline:
            return None
        answer = await call.playlist(known.playlist_id)
        return answer if fold(str(playlist_of(answer).get("name", ""))) == wanted.key else None

    async def _anew(
        self, call: Call, user: User, wanted: Wanted, known: PromptPlaylist | None, deadline: float
    ) -> Answer:
        # Not on a thread for lists: both may hang in an embedder, and no deadline is kept here.
        index = await to_thread.run_sync(self._resources.reader.index)
        wanted = structs.replace(wanted, seeds=await known_songs(call, wanted.seeds, index.position))
        target = Place(wanted.playlist_id)
        place = target if wanted.playlist_id else await place_of(call, user, wanted.name, known)
        begun = time.monotonic()
        try:
            with fail_after(max(deadline - time.monotonic(), 0)):
                generated = await self.generated(call, user, wanted, deadline)
        except TimeoutError:
            self._resources.warming.start()
            self._tally.late()
            return await put_off(call, user, wanted, place)
        self._tally.made(generated.explanation, time.monotonic() - begun)
        return await write(call, user, wanted, generated, place)

    async def generated(
        self, call: Call, user: User, wanted: Wanted, deadline: float, *, chat: bool = True
    ) -> Generated:
        """The list for the prompt, made nowhere yet. Raises UpstreamError and LibraryError."""
        resources = self._resources
        now = resources.now()
        named = bool(wanted.wish and wanted.wish.like_playlists)
        lists = await lists_for(wanted.prompt, call.content, user.name, named=named)
        request = Request(
            prompt=wanted.prompt,
            owner=user.name,
            day=now.astimezone().date(),
            now=now.astimezone(),
            seeds=wanted.seeds,
            libraries=user.libraries,
            lately=await call.recall(lambda store: store.served(user.name, since=now - LATELY)),
            playlists=tuple(lists),
            wish=wanted.wish,
            minutes=wanted.minutes,
            songs=wanted.songs,
            default_minutes=resources.settings.playlist_minutes,
            never=never_of(resources.settings),
            deadline=deadline,
        )
        wish = await self._aside(_understood, resources, request) if wanted.wish is None else wanted.wish
        if not (wish.minutes or wish.songs) and call.is_from(resources.settings.small_clients):
            wish = structs.replace(wish, songs=FEW)
        seconds = FOR_TASTE * (deadline - time.monotonic())
        taste = await self._tastes.of(wish, call.content, user.name, lists, seconds=seconds)
        request = structs.replace(request, wish=wish, taste=taste)
        generated = await self._aside(_generate, resources, request, chat)
        answered, preferred = generated.explanation.model, resources.embedders[:1]
        behind = chat and resources.chat is not None and resources.chat.is_silent
        if behind or (answered and any(embedder.model != answered for embedder in preferred)):
            resources.warming.start()  # the preferred one is away, or has to load its model
        return generated

    async def _aside(self, work: Callable[..., T], *args: object) -> T:
        """On one of the threads for lists, which is left to itself where nobody waits any longer.

        Its lines in the log are of the request that waits.
        """
        within = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, within.run, work, *args)


def _known(store: Store, user: User, wanted: Wanted) -> PromptPlaylist | None:
    if wanted.playlist_id:
        return store.get(wanted.playlist_id)
    return store.named(user.name, wanted.key)


def _understood(resources: Resources, request: Request) -> Wish:
    index = resources.reader.index()
    return understand(request, index=index, vocabulary=vocabulary_of(index))


def _generate(resources: Resources, request: Request, chat: bool) -> Generated:
    index = resources.reader.index()
    with resources.reader.lend() as db, wrap_errors():
        sources = Sources(db, resources.embedders, resources.chat if chat else None)
        return generate(request, index=index, vocabulary=vocabulary_of(index), sources=sources)
