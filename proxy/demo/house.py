"""The demo from the first file of music to the printed list: every step in its order, every process ended."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from rich.console import Console

from proxy.demo import show
from proxy.demo.client import Listener, Playlist
from proxy.demo.processes import Child, StepFailed, finish, free_port, running, wait_for
from proxy.demo.upstream import choose, surroundings
from proxy.errors import PlaylistgenError

PROMPT = "rainy sunday jazz 45 min"
NAME = f"ai: {PROMPT}"
PORT = 4532

_PLAYLISTGEN = [sys.executable, "-m", "proxy"]
_INTERRUPTED = 130
_WATCH_SECONDS = 0.5


class Proxy(Struct, frozen=True):
    """`playlistgen`, used through its command line alone; a log of each command lies in `folder`."""

    folder: Path
    environ: Mapping[str, str]

    def finish(self, command: str, *arguments: str) -> str:
        """What the command prints. Raises StepFailed."""
        log = self.folder / f"{command}.log"
        log.unlink(missing_ok=True)
        line = [*_PLAYLISTGEN, command, *arguments]
        return finish(f"playlistgen {command}", line, log=log, environ=self.environ)

    def serving(self) -> contextlib.AbstractContextManager[Child]:
        log = self.folder / "serve.log"
        return running("playlistgen serve", [*_PLAYLISTGEN, "serve"], log=log, environ=self.environ)


def run(*, folder: Path, once: bool, environ: Mapping[str, str], console: Console) -> int:
    """Plays the demo with its files in `folder`, then stays up until Ctrl-C unless `once`.

    Gives the exit code: 0, 2 for a step that failed, 130 for a Ctrl-C before the list was there. SIGTERM and
    SIGHUP count as Ctrl-C, so it runs in the main thread only.
    """
    try:
        with _interrupted_by(signal.SIGTERM, signal.SIGHUP), contextlib.ExitStack() as house:
            server = _play(house, folder.resolve(), environ, console)
            if not once:
                _stay(server, console)
    except PlaylistgenError as error:
        show.failure(console, error)
        return error.exit_code
    except KeyboardInterrupt:
        console.print("Ended before the list was there.")
        return _INTERRUPTED
    return 0


def _play(house: contextlib.ExitStack, folder: Path, environ: Mapping[str, str], console: Console) -> Child:
    _make(folder)
    upstream = choose(house, folder, environ, console)
    address = f"http://127.0.0.1:{free_port(PORT)}"
    proxy = Proxy(upstream.folder, surroundings(environ, upstream, address))
    show.step(console, "index", "reading the library")
    show.step(console, "index", proxy.finish("refresh").strip().rpartition("\n")[2])
    server = house.enter_context(proxy.serving())
    account = msgspec.structs.replace(upstream.account, url=address)
    listener = house.enter_context(contextlib.closing(Listener(account)))
    wait_for(server, listener.ready)
    show.step(console, "proxy", f"{address}, before {upstream.host}")
    with _log_of(server):
        playlist = _listen(listener, console)
    show.playlist(console, playlist, _reasons(proxy, account.user))
    show.exported(console, _export(proxy, account.user))
    shown = msgspec.structs.replace(account, password="yours") if upstream.own else account
    show.connection(console, shown, plain_password=listener.plain_password)
    return server


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        sentence = f"{folder} cannot be written ({error.strerror}). Name a folder of yours with --folder."
        raise StepFailed(sentence) from error


def _listen(listener: Listener, console: Console) -> Playlist:
    listener.log_in()
    began = time.perf_counter()
    playlist = listener.create(NAME)
    took = time.perf_counter() - began
    if not playlist.entry:
        reason = f" Its comment: {playlist.comment}" if playlist.comment else ""
        raise StepFailed(f"“{NAME}” came back without songs.{reason}")
    show.step(console, "list", f"“{NAME}” created and opened in {took:.1f} s: {len(playlist.entry)} songs")
    beginning = listener.begin(playlist.entry[0])
    show.step(console, "sound", f"{beginning.length} bytes of {beginning.content_type} from its first song")
    return playlist


def _reasons(proxy: Proxy, user: str) -> dict[str, str]:
    """Why each song was chosen, by its id; empty where `generate` does not tell."""
    try:
        return show.reasons(proxy.finish("generate", PROMPT, "--user", user, "--format", "json"))
    except StepFailed:
        return {}


def _export(proxy: Proxy, user: str) -> Path:
    file = proxy.folder / "playlists" / f"{PROMPT}.m3u8"
    file.parent.mkdir(parents=True, exist_ok=True)
    proxy.finish("generate", PROMPT, "--user", user, "--format", "m3u8", "--output", str(file))
    return file


def _stay(server: Child, console: Console) -> None:
    console.print("Ctrl-C ends it.")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            server.fail_if_ended()
            time.sleep(_WATCH_SECONDS)


@contextlib.contextmanager
def _log_of(server: Child) -> Iterator[None]:
    try:
        yield
    except StepFailed as error:
        error.log = error.log or server.log
        raise


@contextlib.contextmanager
def _interrupted_by(*signals: signal.Signals) -> Iterator[None]:
    before = {number: signal.signal(number, signal.default_int_handler) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
