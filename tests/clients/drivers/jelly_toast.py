"""JellyToast's provider of Subsonic servers, with its settings and Qt; nothing is shown."""

from typing import Any

import requests
import talk
from jellytoast.providers.subsonic import SubsonicProvider

provider = SubsonicProvider()


def told(playlist: dict[str, Any]) -> dict[str, Any]:
    songs = [song["Id"] for song in provider.get_playlist_items(playlist["Id"])]
    return {
        "id": playlist["Id"],
        "name": playlist["Name"],
        "count": playlist.get("ChildCount"),
        "songs": songs,
    }


def opened(playlist: str) -> dict[str, Any]:
    return told(next(each for each in provider.get_playlists() if each["Id"] == playlist))


def begin(song: str) -> str:
    with requests.get(provider.get_audio_stream_url(song), stream=True, timeout=15) as response:
        return response.raw.read(talk.BEGINNING).hex()


talk.answer(
    {
        "log_in": lambda: bool(provider.authenticate(talk.URL, talk.USER, talk.PASSWORD)),
        "lists": lambda: [told(each) for each in provider.get_playlists()],
        "create": lambda name: provider.create_playlist(name, []),
        "open": opened,
        "begin": begin,
        "rename": provider.rename_playlist,
        "add": lambda playlist, song: provider.add_to_playlist(playlist, [song]),
        "remove": lambda playlist, place: provider.remove_from_playlist(playlist, [(place, "")]),
        "delete": provider.delete_playlist,
    }
)
