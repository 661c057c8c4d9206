"""The table of the API: its paths, and beside each method what it takes, gives and says of itself."""

from __future__ import annotations

from starlette.routing import Mount, Route

from proxy.endpoints.api import generating, standing, status
from proxy.endpoints.api.document import Operation, document
from proxy.endpoints.api.door import Door, unknown
from proxy.endpoints.api.objects import Asked, AskedPlaylist, Explained, Recipes, Status
from proxy.playlists.rows import Listed

HIDDEN = "/recipes/{recipe}/hidden"

OPERATIONS = (
    Operation(
        "post",
        "/generate",
        generating.generate,
        "A list as it would be, with why each song is in it",
        Listed,
        takes=Asked,
    ),
    Operation(
        "post",
        "/playlists",
        generating.save,
        "A list, saved as a playlist of the caller's",
        Explained,
        takes=AskedPlaylist,
        status=201,
    ),
    Operation(
        "get",
        "/playlists/{playlist_id}",
        generating.explain,
        "How a playlist that was made here came about",
        Explained,
    ),
    Operation(
        "get", "/recipes", standing.recipes, "The caller's standing lists, hidden ones among them", Recipes
    ),
    Operation("put", HIDDEN, standing.hide, "Hide a standing list, as deletePlaylist does", None, status=204),
    Operation("delete", HIDDEN, standing.show, "Show a standing list again", None, status=204),
    Operation("get", "/status", status.status, "How much there is to choose from", Status),
)


def routes() -> Mount:
    """For the table of what is under our own name."""
    doors = [
        Route(
            path,
            Door(**{each.verb.upper(): each.endpoint for each in OPERATIONS if each.path == path}),
        )
        for path in dict.fromkeys(each.path for each in OPERATIONS)
    ]
    described = Route("/openapi.json", document(OPERATIONS), methods=["GET"])
    return Mount("/api", routes=[*doors, described, Mount("", unknown)])
