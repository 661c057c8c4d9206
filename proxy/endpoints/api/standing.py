"""The standing lists of whoever calls: which there are, how they came about, hidden and shown again."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from proxy.endpoints.api.door import PRIVATE, Refusal, Visit, answered
from proxy.endpoints.api.objects import Explained, Recipes, Standing
from proxy.endpoints.callers import caller_of
from proxy.playlists.explain import Explanation
from proxy.playlists.wish import Wish
from proxy.recipes.recipe import Offered, StandingList, list_id, named


async def recipes(visit: Visit) -> Response:
    return answered(Recipes(tuple(_told(each, visit.user.name) for each in await _offered(visit))))


async def hide(visit: Visit) -> Response:
    wanted, standing = await _named(visit), visit.resources.standing
    caller = caller_of(visit.call, visit.user)
    return _done(await standing.hide(caller, wanted, visit.resources.now()))


async def show(visit: Visit) -> Response:
    wanted, standing = await _named(visit), visit.resources.standing
    return _done(await standing.show(caller_of(visit.call, visit.user), wanted, visit.resources.now()))


async def explained(visit: Visit, playlist_id: str) -> Explained | None:
    """None where he has no such list."""
    found = next((each for each in await _offered(visit) if each.made and each.made.id == playlist_id), None)
    return _explained(found, found.made) if found and found.made else None


def _explained(of: Offered, made: StandingList) -> Explained:
    recipe = of.recipe
    return Explained(
        id=made.id,
        name=made.name,
        comment=made.comment,
        wish=Wish(
            text=recipe.prompt,
            minutes=recipe.minutes,
            songs=recipe.songs,
            curve=recipe.curve,
            energy=recipe.level,
            per_artist=recipe.per_artist,
            per_album=recipe.per_album,
        ),
        explanation=Explanation(understood=recipe.about, seconds=made.duration, songs=len(made.songs)),
        seeds=(),
        songs=made.songs,
        made_at=made.changed,
        frozen_at=None,
        recipe=recipe.key,
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
        valid_until=made.valid_until if made else None,
    )


async def _offered(visit: Visit) -> list[Offered]:
    caller = caller_of(visit.call, visit.user)
    return [*await visit.resources.standing.offered(caller, visit.resources.now())]


async def _named(visit: Visit) -> str:
    """The id of the list of the recipe that the path names."""
    offered = [each.recipe for each in await _offered(visit)]
    recipe = named(offered, visit.request.path_params["recipe"])
    if recipe is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "There is no such recipe for you. See recipes.")
    return list_id(visit.user.name, recipe.key)


def _done(done: bool) -> Response:
    if not done:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer.")
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=PRIVATE)
