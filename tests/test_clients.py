"""What a person does with a client, through the proxy, before every server that there is to try it on.

A server of one's own is tried where TEST_NAVIDROME_URL, TEST_NAVIDROME_USER and TEST_NAVIDROME_PASSWORD name
it; the lists that are made there are deleted again.
"""

from __future__ import annotations

import asyncio
import io
import os
import random
import string
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from msgspec import Struct
from rich.console import Console

from proxy.demo import music, supysonic
from proxy.demo.recording import Piece
from proxy.embedding import Embedder, open_embedders
from proxy.settings import Settings
from tests.fake_navidrome import PASSWORDS, World, create_app
from tests.house import WAYS, Clock, Listener, Playlist, connections, playlist_of, refreshed
from tests.live import serve, serve_proxy

TOKENS, REPLY_TO_CREATE = "salted tokens", "a reply to createPlaylist"

# What a server lacks of what Navidrome has. Nothing else below knows which server it talks to.
LACKS = {"fake": set[str](), "supysonic": {TOKENS, REPLY_TO_CREATE}, "yours": set[str]()}

YOURS = ("TEST_NAVIDROME_URL", "TEST_NAVIDROME_USER", "TEST_NAVIDROME_PASSWORD")
IS_NAMED = all(os.environ.get(name) for name in YOURS)
SERVERS = [kind for kind in LACKS if kind != "yours" or IS_NAMED]
FROZEN = "edited by hand"


class Account(Struct, frozen=True):
    url: str
    user: str
    password: str


class Server(Struct, frozen=True):
    """An account at a proxy, the server at `upstream` behind it, and a connection for both."""

    http: httpx.Client
    account: Account
    upstream: str
    lacks: set[str]


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


def pieces() -> Iterator[Piece]:
    """Nine songs of three genres."""
    for number in range(9):
        genre = ("Jazz", "Folk", "Rock")[number % 3]
        yield Piece(
            file=f"{genre}/{number}.{'flac' if number % 2 else 'mp3'}",
            sound=genre.lower(),
            seconds=2,
            bpm=90,
            title=f"{genre} Number {number}",
            artist=f"The {genre} {number}",
            album=f"{genre} of {number}",
            year=1970 + number,
            genres=(genre,),
        )


def upstream(kind: str, folder: Path, stack: ExitStack) -> Account:
    """The server itself, started here unless it is one's own."""
    if kind == "yours":
        return Account(*(os.environ[name] for name in YOURS))
    if kind == "fake":
        return Account(stack.enter_context(serve(create_app(World.recorded()))), "admin", PASSWORDS["admin"])
    made = music.make(folder / "music", pieces(), Console(file=io.StringIO()))
    account = stack.enter_context(supysonic.serving(folder / "supysonic", made.folder, os.environ))
    return Account(account.url, account.user, account.password)


@pytest.fixture(scope="module")
def embedders() -> list[Embedder]:
    return open_embedders(Settings())


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, embedders: list[Embedder]
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        own, path, now = upstream(request.param, folder, stack), folder / "playlistgen.db", Clock()
        report = asyncio.run(refreshed(path, own.url, own.user, embedders, now=now, password=own.password))
        assert report.tracks
        settings = Settings(navidrome_url=own.url, db_path=str(path))
        through = stack.enter_context(serve_proxy(settings, embedders=embedders, now=now))
        account = Account(through, own.user, own.password)
        yield Server(stack.enter_context(connections()), account, own.url, LACKS[request.param])


@pytest.fixture(params=WAYS, ids=str)
def person(server: Server, request: pytest.FixtureRequest) -> Iterator[Person]:
    account = server.account
    client = Listener(server.http, account.url, account.user, account.password, way=request.param)
    if TOKENS not in server.lacks:
        client.by_token()
    person = Person(server, client)
    yield person
    person.tidy_up()


@pytest.mark.skipif(not IS_NAMED, reason=f"no server of one's own: {', '.join(YOURS)} are not all set")
def test_a_server_of_ones_own_is_among_them() -> None:
    assert "yours" in SERVERS


def test_logging_in(person: Person) -> None:
    assert person.client.ask("ping")["status"] == "ok"


def test_a_wrong_password_is_refused_by_the_server(server: Server, person: Person) -> None:
    account = server.account
    stranger = Listener(server.http, account.url, account.user, "wrong", way=person.client.way)
    for endpoint in ("createPlaylist", "getPlaylists"):
        assert stranger.ask(endpoint, name=person.prompt)["error"]["code"] == 40
    assert person.prompt not in [each.name for each in person.client.lists().values()]


def test_creating_by_name(person: Person) -> None:
    made = person.create(person.prompt)
    assert (made.name, made.owner) == (person.prompt, person.server.account.user)
    assert 0 < made.count == len(made.songs) <= 3
    assert person.genre in made.comment


def test_the_reply_is_the_finished_list_whatever_the_server_replies(person: Person) -> None:
    plain = person.client.ask("createPlaylist", name=person.plain_name)
    assert ("playlist" in plain) is (REPLY_TO_CREATE not in person.server.lacks)
    assert person.client.ask("createPlaylist", name=person.prompt)["playlist"]["entry"]


def test_opening_what_was_listed(person: Person) -> None:
    made = person.create(person.prompt)
    listed, opened = person.client.lists()[made.id], person.client.open(made.id)
    assert opened == made
    assert (listed.count, listed.seconds, listed.comment) == (made.count, made.seconds, made.comment)


def test_creating_twice_makes_one_list(person: Person) -> None:
    assert person.create(person.prompt) == person.create(person.prompt)


def test_creating_with_songs_keeps_them_first(person: Person) -> None:
    first = person.another_song(person.create(person.other_prompt))
    made = person.create(person.prompt, first)
    assert made.songs[0] == first
    assert len(set(made.songs)) == made.count <= 3


def test_renaming_makes_the_list_anew(person: Person) -> None:
    made = person.create(person.prompt)
    assert person.client.update(made.id, name=person.other_prompt)["status"] == "ok"
    anew = person.client.open(made.id)
    assert anew.name == person.other_prompt
    assert 0 < anew.count <= 2
    assert anew.comment != made.comment


def test_an_ordinary_list_becomes_a_prompt(person: Person) -> None:
    song = str(person.songs[0]["id"])
    plain = person.create(person.plain_name, song)
    assert (plain.songs, plain.comment) == ((song,), "")
    person.client.update(plain.id, name=person.prompt)
    anew = person.client.open(plain.id)
    assert (anew.name, anew.songs[0]) == (person.prompt, song)
    assert anew.count > 1


def test_a_prompt_becomes_an_ordinary_list(person: Person) -> None:
    made = person.create(person.prompt)
    person.client.update(made.id, name=person.plain_name)
    kept = person.client.open(made.id)
    assert (kept.name, kept.songs) == (person.plain_name, made.songs)
    assert FROZEN in kept.comment


def test_adding_and_removing_songs(person: Person) -> None:
    made = person.create(person.prompt)
    other = person.another_song(made)
    person.client.update(made.id, songIdToAdd=other)
    assert person.client.open(made.id).songs == (*made.songs, other)
    person.client.update(made.id, songIndexToRemove="0")
    edited = person.client.open(made.id)
    assert edited.songs == (*made.songs[1:], other)
    assert FROZEN in edited.comment


def test_putting_other_songs_into_it(person: Person) -> None:
    made = person.create(person.prompt)
    others = (person.another_song(made), made.songs[0])
    assert person.client.ask("createPlaylist", playlistId=made.id, songId=others)["status"] == "ok"
    edited = person.client.open(made.id)
    assert edited.songs == others
    assert edited.comment.startswith(f"{made.comment} · {FROZEN}")


def test_deleting(person: Person) -> None:
    made = person.create(person.prompt)
    assert person.client.ask("deletePlaylist", id=made.id)["status"] == "ok"
    assert made.id not in person.client.lists()
    assert person.client.ask("getPlaylist", id=made.id)["error"]["code"] == 70


def test_deleting_and_creating_again_is_an_edit(person: Person, server: Server) -> None:
    """Also where another list has that name."""
    made = person.create(person.prompt)
    elsewhere = Listener(server.http, server.upstream, server.account.user, server.account.password)
    elsewhere.ask("createPlaylist", name=person.prompt, songId=made.songs)
    edited = (*made.songs[::-1], person.another_song(made))
    person.client.ask("deletePlaylist", id=made.id)
    assert person.client.ask("createPlaylist", name=person.prompt, songId=edited)["status"] == "ok"
    lists = [person.client.open(each) for each in person.client.lists()]
    (stored,) = (each for each in lists if each.songs == edited)
    assert FROZEN in stored.comment


def test_a_list_typed_elsewhere_is_filled_when_it_is_listed(person: Person, server: Server) -> None:
    elsewhere = Listener(server.http, server.upstream, server.account.user, server.account.password)
    assert elsewhere.ask("createPlaylist", name=person.prompt)["status"] == "ok"
    assert next(each.count for each in person.client.lists().values() if each.name == person.prompt) > 0


def test_playing_the_first_song(person: Person) -> None:
    made = person.create(person.prompt)
    kind, beginning = person.client.begin(made.songs[0])
    assert kind.startswith("audio/")
    assert beginning
