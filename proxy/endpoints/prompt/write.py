"""Writing a list that was asked for by name: upstream as the caller, and in the store."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from proxy.endpoints.call import Call, User, entries_of
from proxy.endpoints.prompt.lists import Place, describe, put_songs
from proxy.errors import UpstreamError, UpstreamRefused
from proxy.navidrome import Answer
from proxy.playlists import Generated
from proxy.playlists.explain import Explanation
from proxy.playlists.name import fold
from proxy.playlists.store import Begun, PromptPlaylist
from proxy.playlists.wish import Wish

OUT_OF_TIME = "there was no time to make this list: it is made when your playlists are listed again"
FEW = 20  # songs that a small client holds: SubMusic takes no longer reply (its issues 37 and 108)
NEVER = -1  # no generation of the index: it was not asked


class Wanted(Struct, frozen=True, kw_only=True):
    """A list to be made: `playlist_id` where it takes the place of a list's songs.

    With a `wish` the prompt is only told; `minutes` or `songs` win over what the prompt says.
    `also` is what else the request changes, such as `public`; with `rename` the name is what it is about.
    """

    name: str
    prompt: str
    seeds: tuple[str, ...] = ()
    wish: Wish | None = None
    minutes: float | None = None
    songs: int | None = None
    playlist_id: str = ""
    rename: bool = False
    also: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        return fold(self.name)


async def write(call: Call, user: User, wanted: Wanted, generated: Generated, place: Place) -> Answer:
    """Create or refill the list; upstream's answer to getPlaylist, or to the create where that fails.

    Raises UpstreamError before the list is there, and where a rename is refused.
    """
    # Seeds first, also those that the index does not have yet: upstream knows them.
    songs = list(dict.fromkeys([*wanted.seeds, *generated.ids]))
    await _begin(call, user, wanted, generated, songs, place)
    playlist_id, answer = await put_songs(call, wanted.name, songs, place)
    return await _finish(call, user, wanted, generated, playlist_id, songs) or answer


async def put_off(call: Call, user: User, wanted: Wanted, place: Place) -> Answer:
    """The list as it was typed, to be made when its owner's lists are listed. Raises as `write` does."""
    told = Explanation(understood="", seconds=0, songs=0, notes=(OUT_OF_TIME,))
    nothing = Generated((), Wish(text=wanted.prompt), told, NEVER)
    if place.playlist_id:
        playlist_id, answer = place.playlist_id, await call.playlist(place.playlist_id)
    else:
        await _begin(call, user, wanted, nothing, wanted.seeds, place)
        playlist_id, answer = await put_songs(call, wanted.name, wanted.seeds, place)
    songs = list(dict.fromkeys([*wanted.seeds, *entries_of(answer)]))
    return await _finish(call, user, wanted, nothing, playlist_id, songs) or answer


async def _begin(
    call: Call, user: User, wanted: Wanted, generated: Generated, songs: Sequence[str], place: Place
) -> None:
    """Note which list upstream is about to be asked for: cut in between, the same create goes on with it."""
    if place.playlist_id:
        return
    begun = Begun(
        owner=user.name,
        name=wanted.name,
        name_key=wanted.key,
        songs=tuple(songs),
        comment=generated.comment,
        others=place.others,
        begun_at=call.resources.now(),
    )
    await call.remember(lambda store: store.begin(begun))


async def _finish(
    call: Call, user: User, wanted: Wanted, generated: Generated, playlist_id: str, songs: Sequence[str]
) -> Answer | None:
    """Describe the list and remember it; as this client is shown it then, None where it is not."""
    if not playlist_id:
        return None
    told = (("name", wanted.name), ("comment", generated.comment), *wanted.also)
    if not await describe(call, playlist_id, *told) and wanted.rename:
        raise UpstreamRefused("the list keeps its name")
    row = _row(call, user, wanted, generated, playlist_id, songs)
    await call.remember(lambda store: store.put(row))
    try:
        answer = await call.playlist(playlist_id)
    except UpstreamError:
        return None
    return answer if answer.ok else None


def _row(
    call: Call, user: User, wanted: Wanted, generated: Generated, playlist_id: str, songs: Sequence[str]
) -> PromptPlaylist:
    return PromptPlaylist(
        playlist_id=playlist_id,
        owner=user.name,
        name=wanted.name,
        name_key=wanted.key,
        generation=generated.generation,
        wish=msgspec.json.encode(generated.wish).decode(),
        explanation=msgspec.json.encode(generated.explanation).decode(),
        comment=generated.comment,
        seeds=wanted.seeds,
        songs=tuple(songs),
        made_at=call.resources.now(),
    )
