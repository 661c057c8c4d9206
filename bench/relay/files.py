"""What upstream answers with: files in a folder, each under the path it is asked for by."""

from __future__ import annotations

from pathlib import Path

import msgspec

PING, ALBUM, STREAM = "/rest/ping", "/rest/getAlbum", "/rest/stream"
QUERY = "u=ana&t=26719a1196d2a940705a59634eb18eab&s=c19b2d&v=1.16.1&c=bench&f=json&id=4uLU6hMCjMI75M1A2tKUQC"
STREAM_BYTES = 50_000_000
SONGS = 14  # come to 6.6 kB


def write(folder: Path) -> None:
    (folder / "rest").mkdir(parents=True)
    _at(folder, PING).write_bytes(_reply({}))
    _at(folder, ALBUM).write_bytes(_reply({"album": {"id": "4uLU6hMCjMI75M1A2tKUQC", "song": _songs()}}))
    with _at(folder, STREAM).open("wb") as file:
        file.truncate(STREAM_BYTES)


def size(folder: Path, path: str) -> int:
    return _at(folder, path).stat().st_size


def _at(folder: Path, path: str) -> Path:
    return folder / path.removeprefix("/")


def _reply(inside: dict[str, object]) -> bytes:
    envelope = {"status": "ok", "version": "1.16.1", "type": "navidrome", "openSubsonic": True}
    return msgspec.json.encode({"subsonic-response": envelope | inside})


def _songs() -> list[dict[str, object]]:
    return [
        {
            "id": f"{number:022d}",
            "parent": "4uLU6hMCjMI75M1A2tKUQC",
            "isDir": False,
            "title": f"The {number}th river on the left",
            "album": "Rivers, and how to cross them",
            "artist": "Ana and the Ferrymen",
            "track": number,
            "year": 1994,
            "genre": "Singer-Songwriter",
            "coverArt": f"mf-{number:022d}_5f2b",
            "size": 8_000_000 + number,
            "contentType": "audio/mpeg",
            "suffix": "mp3",
            "duration": 180 + number,
            "bitRate": 320,
            "path": f"Ana and the Ferrymen/Rivers/{number:02d}.mp3",
            "created": "2024-05-01T10:00:00Z",
            "type": "music",
        }
        for number in range(1, SONGS + 1)
    ]
