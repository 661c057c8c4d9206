"""The list that is there to be renamed, for clients that cannot create an empty one (rule 37).

It exists only here until it is given a name, or edited. Then there is a playlist, to which its id leads from
then on, and another one stands in its place, unless the playlist has kept its name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from anyio import to_thread
from msgspec import structs
from starlette.responses import Response

from proxy.endpoints.asker import Asker
from proxy.endpoints.call import Call, User
from proxy.endpoints.virtual.playlist import Virtual, is_virtual
from proxy.errors import LibraryError
from proxy.library.index import Index
from proxy.playlists.chance import drawn
from proxy.playlists.explain import GRAMMAR
from proxy.playlists.name import fold
from proxy.playlists.placeholders import Placeholder, Placeholders, name_of
from proxy.recipes.recipe import list_id
from proxy.resources import to_rename

SONGS = 3  # some clients do not show a list without

T = TypeVar("T")


async def placeholder(call: Call, user: User) -> Virtual | None:
    """The one that waits for a name. None for clients that need none, and for who has deleted his."""
    settings = call.resources.settings
    name = to_rename(settings)
    if not name or not call.is_from(settings.placeholder_clients):
        return None
    try:
        index = await to_thread.run_sync(call.resources.reader.index)
        known = await _next(call, user, index) if len(index) else None
    except LibraryError as error:
        call.complain(error)
        return None
    return _shown(known, name, index) if known and not known.hidden_at else None


async def placeholder_by_id(call: Call, user: User, playlist_id: str) -> Virtual | None:
    """Whatever the client: one that was shown it may ask under another name."""
    known = await _recall(call, lambda store: store.get(playlist_id))
    if known is None or known.owner != user.name or known.playlist_id or known.hidden_at:
        return None
    index = await to_thread.run_sync(call.resources.reader.index)
    return _shown(known, name_of(call.resources.prefixes), index)


async def followed(call: Call, parameter: str) -> Call:
    """The same call about the playlist that a placeholder has become. Upstream decides who may see that."""
    playlist_id = call.params.first(parameter)
    real = await real_id(call, playlist_id)
    if real == playlist_id:
        return call
    return structs.replace(call, params=call.params.replaced(parameter, real))


async def real_id(call: Call, playlist_id: str) -> str:
    """That of the playlist that a placeholder has become; of anything else, its own."""
    known = await _recall(call, lambda store: store.get(playlist_id)) if is_virtual(playlist_id) else None
    return known.playlist_id if known and known.playlist_id else playlist_id


async def following(
    call: Call, parameter: str, endpoint: str, answer: Callable[[Call], Awaitable[Response | None]]
) -> Response | None:
    """The answer about the playlist that a placeholder has become. Where it is None upstream is asked here:
    the request as it came names a list that upstream does not know.
    """
    real = await followed(call, parameter)
    response = await answer(real)
    if response is None and real is not call:
        return call.answer(await real.pass_on(endpoint))
    return response


async def became(call: Call, placeholder_id: str, playlist_id: str) -> None:
    """The list is there by now, whether or not that can be written down."""
    try:
        if playlist_id:
            await _recall(call, lambda store: store.became(placeholder_id, playlist_id))
    except LibraryError as error:
        call.complain(error)


async def drawn_for(call: Call, playlist_id: str, name: str) -> Sequence[str]:
    """The songs that the playlist had while it existed only here: nobody has chosen them.

    None where it has another name since: then its owner has kept it as it was.
    """
    if fold(name) != fold(to_rename(call.resources.settings)):
        return ()
    known = await _recall(call, lambda store: store.that_became(playlist_id))
    return known.songs if known else ()


async def waiting(call: Call, user: User) -> Placeholder | None:
    """The one that he has been shown and not renamed, also where he has deleted it.

    None where no client is shown one any more. Raises LibraryError.
    """
    if not to_rename(call.resources.settings):
        return None
    return await _recall(call, lambda store: store.waiting(user.name))


async def hide(call: Call, placeholder_id: str) -> bool:
    """Whether it was one."""
    now = call.resources.now()
    return await _known(call, placeholder_id, lambda store: store.hide(placeholder_id, now=now))


async def show(call: Call, placeholder_id: str) -> bool:
    """Show it again; whether it was one."""
    return await _known(call, placeholder_id, lambda store: store.show(placeholder_id))


async def _next(call: Call, user: User, index: Index) -> Placeholder:
    """The one that waits, or a new one; with other songs where all of its own have gone."""
    shown = await _recall(call, lambda store: store.of(user.name))
    known = next((each for each in shown if not each.playlist_id), None)
    if known and any(song in index.position for song in known.songs):
        return known
    songs = _drawn(call, user, index)
    if known:
        await _recall(call, lambda store: store.refill(known.placeholder_id, songs))
        return structs.replace(known, songs=songs)
    made = Placeholder(
        placeholder_id=list_id(user.name, f"placeholder {len(shown)}"),
        owner=user.name,
        songs=songs,
        created_at=call.resources.now(),
    )
    await _recall(call, lambda store: store.put(made))
    return made


def _drawn(call: Call, user: User, index: Index) -> tuple[str, ...]:
    day = call.resources.now().astimezone().date()
    open_to = Asker(user, day, index, call.resources).allowed()
    positions = drawn(open_to, owner=user.name, day=day)[:SONGS].tolist()
    return tuple(index.ids[position] for position in positions)


def _shown(known: Placeholder, name: str, index: Index) -> Virtual | None:
    songs = tuple(song for song in known.songs if song in index.position)
    if not songs:
        return None
    return Virtual(
        id=known.placeholder_id,
        name=name,
        comment=GRAMMAR,
        songs=songs,
        duration=index.seconds(songs),
        created=known.created_at,
        changed=known.created_at,
        readonly=False,
    )


async def _known(call: Call, placeholder_id: str, change: Callable[[Placeholders], None]) -> bool:
    """Whether there is one of that id; it is then changed."""
    if await _recall(call, lambda store: store.get(placeholder_id)) is None:
        return False
    await _recall(call, change)
    return True


async def _recall(call: Call, question: Callable[[Placeholders], T]) -> T:
    return await to_thread.run_sync(question, call.resources.placeholders)
