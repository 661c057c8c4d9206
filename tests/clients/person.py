"""A person at a server, whose lists nobody else has."""

from __future__ import annotations

import random
import string
from collections import Counter

from tests.clients.servers import Server
from tests.house import Listener, Playlist, playlist_of


class Person:
    """Makes lists with names that nobody else has, and deletes them in the end."""

    def __init__(self, server: Server, client: Listener) -> None:
        self.server = server
        self.client = client
        self.songs = client.ask("getRandomSongs", size="100")["randomSongs"]["song"]
        (self.genre, _), *_ = Counter(song["genre"] for song in self.songs if "genre" in song).most_common()
        self._tag = "".join(random.SystemRandom().choices(string.ascii_lowercase, k=8))

    @property
    def prompt(self) -> str:
        """A name that finds something in every library."""
        return f"ai: {self.genre}, 3 songs {self._tag}"

    @property
    def other_prompt(self) -> str:
        return f"ai: all kinds of {self.genre}, 2 songs {self._tag}"

    @property
    def plain_name(self) -> str:
        return f"Things {self._tag}"

    def create(self, name: str, *songs: str) -> Playlist:
        """From the reply where there is one, else looked up by its name, as clients do."""
        reply = self.client.ask("createPlaylist", name=name, songId=songs)
        assert reply["status"] == "ok"
        return playlist_of(reply) if "playlist" in reply else self.client.open(self.id_of(name))

    def id_of(self, name: str) -> str:
        (found,) = (each.id for each in self.client.lists().values() if each.name == name)
        return found

    def another_song(self, made: Playlist) -> str:
        return next(str(song["id"]) for song in self.songs if song["id"] not in made.songs)

    def tidy_up(self) -> None:
        for each in self.client.lists().values():
            if self._tag in each.name:
                assert self.client.ask("deletePlaylist", id=each.id)["status"] == "ok"
