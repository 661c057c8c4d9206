"""The recorded exchanges as requests that can be sent again, and what of their replies may be compared.

This is the one place that says how far a replay may differ from the recording, and why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from . import auth
from .recorded import DATA, SMART_LIST, data
from .songs import Json
from .world import PASSWORDS, Playlist, World

FORMS = ("json", "xml", "jsonp", "raw")
PROMPT_LIST = "0T9UJreZf8WYShv1G91gaP"

# Credentials and some headers were taken out of the recordings; these are put back.
WRONG_PASSWORDS = {"ping_wrong_password": "nope", "ping_unknown_user": "nope"}
NATIVE_CALLERS = {"api_library": "admin", "api_song_page": "admin", "api_missing": "admin"}
WITHOUT_TOKEN = frozenset({"api_song_no_token"})
ORIGIN = {"origin": "https://player.example"}
HEADERS = {
    "ping_cors": ORIGIN,
    "preflight": {**ORIGIN, "access-control-request-method": "GET"},
    "stream_range": {"range": "bytes=100-199"},
    "stream_bad_range": {"range": "bytes=99999999-"},
    "api_playlist_m3u": {"accept": "audio/x-mpegurl"},
}

# What the request itself made, by the object it stands in: other ids, other times, other secrets.
NEW_LIST = ("id", "created", "changed", "coverArt")
MADE_BY_THE_REQUEST: dict[str, tuple[str, ...]] = {
    "createPlaylist_named_empty": NEW_LIST,
    "createPlaylist_named_empty_xml": NEW_LIST,
    "createPlaylist_with_songs": NEW_LIST,
    "createPlaylist_form": NEW_LIST,
    "createPlaylist_unknown_song": NEW_LIST,
    "createPlaylist_to_delete": NEW_LIST,
    "createPlaylist_replace": ("changed",),
    "createPlaylist_replace_without_songs": ("changed",),
    "auth_login": ("subsonicSalt", "subsonicToken", "token"),
    "api_playlist_create": ("id",),
}
# Songs drawn at random: their number and each song are compared, not which they are.
AT_RANDOM = frozenset({"getRandomSongs", "getSimilarSongs", "getSimilarSongs2"})
# Lists whose order is not modelled (relevance of a search) or means nothing (roles).
IN_ANY_ORDER: dict[str, frozenset[str]] = {"search3_words": frozenset({"song"})}
ALWAYS_IN_ANY_ORDER = frozenset({"roles"})
# Recorded cases that are not replayed, or whose body is not compared, and the reason.
NOT_REPLAYED: dict[str, str] = {}
BODY_NOT_COMPARED = {
    "api_playlist_m3u": "the files lay in a folder whose longer name was shortened in the recorded rows",
}
COMPARED_HEADERS = (
    "accept-ranges",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "content-disposition",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "location",
    "permissions-policy",
    "referrer-policy",
    "retry-after",
    "vary",
    "x-content-duration",
    "x-content-type-options",
    "x-frame-options",
    "x-total-count",
)
COMPARED_IN_PRESENCE = ("set-cookie", "x-nd-authorization")


@dataclass(frozen=True)
class Case:
    """One recorded exchange in one form."""

    name: str
    form: str

    def __str__(self) -> str:
        return f"{self.name}-{self.form}"

    @property
    def recording(self) -> Json:
        return dict(data(f"replies/{self.name}.json"))

    @property
    def exchange(self) -> Json:
        return dict(self.recording[self.form])

    @property
    def method(self) -> str:
        return str(self.recording["method"])


def cases() -> Iterator[Case]:
    for file in sorted((DATA / "replies").glob("*.json")):
        recorded = data(f"replies/{file.name}")
        yield from (Case(file.stem, form) for form in FORMS if form in recorded)


def target(case: Case) -> bytes:
    """Path and query, with the credentials."""
    password = PASSWORDS["ana"]
    path = case.recording["path"].replace("<password>", password.replace(" ", "+"))
    query = [tuple(pair.split("=", 1)) for pair in case.exchange["query"]] + credentials(case)
    return f"{path}?{urlencode(query)}".encode() if query else path.encode()


def credentials(case: Case) -> list[tuple[str, str]]:
    """A password in clear for JSON, salt and token else; nothing where nobody was named."""
    user = dict(pair.split("=", 1) for pair in case.exchange["query"]).get("u")
    if user is None or "p" in case.exchange.get("form", ()):
        return []
    password = WRONG_PASSWORDS.get(case.name, PASSWORDS.get(user, ""))
    if case.form == "json":
        return [("p", password)]
    return [("t", hashlib.md5(f"{password}pepper".encode()).hexdigest()), ("s", "pepper")]


def headers(case: Case, world: World) -> dict[str, str]:
    own = HEADERS.get(case.name, {})
    if "form" in case.exchange:
        return own | {"content-type": "application/x-www-form-urlencoded"}
    if case.name.startswith("api_") and case.name not in WITHOUT_TOKEN:
        caller = world.users[NATIVE_CALLERS.get(case.name, "ana")]
        return own | {"x-nd-authorization": f"Bearer {auth.token(world, caller)}"}
    return own


def body(case: Case) -> bytes:
    form, given = case.exchange.get("form"), case.exchange.get("json_body")
    if form is not None:
        return (
            urlencode(form, doseq=True)
            .replace("%3Cpassword%3E", urlencode({"": PASSWORDS["ana"]})[1:])
            .encode()
        )
    return json.dumps(given).replace("<password>", PASSWORDS["ana"]).encode() if given else b""


def prepared(case: Case) -> World:
    """The recorded world as it stood just before this case."""
    world = World.recorded()
    world.clock = lambda: datetime(2026, 11, 23, 8, 56, 55, tzinfo=UTC)
    if prepare := PREPARATIONS.get(case.name):
        prepare(world)
    return world


def before_ana_had_lists(world: World) -> None:
    for playlist in [each for each in world.playlists.values() if each.owner.name == "ana"]:
        del world.playlists[playlist.id]


def before_the_list_was_filled(world: World) -> None:
    playlist = world.playlists[PROMPT_LIST]
    playlist.name, playlist.comment, playlist.public = "ai: rainy jazz 20 min", "", False
    playlist.song_ids = []


def before_the_list_was_renamed(world: World) -> None:
    before_the_list_was_filled(world)
    filled = data("replies/createPlaylist_replace.json")["json"]["body"]["subsonic-response"]
    world.playlists[PROMPT_LIST].song_ids = [song["id"] for song in filled["playlist"]["entry"]]


def with_a_list_to_delete(world: World) -> None:
    made = data("replies/createPlaylist_to_delete.json")["json"]["body"]["subsonic-response"]["playlist"]
    times = {"created": made["created"], "changed": made["changed"]}
    world.playlists[made["id"]] = Playlist(made["id"], made["name"], world.users["ana"], **times)


def after_the_owner_opened_the_smart_list(world: World) -> None:
    opened = data("replies/getPlaylist_smart.json")["json"]["body"]["subsonic-response"]["playlist"]
    world.playlists[SMART_LIST].evaluated_at = opened["changed"]


def after_five_logins(world: World) -> None:
    world.logins["127.0.0.1"] = [world.clock()] * 5


def after_covers_were_drawn(world: World) -> None:
    for row in data("replies/api_playlist.json")["raw"]["body"]:
        images = {
            name: value for name, value in row.items() if name.startswith(("image", "thumb", "dominant"))
        }
        world.playlists[row["id"]].artwork = images


PREPARATIONS: dict[str, Callable[[World], None]] = {
    "getPlaylists_empty": before_ana_had_lists,
    "createPlaylist_replace": before_the_list_was_filled,
    "createPlaylist_replace_without_songs": before_the_list_was_renamed,
    "deletePlaylist": with_a_list_to_delete,
    "getPlaylist_smart": after_the_owner_opened_the_smart_list,
    "auth_login_too_many": after_five_logins,
    "api_playlist": after_covers_were_drawn,
}


def comparable(case: Case, content_type: str, text: str) -> Any:
    """A body as a value: JSON and XML as trees without what the request made, else the text."""
    if content_type == "application/json" and text:
        return settled(case, json.loads(text))
    if content_type == "application/xml" and text:
        return xml_tree(case, ElementTree.fromstring(text))
    return text


def settled(case: Case, tree: Any) -> Any:
    envelope = tree.get("subsonic-response", tree) if isinstance(tree, dict) else {}
    for holder in (envelope, envelope.get("playlist", {})):
        for name in MADE_BY_THE_REQUEST.get(case.name, ()):
            holder.pop(name, None)
    return json_tree(case, tree)


def json_tree(case: Case, value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: json_tree(case, item, key) for key, item in value.items()}
    if isinstance(value, list):
        return in_order(case, name, [json_tree(case, item) for item in value])
    return value


def in_order(case: Case, name: str, items: list[Any]) -> list[Any]:
    loose = ALWAYS_IN_ANY_ORDER | IN_ANY_ORDER.get(case.name, frozenset())
    return sorted(items, key=repr) if name in loose else items


def xml_tree(case: Case, element: ElementTree.Element) -> Any:
    """Tag, attributes, text and children by tag: the order of different tags means nothing."""
    tag = element.tag.rpartition("}")[2]
    forgotten = MADE_BY_THE_REQUEST.get(case.name, ()) if tag == "playlist" else ()
    attributes = {name: value for name, value in element.attrib.items() if name not in forgotten}
    children: dict[str, list[Any]] = {}
    for child in element:
        children.setdefault(child.tag.rpartition("}")[2], []).append(xml_tree(case, child))
    ordered = {name: in_order(case, name, items) for name, items in children.items()}
    return tag, attributes, element.text or "", ordered
