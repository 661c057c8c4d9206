"""Sublime Music's adapters and their cache, without its window: what it has shown it asks no more for."""

import threading
from pathlib import Path
from typing import Any

import requests
import talk
from sublime_music.adapters import AdapterManager
from sublime_music.adapters.filesystem import FilesystemAdapter
from sublime_music.adapters.subsonic import SubsonicAdapter
from sublime_music.config import AppConfiguration, ConfigurationStore, ProviderConfiguration

account = ConfigurationStore(
    server_address=talk.URL,
    username=talk.USER,
    password=["plaintext", talk.PASSWORD],
    verify_cert=True,
    salt_auth=True,
)
provider = ProviderConfiguration(
    id="house",
    name="house",
    ground_truth_adapter_type=SubsonicAdapter,
    ground_truth_adapter_config=account,
    caching_adapter_type=FilesystemAdapter,
    caching_adapter_config=ConfigurationStore(),
)
config = AppConfiguration(
    providers={"house": provider}, current_provider_id="house", cache_location=Path.cwd() / "cache"
)


def log_in() -> bool:
    AdapterManager.reset(config, lambda *progress: None)
    adapter = AdapterManager._instance.ground_truth_adapter
    adapter._set_ping_status()
    return bool(adapter.ping_status)


def told(playlist: Any) -> dict[str, Any]:
    songs = [song.id for song in getattr(playlist, "songs", None) or ()]
    return {"id": playlist.id, "name": playlist.name, "count": playlist.song_count, "songs": songs}


def settled(result: Any) -> dict[str, Any]:
    """What was answered, once that is in the cache."""
    cached = threading.Event()
    result.add_done_callback(lambda done: cached.set())
    if not cached.wait(30):
        raise TimeoutError
    return told(result.result())


def opened(playlist: str) -> dict[str, Any]:
    return settled(AdapterManager.get_playlist_details(playlist, force=True))


def cached(playlist: str) -> dict[str, Any]:
    """What is shown of the list without asking the server."""
    return told(AdapterManager.get_playlist_details(playlist, allow_download=False).result())


def begin(song: str) -> str:
    uri = AdapterManager._instance.ground_truth_adapter.get_song_stream_uri(song)
    with requests.get(uri, stream=True, timeout=15) as response:
        return response.raw.read(talk.BEGINNING).hex()


def change(playlist: str, **changes: Any) -> dict[str, Any]:
    return settled(AdapterManager.update_playlist(playlist, **changes))


def remove(playlist: str, place: int) -> None:
    songs = opened(playlist)["songs"]
    change(playlist, song_ids=[*songs[:place], *songs[place + 1 :]])


talk.answer(
    {
        "log_in": log_in,
        "lists": lambda: [told(each) for each in AdapterManager.get_playlists(force=True).result()],
        "create": lambda name: settled(AdapterManager.create_playlist(name)),
        "open": opened,
        "cached": cached,
        "begin": begin,
        "rename": lambda playlist, name: change(playlist, name=name),
        "add": lambda playlist, song: change(playlist, append_song_ids=[song]),
        "remove": remove,
        "delete": AdapterManager.delete_playlist,
    }
)
