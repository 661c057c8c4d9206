"""The findings about this machine: the database, what is in it, the embedders, the folder for `.m3u8`."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import apsw

from proxy.commands.ages import relative
from proxy.commands.check_disk import rights, room
from proxy.commands.check_listening import listening
from proxy.commands.check_lists import recipes
from proxy.commands.check_music import mounted, mounts, music
from proxy.commands.findings import Finding, failure
from proxy.embedding import Builtin, Chat, Embedder
from proxy.errors import LibraryError
from proxy.library import check, connect, migrate, sizes, syncs, tracks, transaction, wrap_errors
from proxy.library.database import check_place
from proxy.library.syncs import SyncReport
from proxy.library.transactions import RIGHTS
from proxy.refresh.lock import holder
from proxy.refresh.places import music_of
from proxy.settings import Settings

RUNS = 100

REFRESH = "Run `playlistgen refresh`."
SEEN = "Look at what Navidrome has, and at whether NAVIDROME_USER may see it; then refresh again."
EVERY_NIGHT = "Run `playlistgen refresh`, and let a timer do it every night."


def here(
    settings: Settings, *, now: datetime, embedders: Sequence[Embedder], chat: Chat | None = None
) -> list[Finding]:
    """May take seconds: the database is read whole and the built-in embedder is loaded."""
    path = Path(settings.db_path).absolute()
    findings = [_settled("database", partial(_database, path))]
    findings.append(_settled("disk", partial(room, path)))
    sound = not findings[0].wrong
    if sound:
        findings.append(_settled("rights", partial(rights, path)))
        findings.append(_settled("index", partial(_index, path, now)))
    findings.append(_settled("music", partial(music if sound else mounts, settings)))
    findings.append(_settled("listening", partial(listening, settings, begun=sound)))
    findings.append(_settled("recipes", partial(recipes, settings.recipes_path, path)))
    findings += [_settled("embedder", partial(_embedder, embedder)) for embedder in embedders]
    if chat:
        findings.append(_settled("prompts", partial(_chat, chat)))
    return [*findings, _settled("playlists", partial(_folder, settings, path))]


def _settled(topic: str, probe: Callable[[], Finding]) -> Finding:
    try:
        return probe()
    except Exception as error:
        return failure(topic, error)


@contextlib.contextmanager
def _open(path: Path) -> Iterator[apsw.Connection]:
    with contextlib.closing(connect(path, readonly=True)) as db, wrap_errors(str(path)):
        yield db


def _database(path: Path) -> Finding:
    check_place(path)
    if not path.exists():
        return Finding("database", True, f"There is no database at {path} yet.", f"{REFRESH} It makes one.")
    migrate(path)
    with _open(path) as db:
        damage = check(db)
    if damage:
        return Finding("database", True, damage[0], f"Move {path} away. {REFRESH} It makes the file anew.")
    with contextlib.closing(connect(path)) as db, transaction(db):  # refused where the folder is not ours
        if db.readonly("main"):
            raise LibraryError(f"{path} may not be written. {RIGHTS}.")
    return Finding("database", False, f"{path} is sound, of this version, and can be written.")


def _index(path: Path, now: datetime) -> Finding:
    with _open(path) as db:
        present, _ = tracks.count(db)
        runs = syncs.latest(db, RUNS)
    at_work = holder(path)
    if at_work:
        return Finding("index", False, f"{present} tracks; process {at_work.pid} is refreshing it now.")
    return _judged(present, runs, now)


def _judged(present: int, runs: list[SyncReport], now: datetime) -> Finding:
    failed = runs[0].error if runs else ""
    good = next((datetime.fromisoformat(run.started_at) for run in runs if run.status == "ok"), None)
    if failed:
        return Finding("index", True, f"{present} tracks, and the last refresh failed: {failed}", REFRESH)
    if not present:
        return Finding("index", True, "The index is empty: no list can be made.", SEEN if good else REFRESH)
    if good is None:
        return Finding("index", True, f"{present} tracks, but no refresh has come to its end.", REFRESH)
    sentence = f"{present} tracks, refreshed {relative(good, now=now)}."
    return Finding("index", now - good > syncs.OLD, sentence, EVERY_NIGHT if now - good > syncs.OLD else "")


def _embedder(embedder: Embedder) -> Finding:
    if isinstance(embedder, Builtin):
        embedder.load()
        return Finding("embedder", False, f"The built-in one ({embedder.model}) loads.")
    sentence = f"{embedder.model} is there, with vectors of {embedder.dimension} numbers."
    return Finding("embedder", False, sentence)


def _chat(chat: Chat) -> Finding:
    chat.connect()
    return Finding("prompts", False, f"{chat.model} is there and helps to read them.")


def _folder(settings: Settings, database: Path) -> Finding:
    folder = Path(settings.playlists_path).absolute()
    known = (*_music_folders(database), *mounted(music_of(settings)))
    music = next((m for m in known if folder.resolve().is_relative_to(Path(m).resolve())), None)
    if music:
        sentence = f"{folder} lies in the music folder {music}: Navidrome would import each `.m3u8` there."
        return Finding("playlists", True, sentence, "Name a folder outside of it in PLAYLISTS_PATH.")
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)):
        mend = "Make it a folder that this user may write, or name another in PLAYLISTS_PATH."
        return Finding("playlists", True, f"No `.m3u8` can be written to {folder}.", mend)
    return Finding("playlists", False, f"`.m3u8` files can be written to {folder}.")


def _music_folders(database: Path) -> list[str]:
    """None where the database cannot tell: that is a finding of its own."""
    try:
        with _open(database) as db:
            return sizes.music_folders(db)
    except LibraryError:
        return []
