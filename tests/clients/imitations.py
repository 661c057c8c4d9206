"""Clients that cannot be run here, as their sources have them call and read.

The facts are those of the study of 25 clients; what a client does wrong it does wrong here too.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

import httpx

from tests.house import House, Listener, Playlist, Tree, Value, Way, playlist_of, tree_of

USER = "ana"
XML = Way("GET", "xml", ".view")


class Imitation:
    """One client of ana's, with what it keeps on her phone."""

    client = "imitation"
    way = Way("GET", "json", ".view")
    headers: dict[str, str] = {}  # noqa: RUF012 - nobody changes it

    def __init__(self, house: House) -> None:
        self.house = house
        self.listener = house.listener(USER, self.way, self.client)
        self.listener.by_token()

    def ask(self, endpoint: str, **params: Value) -> Tree:
        return tree_of(self.send(endpoint, **params))

    def send(self, endpoint: str, **params: Value) -> httpx.Response:
        return self.listener.send(endpoint, headers=self.headers, **params)

    def lists(self) -> list[Tree]:
        return list(self.ask("getPlaylists")["playlists"]["playlist"])

    def shown(self, playlist_id: str) -> Playlist:
        return playlist_of(self.ask("getPlaylist", id=playlist_id))

    def update(self, playlist_id: str, **params: Value) -> Tree:
        return self.ask("updatePlaylist", playlistId=playlist_id, **params)

    def named(self, name: str) -> Tree:
        """The list of that name, as it is found by clients that look no further in a reply."""
        (found,) = (each for each in self.lists() if each["name"] == name)
        return found

    def create(self, name: str, songs: Sequence[str] = ()) -> str:
        self.ask("createPlaylist", name=name, songId=songs)
        return str(self.named(name)["id"])

    def rename(self, playlist_id: str, name: str) -> Tree:
        """From a dialog that holds the comment too, as most have it."""
        shown = self.shown(playlist_id)
        told = {"comment": shown.comment, "public": str(shown.public).lower()}
        return self.update(playlist_id, name=name, **told)

    def add(self, playlist_id: str, song: str) -> Tree:
        return self.update(playlist_id, songIdToAdd=song)

    def delete(self, playlist_id: str) -> Tree:
        return self.ask("deletePlaylist", id=playlist_id)


class DSub(Imitation):
    """XML, a stray Basic header, up to five tries; a list is made with songs only."""

    client = "DSub"
    way = XML
    headers = {"Authorization": "Basic " + base64.b64encode(b"ana:stray").decode()}  # noqa: RUF012
    tries = 5

    def send(self, endpoint: str, **params: Value) -> httpx.Response:
        for _ in range(self.tries):
            response = super().send(endpoint, **params)
            if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                break
        return response

    def lists(self) -> list[Tree]:
        """It unboxes `public` and reads the first 19 characters of both dates."""
        found = super().lists()
        for each in found:
            assert isinstance(each["public"], bool)
            datetime.strptime(each["created"][:19], "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - as it does
            datetime.strptime(each["changed"][:19], "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007
        return found

    def may_overwrite(self, playlist_id: str) -> bool:
        """It offers that for ids that are numbers, and for files."""
        return playlist_id.isdecimal() or ".m3u" in playlist_id


class Amperfy(Imitation):
    """XML; what createPlaylist replies is the list; the name comes with every change."""

    client = "Amperfy"
    way = XML

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.kept: dict[str, tuple[str, ...]] = {}

    def create(self, name: str, songs: Sequence[str] = ()) -> str:
        """First without songs, then all of them."""
        made = self.listener.create(name)
        self.kept[made.id] = made.songs
        self.update(made.id, name=name, songIdToAdd=songs)
        return made.id

    def rename(self, playlist_id: str, name: str) -> Tree:
        return self.update(playlist_id, name=name)

    def add(self, playlist_id: str, song: str) -> Tree:
        return self.update(playlist_id, name=self.shown(playlist_id).name, songIdToAdd=song)

    def reorder(self, playlist_id: str, songs: Sequence[str]) -> Tree:
        stored = self.shown(playlist_id)
        places = [str(place) for place in range(stored.count)]
        edit = {"songIndexToRemove": places, "songIdToAdd": songs}
        return self.update(playlist_id, name=stored.name, **edit)

    def sync(self, playlist_id: str) -> None:
        self.kept[playlist_id] = self.shown(playlist_id).songs

    def reload(self) -> None:
        """Lists that are not listed are deleted on the phone too."""
        there = {each["id"] for each in self.lists()}
        self.kept = {each: songs for each, songs in self.kept.items() if each in there}


class Tempo(Imitation):
    """A list is changed, and renamed, by deleting it and creating another with all its songs."""

    client = "Tempo"

    def save(self, playlist_id: str, name: str, songs: Sequence[str]) -> Tree:
        self.delete(playlist_id)
        return self.ask("createPlaylist", name=name, songId=songs)

    def rename(self, playlist_id: str, name: str) -> Tree:
        return self.save(playlist_id, name, self.shown(playlist_id).songs)


class Tempus(Imitation):
    """Its editor sends all songs again as songs to add, and makes every list public."""

    client = "Tempus"

    def rename(self, playlist_id: str, name: str) -> Tree:
        songs = self.shown(playlist_id).songs
        return self.update(playlist_id, name=name, public="true", songIdToAdd=songs)

    def remove(self, playlist_id: str, place: int) -> Tree:
        return self.update(playlist_id, songIndexToRemove=str(place), public="true")


class Aonsoku(Imitation):
    """Every new list gets an empty comment and is made public; it deletes by DELETE."""

    client = "Aonsoku"
    way = Way("GET", "json", "")

    def create(self, name: str, songs: Sequence[str] = ()) -> str:
        made = self.listener.create(name, *songs)
        self.update(made.id, comment="", public="true")
        return made.id

    def delete(self, playlist_id: str) -> Tree:
        way, self.listener.way = self.listener.way, Way("DELETE", "json", "")
        reply = self.ask("deletePlaylist", id=playlist_id)
        self.listener.way = way
        return reply


class Feishin(Imitation):
    """Set up as Subsonic: a create that fails is sent again and again; a list is read twice to open it."""

    client = "Feishin"
    most = 20  # or it would go on for ever

    def create(self, name: str, songs: Sequence[str] = ()) -> str:
        for _ in range(self.most):
            reply = self.send("createPlaylist", name=name)
            if reply.status_code == HTTPStatus.OK and tree_of(reply)["status"] == "ok":
                return str(tree_of(reply)["playlist"]["id"])
        raise AssertionError("it would still be asking")

    def open(self, playlist_id: str) -> tuple[Playlist, Playlist]:
        return self.shown(playlist_id), self.shown(playlist_id)


class Substreamer(Imitation):
    """Reads each list once, when its id is new, and again when somebody pulls; what is gone is let go."""

    client = "substreamer8"

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.kept: dict[str, Playlist] = {}

    def sync(self) -> None:
        there = [str(each["id"]) for each in self.lists()]
        self.kept = {each: self.kept.get(each) or self.shown(each) for each in there}

    def pull(self, playlist_id: str) -> None:
        self.kept[playlist_id] = self.shown(playlist_id)

    def reorder(self, playlist_id: str, songs: Sequence[str]) -> Tree:
        name = self.kept[playlist_id].name
        return self.ask("createPlaylist", playlistId=playlist_id, name=name, songId=songs)

    def create(self, name: str, songs: Sequence[str] = ()) -> str:
        """Nothing of the reply is looked at."""
        self.send("createPlaylist", name=name.strip(), songId=songs)
        self.sync()
        return next(each.id for each in self.kept.values() if each.name == name.strip())


class Symfonium(Imitation):
    """Begins with credentials that are wrong; puts all songs of a list into one GET."""

    client = "Symfonium"

    def probe(self, endpoint: str = "ping", **params: Value) -> Tree:
        own = dict(self.listener.credentials)
        self.listener.credentials |= {"u": "symfonium", "t": "0" * 32}
        reply = self.ask(endpoint, **params)
        self.listener.credentials = own
        return reply

    def put(self, playlist_id: str, name: str, songs: Sequence[str]) -> Tree:
        return self.ask("updatePlaylist", playlistId=playlist_id, name=name, songIdToAdd=songs)

    def rename(self, playlist_id: str, name: str) -> Tree:
        return self.put(playlist_id, name, ())

    def add(self, playlist_id: str, song: str) -> Tree:
        return self.put(playlist_id, self.shown(playlist_id).name, [song])


EVERY: Sequence[type[Imitation]] = (
    DSub,
    Amperfy,
    Tempo,
    Tempus,
    Aonsoku,
    Feishin,
    Substreamer,
    Symfonium,
)


def reader(house: House) -> Listener:
    """What stands on the server, whoever wrote it."""
    return house.directly(USER)
