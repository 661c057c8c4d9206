"""supysonic, a small real Subsonic server, on 127.0.0.1 with a folder of music.

What differs from Navidrome, observed on supysonic 0.7.9 with waitress under Python 3.11, 3.12 and 3.13:

* Envelope: `version` 1.12.0; no `type`, `serverVersion` or `openSubsonic`. XML, JSON, JSONP (without
  `callback`: error 10, as JSON). GET, HEAD and POST forms; other verbs answer 405 with a page of HTML, also
  DELETE on deletePlaylist. In a POST a parameter of the query wins over the same one of the form.
* Login: `p` plain or `enc:`, or HTTP Basic. `t` and `s` are unknown, so they are error 10 whether right or
  wrong; a wrong `p` is 40. `c` is required, `v` is not. Errors come with HTTP 200.
* Unknown endpoints: HTTP 404 with code 0 "Unknown method", among them getOpenSubsonicExtensions,
  getSimilarSongs, getSimilarSongs2, getTopSongs and getPlayQueue. `/auth/login` and `/api/…`: 404, HTML.
* getScanStatus and startScan: code 0, for want of the daemon, which is not started here.
* getUser: `username` is required; roles, no `folder`. getMusicFolders: ids are strings of digits.
* search3: an empty `query` gives every song, in pages by songCount and songOffset, in no stated order; past
  the end `searchResult3` is `{}`. `query=""` with quotes finds nothing, no `query` is error 10. Of songs only
  titles are searched.
* Songs: UUID ids; one `genre`, the first; no moods, bpm or genres; `path` relative to the folder; `duration`
  in whole seconds; `created` is the file's time, without a zone. No `coverArt` without a picture, and
  getCoverArt is then code 0. Without tags: artist "[unknown]", album "[non-album tracks]", title the
  file's name.
* createPlaylist: an empty ok, and a second list when the name is taken. With `playlistId` it replaces the
  songs, and renames if `name` is given. An unknown song is error 70; an empty `songId`, or any id that is not
  a UUID, code 0; the list is then untouched.
* updatePlaylist: adds first, then removes by positions, those beyond the end ignored. An empty `name` or
  `comment` changes nothing, so a comment cannot be cleared; 600 characters are kept.
  A list that never had songs cannot be renamed or commented (code 0, "InternalServerError") before songs were
  added, or replaced by none with createPlaylist and its `playlistId`.
* Lists have no `changed` and no `coverArt`, `comment` only if set (also in getPlaylists), no `entry` when
  empty. Somebody else's public list is called "[owner] name"; a private one is error 50.
* stream: ranges answer 206 or 416 (in HTML), but not to a POST. Nothing is transcoded unless configured:
  a `format` or `maxBitRate` that asks for it is code 0.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from proxy.demo.client import Account, Listener
from proxy.demo.processes import finish, free_port, running, wait_for

USER = "demo"
PASSWORD = "eleven-umbrellas"

# Its scripts lie in different places on different systems; the interpreter that runs us is always known.
_COMMANDS = [sys.executable, "-m", "supysonic.cli"]
SERVER = (
    sys.executable,
    "-c",
    "from supysonic.server import main; main()",
    "-S",
    "waitress",
    "-h",
    "127.0.0.1",
)

_CONFIG = """\
[base]
database_uri = sqlite:///{database}

[webapp]
cache_dir = {folder}/cache
log_level = WARNING
mount_webui = off

[daemon]
socket = daemon.sock
"""


@contextlib.contextmanager
def serving(
    folder: Path, music: Path, environ: Mapping[str, str], *, server: Sequence[str] = SERVER
) -> Iterator[Account]:
    """A server of `music`, scanned, from here to the end of the block; its state and log are in `folder`.

    `server` is the command that starts it; `-p` and a port are added to it.
    Raises StepFailed, with the log, where it cannot be set up or started.
    """
    folder, music = folder.resolve(), music.resolve()
    _set_up(folder, music, environ)
    _run(folder, environ, "folder", "scan", "--foreground")
    account = Account(f"http://127.0.0.1:{free_port()}", USER, PASSWORD)
    command = [*server, "-p", account.url.rpartition(":")[2]]
    log = folder / "server.log"
    with running("supysonic", command, log=log, cwd=folder, environ=environ) as child:
        with contextlib.closing(Listener(account)) as listener:
            wait_for(child, listener.ready)
        yield account


def _set_up(folder: Path, music: Path, environ: Mapping[str, str]) -> None:
    done = folder / "set-up"
    if done.exists() and done.read_text(encoding="utf-8") == str(music):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = _CONFIG.format(database=folder / "supysonic.db", folder=folder)
    # It reads the file of this name in the working directory, after those of the system and of the user.
    (folder / "supysonic.conf").write_text(config, encoding="utf-8")
    _run(folder, environ, "user", "add", USER, "-p", PASSWORD)
    _run(folder, environ, "user", "setroles", "--admin", USER)
    _run(folder, environ, "folder", "add", "Music", str(music))
    done.write_text(str(music), encoding="utf-8")


def _run(folder: Path, environ: Mapping[str, str], *arguments: str) -> None:
    command, log = [*_COMMANDS, *arguments], folder / "set-up.log"
    finish(f"supysonic-cli {arguments[0]} {arguments[1]}", command, log=log, cwd=folder, environ=environ)
