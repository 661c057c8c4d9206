"""The standing lists of whoever calls: which there are, how they came about, hidden and shown again."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from msgspec import structs
from starlette.responses import Response

from proxy.endpoints.api.door import PRIVATE, Refusal, Visit, answered
from proxy.endpoints.api.objects import Explained, Recipes, Standing
from proxy.endpoints.callers import caller_of
from proxy.endpoints.virtual import placeholder
from proxy.endpoints.virtual.placeholder import waiting
from proxy.playlists.explain import Explanation
from proxy.playlists.placeholders import ABOUT, KEY, Placeholder, is_called
from proxy.playlists.wish import Wish
from proxy.recipes.recipe import Offered, Recipe, StandingList, list_id, named
from proxy.resources import Resources, to_rename

UNKNOWN = "There is no playlist of yours by this id that was made here."
NOT_MADE = "This list is not made yet. It is made when you list your playlists."
NOT_FILLED = "This list is not shown now: {reason}."
HIDDEN = "You have hidden this list. DELETE recipes/{key}/hidden shows it again; recipes tells its key."
TO_RENAME = "This list waits to be renamed to a prompt: there is nothing to be explained of it yet."


async def recipes(visit: Visit) -> Response:
    """With the list that waits to be renamed, where he has been shown one."""
    name = visit.user.name
    told = [_told(each, name) for each in await _offered(visit)]
    waits = await waiting(visit.call, visit.user)
    return answered(Recipes((*told, *([_to_rename(waits, visit.resources)] if waits else []))))


async def hide(visit: Visit) -> Response:
    wanted, now = await _named(visit), visit.resources.now()
    if await placeholder.hide(visit.call, wanted):
        return _done(True)
    caller = caller_of(visit.call, visit.user)
    return _done(await visit.resources.standing.hide(caller, wanted, now))


async def show(visit: Visit) -> Response:
    wanted = await _named(visit)
    if await placeholder.show(visit.call, wanted):
        return _done(True)
    return _done(
        await visit.resources.standing.show(caller_of(visit.call, visit.user), wanted, visit.resources.now())
    )


async def explained(visit: Visit, playlist_id: str) -> Explained:
    """Raises Refusal where there is nothing to be explained, and why."""
    owner = visit.user.name
    offered = await _offered(visit)
    found = next((each for each in offered if list_id(owner, each.recipe.key) == playlist_id), None)
    if found and found.made:
        return _explained(found, found.made)
    if found and found.hidden:
        sentence = HIDDEN
    elif found:
        sentence = NOT_FILLED.format(reason=found.reason) if found.reason else NOT_MADE
    else:
        waits = await waiting(visit.call, visit.user)
        sentence = TO_RENAME if waits and waits.placeholder_id == playlist_id else UNKNOWN
    raise Refusal(HTTPStatus.NOT_FOUND, sentence)


def _explained(of: Offered, made: StandingList) -> Explained:
    """As it was made, less the songs that have gone since."""
    told = msgspec.json.decode(of.explanation, type=Explanation) if of.explanation else Explanation("", 0, 0)
    return Explained(
        id=made.id,
        name=made.name,
        comment=made.comment,
        wish=msgspec.json.decode(of.wish, type=Wish) if of.wish else _wish(of.recipe),
        explanation=structs.replace(
            told,
            understood=told.understood or of.recipe.about,
            seconds=made.duration,
            songs=len(made.songs),
        ),
        seeds=(),
        songs=made.songs,
        made_at=made.changed,
        frozen_at=None,
        recipe=of.recipe.key,
    )


def _wish(recipe: Recipe) -> Wish:
    """What the recipe says, where it is not known how that was understood."""
    return Wish(
        text=recipe.prompt,
        minutes=recipe.minutes,
        songs=recipe.songs,
        curve=recipe.curve,
        energy=recipe.level,
        per_artist=recipe.per_artist,
        per_album=recipe.per_album,
    )


def _told(each: Offered, owner: str) -> Standing:
    recipe, made = each.recipe, each.made
    return Standing(
        key=recipe.key,
        id=list_id(owner, recipe.key),
        name=made.name if made else recipe.name,
        about=recipe.about,
        refresh=str(recipe.refresh),
        hidden=each.hidden,
        songs=len(made.songs) if made else 0,
        reason=each.reason,
        valid_until=made.valid_until if made else None,
    )


def _to_rename(waits: Placeholder, resources: Resources) -> Standing:
    hidden = bool(waits.hidden_at)
    return Standing(
        key=KEY,
        id=waits.placeholder_id,
        name=to_rename(resources.settings),
        about=ABOUT,
        refresh="never",
        hidden=hidden,
        songs=0 if hidden else len(waits.songs),
    )


async def _offered(visit: Visit) -> list[Offered]:
    caller = caller_of(visit.call, visit.user)
    return [*await visit.resources.standing.offered(caller, visit.resources.now())]


async def _named(visit: Visit) -> str:
    """The id of the list that the path names by its recipe, or by what the one to rename is called."""
    name = visit.request.path_params["recipe"]
    recipe = named([each.recipe for each in await _offered(visit)], name)
    if recipe:
        return list_id(visit.user.name, recipe.key)
    waits = await waiting(visit.call, visit.user)
    if waits and is_called(name, to_rename(visit.resources.settings)):
        return waits.placeholder_id
    raise Refusal(HTTPStatus.NOT_FOUND, "There is no such recipe for you. See recipes.")


def _done(done: bool) -> Response:
    if not done:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer.")
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=PRIVATE)
