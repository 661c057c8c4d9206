"""py-sonic, on which Mopidy-Subidy and others sit: POST with tokens, or GET with the password as it is."""

import urllib.request
from typing import Any

import libsonic
import libsonic.connection
import talk

libsonic.connection.urllib2 = urllib.request  # which its GET calls by the name that Python 2 had for it

host, _, port = talk.URL.rpartition(":")
legacy = talk.WAY == "legacy GET"
conn = libsonic.Connection(
    host, talk.USER, talk.PASSWORD, port=int(port), appName="py-sonic", legacyAuth=legacy, useGET=legacy
)


def told(playlist: dict[str, Any]) -> dict[str, Any]:
    songs = [song["id"] for song in playlist.get("entry", ())]
    return {
        "id": playlist["id"],
        "name": playlist["name"],
        "count": playlist["songCount"],
        "songs": songs,
    }


def lists() -> list[dict[str, Any]]:
    return [told(each) for each in conn.getPlaylists()["playlists"].get("playlist", ())]


talk.answer(
    {
        "log_in": conn.ping,
        "lists": lists,
        "create": lambda name: told(conn.createPlaylist(name=name)["playlist"]),
        "open": lambda playlist: told(conn.getPlaylist(playlist)["playlist"]),
        "begin": lambda song: conn.stream(song).read(talk.BEGINNING).hex(),
        "rename": lambda playlist, name: conn.updatePlaylist(playlist, name=name),
        "add": lambda playlist, song: conn.updatePlaylist(playlist, songIdsToAdd=[song]),
        "remove": lambda playlist, place: conn.updatePlaylist(playlist, songIndexesToRemove=[place]),
        "delete": conn.deletePlaylist,
    }
)
