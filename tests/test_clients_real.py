"""Real clients, unmodified, through the proxy before supysonic, which plays real music.

Those that cannot read the lists of supysonic meet the fake Navidrome too. `.ci/clients` installs them; where
TEST_CLIENTS_INSTALLED is set, none may be missing without a reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from msgspec import Struct

from proxy.embedding import Embedder, open_embedders
from proxy.settings import Settings
from proxy.sound.hear import decoded
from proxy.sound.mel import RATE
from tests.clients.installed import BYTES, CACHE, CLIENTS, CREATE_REPLY, RENAME, SOUND, Client, require
from tests.clients.person import Person
from tests.clients.remote import ClientFailed, Remote, started
from tests.clients.servers import LACKS, SERVERS, WITH_TOKENS, Account, Server, standing
from tests.house import Listener, Playlist

REAL = [WITH_TOKENS, *(kind for kind in SERVERS if kind == "yours")]
PAIRS = [
    *((client, kind) for client in CLIENTS for kind in REAL),
    *((client, "fake") for client in CLIENTS if client.needs),
]
LOUD = 0.01  # of full scale, as a root mean square


def named(pair: tuple[Client, str]) -> str:
    return f"{pair[0]} at {pair[1]}"


class Sitting(Struct, frozen=True):
    """A client that has logged in at a proxy, and what is behind that."""

    client: Client
    remote: Remote
    server: Server

    def shows(self, playlist: Playlist) -> bool:
        """Whether the client lists and opens it so; or refuses to, where the server lacks what it needs."""
        if self.client.needs in self.server.lacks:
            return self._refuses("lists") and self._refuses("open", playlist.id)
        opened = self.remote.do("open", playlist.id)
        (listed,) = (each for each in self.remote.do("lists") if each["id"] == playlist.id)
        assert (listed["name"], listed["count"]) == (playlist.name, playlist.count)
        return (opened["name"], tuple(opened["songs"])) == (playlist.name, playlist.songs)

    def _refuses(self, *step: str) -> bool:
        with pytest.raises(ClientFailed, match=re.escape(self.client.refusal)):
            self.remote.do(*step)
        return True


@pytest.fixture(scope="module")
def embedders() -> list[Embedder]:
    return open_embedders(Settings())


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory, embedders: list[Embedder]
) -> Iterator[dict[str, Server]]:
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(standing(kind, tmp_path_factory.mktemp(kind), embedders))
            for kind in {kind for _, kind in PAIRS}
        }


@pytest.fixture(scope="module", params=PAIRS, ids=named)
def sitting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sitting]:
    client, kind = request.param
    require(client)
    server = request.getfixturevalue("servers")[kind]
    with started(client, server.account, tmp_path_factory.mktemp("home")) as remote:
        assert remote.do("log_in")
        yield Sitting(client, remote, server)


@pytest.fixture
def person(sitting: Sitting) -> Iterator[Person]:
    """Another client of the same account, that sees what the real one has done and tidies up after it."""
    account = sitting.server.account
    person = Person(
        sitting.server, Listener(sitting.server.http, account.url, account.user, account.password)
    )
    yield person
    person.tidy_up()


def only_those_that(ability: str, *, at: Collection[str] = LACKS) -> pytest.MarkDecorator:
    able = [pair for pair in PAIRS if ability not in pair[0].lacks and pair[1] in at]
    return pytest.mark.parametrize("sitting", able, ids=named, indirect=True)


def accepted(remote: Remote) -> bool:
    """Some clients raise what the server said, others show nothing."""
    try:
        return bool(remote.do("log_in"))
    except ClientFailed as refused:
        if "password" not in str(refused).lower():
            raise
        return False


def made(sitting: Sitting, person: Person, name: str) -> str:
    """The id of a list that the client has made by its name."""
    sitting.remote.do("create", name)
    return person.id_of(name)


def test_tokens_are_checked_before_the_real_server(servers: dict[str, Server]) -> None:
    directly = servers[WITH_TOKENS].directly()
    directly.by_token()
    assert directly.ask("ping")["status"] == "ok"
    directly.credentials["t"] = "0" * 32
    assert directly.ask("ping")["error"]["code"] == 40


def test_a_wrong_password_is_refused(sitting: Sitting, tmp_path_factory: pytest.TempPathFactory) -> None:
    account = sitting.server.account
    stranger = Account(account.url, account.user, "wrong")
    with started(sitting.client, stranger, tmp_path_factory.mktemp("stranger")) as remote:
        assert not accepted(remote)


def test_a_prompt_is_listed_and_opened(sitting: Sitting, person: Person) -> None:
    opened = person.client.open(made(sitting, person, person.prompt))
    assert opened.name == person.prompt
    assert opened.songs
    assert sitting.shows(opened)


@only_those_that(CREATE_REPLY)
def test_what_is_shown_at_once_is_the_finished_list(sitting: Sitting, person: Person) -> None:
    shown = sitting.remote.do("create", person.prompt)
    assert tuple(shown["songs"]) == person.client.open(shown["id"]).songs != ()


@only_those_that(BYTES)
def test_a_song_begins_as_it_does_on_the_server(sitting: Sitting, person: Person) -> None:
    song = person.client.open(made(sitting, person, person.prompt)).songs[0]
    beginning = bytes.fromhex(sitting.remote.do("begin", song))
    kind, expected = sitting.server.directly().begin(song)
    assert kind.startswith("audio/")
    assert len(beginning) >= 1000
    assert beginning.startswith(expected[: len(beginning)]) or expected.startswith(beginning)


@only_those_that(BYTES, at=[WITH_TOKENS])
def test_the_first_seconds_of_every_song_are_music(sitting: Sitting, person: Person, tmp_path: Path) -> None:
    """A list of one genre has songs of both formats, MP3 and FLAC."""
    for song in person.client.open(made(sitting, person, person.prompt)).songs:
        beginning = tmp_path / song
        beginning.write_bytes(bytes.fromhex(sitting.remote.do("begin", song)))
        heard = decoded(beginning, duration=0)
        assert len(heard) >= 2 * RATE
        assert np.sqrt(np.mean(heard**2)) > LOUD


@only_those_that(SOUND, at=REAL)
def test_the_first_seconds_are_played(sitting: Sitting, person: Person) -> None:
    playlist = made(sitting, person, person.prompt)
    heard = sitting.remote.do("play", playlist)
    assert heard["state"] == "playing"
    assert heard["played"] >= 2000
    assert heard["song"] in person.client.open(playlist).songs


@only_those_that(CACHE)
def test_what_is_kept_of_a_new_list_is_the_finished_list(sitting: Sitting, person: Person) -> None:
    """Sublime Music asks no more for a list whose songs came with the reply to createPlaylist."""
    playlist = made(sitting, person, person.prompt)
    assert tuple(sitting.remote.do("cached", playlist)["songs"]) == person.client.open(playlist).songs != ()


@only_those_that(RENAME)
def test_a_rename_makes_the_list_anew(sitting: Sitting, person: Person) -> None:
    playlist = made(sitting, person, person.prompt)
    sitting.remote.do("rename", playlist, person.other_prompt)
    anew = person.client.open(playlist)
    assert anew.name == person.other_prompt
    assert 0 < anew.count <= 2
    assert sitting.shows(anew)


def test_songs_are_added_and_removed(sitting: Sitting, person: Person) -> None:
    playlist = made(sitting, person, person.prompt)
    before = person.client.open(playlist)
    other = person.another_song(before)
    sitting.remote.do("add", playlist, other)
    assert person.client.open(playlist).songs == (*before.songs, other)
    sitting.remote.do("remove", playlist, 0)
    edited = person.client.open(playlist)
    assert edited.songs == (*before.songs[1:], other)
    assert "edited by hand" in edited.comment
    assert sitting.shows(edited)


def test_a_list_is_deleted(sitting: Sitting, person: Person) -> None:
    playlist = made(sitting, person, person.prompt)
    sitting.remote.do("delete", playlist)
    assert playlist not in person.client.lists()
    assert playlist not in [each["id"] for each in sitting.remote.do("lists")]
