"""What a person does with a client, through the proxy, before every server that there is to try it on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proxy.embedding import Embedder, open_embedders
from proxy.settings import Settings
from tests.clients.person import Person
from tests.clients.servers import IS_NAMED, REPLY_TO_CREATE, SERVERS, TOKENS, YOURS, Server, standing
from tests.house import WAYS, Listener

FROZEN = "edited by hand"


@pytest.fixture(scope="module")
def embedders() -> list[Embedder]:
    return open_embedders(Settings())


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, embedders: list[Embedder]
) -> Iterator[Server]:
    with standing(request.param, tmp_path_factory.mktemp(request.param), embedders) as server:
        yield server


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
    elsewhere = server.directly()
    elsewhere.ask("createPlaylist", name=person.prompt, songId=made.songs)
    edited = (*made.songs[::-1], person.another_song(made))
    person.client.ask("deletePlaylist", id=made.id)
    assert person.client.ask("createPlaylist", name=person.prompt, songId=edited)["status"] == "ok"
    lists = [person.client.open(each) for each in person.client.lists()]
    (stored,) = (each for each in lists if each.songs == edited)
    assert FROZEN in stored.comment


def test_a_list_typed_elsewhere_is_filled_when_it_is_listed(person: Person, server: Server) -> None:
    elsewhere = server.directly()
    assert elsewhere.ask("createPlaylist", name=person.prompt)["status"] == "ok"
    assert next(each.count for each in person.client.lists().values() if each.name == person.prompt) > 0


def test_playing_the_first_song(person: Person) -> None:
    made = person.create(person.prompt)
    kind, beginning = person.client.begin(made.songs[0])
    assert kind.startswith("audio/")
    assert beginning
