"""py-opensonic: POST and tokens; whatever the specification requires and is not there is a fault to it."""

import asyncio
from typing import Any

import talk
from libopensonic import AsyncConnection, Connection

host, _, port = talk.URL.rpartition(":")
conn = Connection(host, talk.USER, talk.PASSWORD, port=int(port))


def told(playlist: Any) -> dict[str, Any]:
    songs = [song.id for song in playlist.entry or ()]
    return {"id": playlist.id, "name": playlist.name, "count": playlist.song_count, "songs": songs}


async def beginning(song: str) -> str:
    own = AsyncConnection(host, talk.USER, talk.PASSWORD, port=int(port))
    response = await own.stream(song)
    read = b""
    while len(read) < talk.BEGINNING and (more := await response.content.readany()):
        read += more
    response.close()
    await own.cleanup()
    return read[: talk.BEGINNING].hex()


talk.answer(
    {
        "log_in": conn.ping,
        "lists": lambda: [told(each) for each in conn.get_playlists()],
        "create": lambda name: conn.create_playlist(name=name),
        "open": lambda playlist: told(conn.get_playlist(playlist)),
        "begin": lambda song: asyncio.run(beginning(song)),
        "rename": lambda playlist, name: conn.update_playlist(playlist, name=name),
        "add": lambda playlist, song: conn.update_playlist(playlist, song_ids_to_add=[song]),
        "remove": lambda playlist, place: conn.update_playlist(playlist, song_indices_to_remove=[place]),
        "delete": conn.delete_playlist,
    }
)
