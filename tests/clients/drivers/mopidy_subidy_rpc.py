"""Mopidy with Mopidy-Subidy, a player without a screen, over its JSON-RPC; it plays in time, to nobody."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import talk

CONFIG = """\
[core]
cache_dir = {home}/cache
config_dir = {home}/config
data_dir = {home}/data
[logging]
verbosity = 1
[audio]
output = fakesink sync=true
[http]
hostname = 127.0.0.1
port = {port}
[file]
enabled = false
[m3u]
enabled = false
[subidy]
url = {url}
username = {user}
password = {password}
legacy_auth = no
"""
SECONDS_TO_START, SECONDS_TO_PLAY = 40, 20
PLAYED = 2000  # milliseconds

with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
rpc = f"http://127.0.0.1:{port}/mopidy/rpc"


def started() -> subprocess.Popen[bytes]:
    config = Path("mopidy.conf")
    config.write_text(
        CONFIG.format(home=Path.cwd(), port=port, url=talk.URL, user=talk.USER, password=talk.PASSWORD),
        encoding="utf-8",
    )
    environ = {**os.environ, "PYTHONPATH": talk.FOLDER}
    return subprocess.Popen(
        ["mopidy", "--config", str(config)], env=environ, stdin=subprocess.DEVNULL, stdout=2
    )


def ask(method: str, **params: Any) -> Any:
    call = {"jsonrpc": "2.0", "id": 1, "method": f"core.{method}", "params": params}
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(rpc, json.dumps(call).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        told = json.load(reply)
    if "error" in told:
        raise RuntimeError(told["error"])
    return told["result"]


def until(seconds: float, look: Callable[[], Any]) -> Any:
    """What `look` finds, once it finds something: another program is waited for."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end or mopidy.poll() is not None:
            raise TimeoutError(f"nothing in {seconds} s")
        time.sleep(0.05)
    return found


def is_up() -> Any:
    try:
        return ask("get_version")
    except (urllib.error.URLError, ConnectionError):
        return None


def log_in() -> bool:
    """It has no such thing: with a wrong password there is nothing to browse."""
    until(SECONDS_TO_START, is_up)
    return bool(ask("library.browse", uri="subidy:vdir:artists"))


def uri(playlist: str) -> str:
    return f"subidy:playlist:{playlist}"


def plain(uri: str) -> str:
    return uri.rpartition(":")[2]


def told(playlist: dict[str, Any]) -> dict[str, Any]:
    songs = [plain(track["uri"]) for track in playlist.get("tracks", ())]
    return {"id": plain(playlist["uri"]), "name": playlist["name"], "count": len(songs), "songs": songs}


def opened(playlist: str) -> dict[str, Any]:
    return told(ask("playlists.lookup", uri=uri(playlist)))


def save(playlist: str, change: Callable[[list[Any]], list[Any]]) -> None:
    stored = ask("playlists.lookup", uri=uri(playlist))
    tracks = change(list(stored["tracks"]))
    ask("playlists.save", playlist={**stored, "tracks": tracks})


def play(playlist: str) -> dict[str, Any]:
    """Milliseconds of a song that were played, which it is, and what Mopidy says that it does.

    It plays on: to stop it as a song ends can lock it up (Mopidy 3.4 with GStreamer 1.22).
    """
    songs = [song["uri"] for song in ask("playlists.get_items", uri=uri(playlist))]
    ask("tracklist.add", uris=songs)
    ask("playback.play")

    def position() -> int:
        found = int(ask("playback.get_time_position"))
        return found if found >= PLAYED else 0

    played = until(SECONDS_TO_PLAY, position)
    current = ask("playback.get_current_track")
    return {"played": played, "state": ask("playback.get_state"), "song": plain(current["uri"])}


mopidy = started()
try:
    talk.answer(
        {
            "log_in": log_in,
            "lists": lambda: [opened(plain(each["uri"])) for each in ask("playlists.as_list")],
            "create": lambda name: told(ask("playlists.create", name=name, uri_scheme="subidy")),
            "open": opened,
            "play": play,
            "add": lambda playlist, song: save(
                playlist, lambda tracks: [*tracks, {"__model__": "Track", "uri": f"subidy:song:{song}"}]
            ),
            "remove": lambda playlist, place: save(
                playlist, lambda tracks: [*tracks[:place], *tracks[place + 1 :]]
            ),
            "delete": lambda playlist: ask("playlists.delete", uri=uri(playlist)),
        }
    )
finally:
    mopidy.terminate()
    try:
        mopidy.wait(5)
    except subprocess.TimeoutExpired:
        mopidy.kill()
        mopidy.wait()
