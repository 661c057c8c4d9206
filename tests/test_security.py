"""What one caller may learn or change of another's, and what a stranger can do: nothing."""

from __future__ import annotations

import ast
import hashlib
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.app import SUBSONIC
from proxy.commands.generate import file_name
from proxy.library import check, connect
from proxy.recipes.recipe import list_id
from tests.fake_navidrome import PASSWORDS
from tests.fake_ollama import FakeOllama
from tests.house import House, Listener
from tests.live import serve

PACKAGE = Path(__file__).parents[1] / "proxy"
MODULES = sorted(PACKAGE.rglob("*.py"))
OTHERS = ("ben", "admin")

# Log-ins.

ASKED: dict[str, dict[str, str]] = {
    "createPlaylist": {"name": "ai: jazz 20 min"},
    "updatePlaylist": {"playlistId": "LIST", "name": "ai: folk 20 min"},
    "deletePlaylist": {"id": "LIST"},
    "getPlaylist": {"id": "STANDING"},
    "getCoverArt": {"id": "STANDING"},
    "download": {"id": "STANDING"},
    "createShare": {"id": "STANDING"},
    "getSimilarSongs": {"id": "SONG"},
    "getSimilarSongs2": {"id": "SONG"},
    "getSonicSimilarTracks": {"id": "SONG"},
    "search3": {"query": "ai: jazz for the evening"},
    "findSonicPath": {"startSongId": "SONG", "endSongId": "SONG"},
}
WRONG: list[dict[str, str]] = [
    {"p": "wrong-password"},
    {"p": "enc:" + b"wrong-password".hex()},
    {"t": hashlib.md5(b"wrong-password c19b2d").hexdigest(), "s": "c19b2d"},
    {"jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl"},
]


@pytest.mark.parametrize("proof", WRONG, ids=lambda proof: next(iter(proof)))
@pytest.mark.parametrize("endpoint", sorted(SUBSONIC.keys() - {"search2"}))  # the fake has only search3
def test_a_wrong_proof_is_tried_upstream_once_and_every_time(
    house: House, endpoint: str, proof: dict[str, str]
) -> None:
    made = house.listener("ana").create("ai: jazz 20 min")
    values = {"LIST": made.id, "SONG": made.songs[0], "STANDING": list_id("ana", "daily mix")}
    params = {name: values.get(value, value) for name, value in ASKED.get(endpoint, {}).items()}
    stranger, straight = house.listener("ana"), house.directly("ana")
    for listener in (stranger, straight):
        del listener.credentials["p"]
        listener.credentials |= proof
    for _ in range(2):
        before = len(house.world.requests)
        answer = stranger.send(endpoint, **params)
        tries = len(house.world.requests) - before
        if endpoint == "getOpenSubsonicExtensions":  # is told to anybody
            assert tries == 1
            continue
        assert tries == 1
        assert answer.json()["subsonic-response"]["error"]["code"] == 40
        assert answer.content == straight.send(endpoint, **params).content


def test_a_right_log_in_does_not_open_the_door_for_a_wrong_one_after_it(house: House) -> None:
    ana, stranger = house.listener("ana"), house.listener("ana")
    song = ana.create("ai: jazz 20 min").songs[0]
    assert ana.ask("getSimilarSongs", id=song)["status"] == "ok"
    stranger.credentials["p"] = "wrong-password"
    assert stranger.ask("getSimilarSongs", id=song)["error"]["code"] == 40


# One caller and another.


@pytest.mark.parametrize("other", OTHERS)
def test_a_list_is_its_owners_alone(house: House, other: str) -> None:
    """An administrator sees everybody's upstream, as without us, and changes nobody's here."""
    ana, another = house.listener("ana"), house.listener(other)
    made = ana.create("ai: jazz 20 min")
    seen = another.lists()
    assert (made.id in seen) is (made.id in house.directly(other).lists())
    if other == "ben":
        assert made.id not in seen
        assert another.ask("getPlaylist", id=made.id)["error"]["code"] == 70
        assert another.ask("getSimilarSongs", id=made.id).get("similarSongs", {}).get("song", []) == []
    own = another.create("ai: jazz 20 min")
    assert own.id != made.id
    assert own.owner == other
    assert ana.open(made.id).songs == made.songs


@pytest.mark.parametrize(
    ("endpoint", "params"),
    [
        ("updatePlaylist", {"playlistId": "LIST", "name": "ai: folk 20 min"}),
        ("updatePlaylist", {"playlistId": "LIST", "comment": "mine now"}),
        ("updatePlaylist", {"playlistId": "LIST", "songIndexToRemove": "0"}),
        ("createPlaylist", {"playlistId": "LIST", "songId": "SONG"}),
        ("deletePlaylist", {"id": "LIST"}),
    ],
)
def test_nobody_changes_anothers_list_or_what_is_remembered_of_it(
    house: House, endpoint: str, params: dict[str, str]
) -> None:
    ana, ben = house.listener("ana"), house.listener("ben")
    made = ana.create("ai: jazz 20 min")
    values = {"LIST": made.id, "SONG": made.songs[0]}
    assert ben.ask(endpoint, **{k: values.get(v, v) for k, v in params.items()})["status"] == "failed"
    after = ana.open(made.id)
    assert (after.name, after.songs, after.comment) == (made.name, made.songs, made.comment)
    # Nor does ours take it for edited or deleted: its owner's rename makes it anew.
    assert ana.update(made.id, name="ai: techno 20 min")["status"] == "ok"
    assert ana.open(made.id).songs != made.songs


def test_songs_of_a_library_are_given_to_those_only_who_may_hear_it(house: House) -> None:
    other = {song for song, each in house.world.songs.items() if each.library == 2}
    assert other
    songs = {user: heard(house.listener(user), house) for user in PASSWORDS}
    assert songs["admin"] & other
    assert not (songs["ana"] | songs["ben"]) & other


def heard(listener: Listener, house: House) -> set[str]:
    """All that a listener is given, whatever he asks about."""
    given = set(listener.create("ai: 500 songs").songs)
    for song in house.world.songs:
        for endpoint, inside, params in (
            ("getSimilarSongs", "similarSongs", {"id": song}),
            ("getSonicSimilarTracks", "sonicMatch", {"id": song}),
        ):
            tree = listener.ask(endpoint, count="500", **params)
            given |= {found["id"] for found in songs_in(tree.get(inside))}
    return given


def songs_in(tree: Any) -> list[dict[str, Any]]:
    if isinstance(tree, list):
        return [each.get("entry", each) for each in tree]
    return list((tree or {}).get("song", []))


# Words and what they must not become: SQL, paths, commands.

HOSTILE = (
    "'; DROP TABLE tracks; --",
    '" OR 1=1 --',
    "../../../etc/passwd",
    "$(touch pwned) `touch pwned`",
    "jazz' UNION SELECT password FROM users --",
    'NEAR("a" "b") * title:x AND NOT',
    "\x00\x1b[2J",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_prompt_is_words_and_nothing_else(house: House, words: str) -> None:
    before = state_of(house)
    ana = house.listener("ana")
    made = ana.create(f"ai: {words} 20 min", words)
    assert ana.open(made.id).songs == made.songs
    for endpoint in ("getSimilarSongs", "getSonicSimilarTracks"):
        ana.send(endpoint, id=words)
    ana.send("updatePlaylist", playlistId=words, name="ai: jazz")
    ana.send("deletePlaylist", id=words)
    assert state_of(house) == before


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_language_model_says_is_words_and_nothing_else(house: House, words: str) -> None:
    before = state_of(house)
    ollama = FakeOllama()
    ollama.says = {"genres": [words], "artists": [words], "moods": [words], "search": words, "query": words}
    ollama.says |= {"rewritten": words, "text": words, "energy": words, "decades": [words]}
    with serve(ollama.app) as url, house.proxy(ollama_url=url, prompt_model=ollama.model) as proxy:
        ana = house.listener("ana")
        ana.url = proxy
        made = ana.create("ai: something for uncle Otto 3 min")
    assert ollama.asked
    assert ana.credentials["p"] not in str(ollama.asked)
    assert made.owner == "ana"
    assert state_of(house) == before


def state_of(house: House) -> object:
    """What is in the library, and what lies beside it."""
    with closing(connect(house.path)) as db:
        rows = db.execute("SELECT track_id, title FROM tracks ORDER BY track_row").fetchall()
        tables = db.execute("SELECT name FROM sqlite_schema ORDER BY name").fetchall()
        assert check(db) == []
    return rows, tables, sorted(path.name for path in house.path.parent.iterdir()), sorted(Path().iterdir())


@given(st.text())
def test_the_name_of_a_file_stays_in_its_folder(prompt: str) -> None:
    name = file_name(prompt)
    folder = Path("/lists")
    assert (folder / name).resolve().parent == folder
    assert name.endswith(".m3u8")
    assert not name.startswith((".", "-"))
    assert len(name.encode()) <= 255


# What may stand in a statement besides its own words: names of this code, never a value.
# The lower-case ones are of few values, which callers write out.
CONSTANT = r"_?[A-Z][A-Z_]*"
NAMES = re.compile(
    rf"{CONSTANT}|\w+\.DUE|'\W+'\.join\(.*\b{CONSTANT}\)+|len\(\w+\)"
    r"|where|of|name|child|native|_SQL\[name\]|(self\.)?_?table|_table\(model\)"
)
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|PRAGMA|ALTER)\b")


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_values_are_bound_to_statements_and_not_written_into_them(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr) and SQL.search(literal(node)):
            put = [ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
            assert not [name for name in put if not NAMES.fullmatch(name)], file
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".execute", ".executemany")):
            assert not isinstance(node.args[0], ast.BinOp), f"{file}:{node.lineno}"


def literal(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_shell_is_started(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"shell=True|os\.system|os\.popen|\beval\(|\bexec\(|pickle\.load", text)
