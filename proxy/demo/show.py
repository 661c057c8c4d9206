"""What the demo prints: rich tables on a terminal, aligned lines of plain text elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from proxy.demo.client import Account, Playlist
from proxy.errors import PlaylistgenError
from proxy.playlists.explain import clock

_COLUMNS = ("", "Song", "Artist", "Year", "Length", "Why")
_RIGHT = {"", "Year", "Length"}
_TAIL_LINES = 8


def step(console: Console, name: str, what: str) -> None:
    _line(console, f"{name:<7} {what}")


def playlist(console: Console, made: Playlist, why: Mapping[str, str]) -> None:
    """The songs in their order with `why` by id, then the sum and the comment."""
    rows = [
        (str(n), song.title, song.artist, str(song.year or ""), clock(song.duration), why.get(song.id, ""))
        for n, song in enumerate(made.entry, 1)
    ]
    _line(console, f"\n{made.name}\n")
    if console.is_terminal:
        console.print(_table(rows))
    else:
        for line in aligned([_COLUMNS, *rows]):
            _line(console, line)
    _line(console, f"\n{len(made.entry)} songs, {clock(made.seconds)} in all")
    if made.comment:
        _line(console, f"Comment: {made.comment}")


def exported(console: Console, file: Path) -> None:
    _line(console, f"As a file: {file}")


def connection(console: Console, account: Account, *, plain_password: bool) -> None:
    """How any Subsonic client of this machine gets in."""
    _line(console, "\nAs long as it is up, any Subsonic client on this machine can connect:")
    _line(console, f"  address   {account.url}\n  user      {account.user}\n  password  {account.password}")
    if plain_password:
        _line(console, "  This server takes no tokens: choose plain-password (“legacy”) login in the client.")
    _line(console, "Then make a playlist there and call it, for instance, “ai: slow soul 30 min”.")


def failure(console: Console, error: PlaylistgenError) -> None:
    """The sentence, and the last lines of the log that says more."""
    _line(console, str(error))
    log: Path | None = getattr(error, "log", None)
    if log is None or not log.exists():
        return
    _line(console, f"The end of {log}:")
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL_LINES:]:
        _line(console, f"  {line}")


def reasons(answer: str) -> dict[str, str]:
    """The `why` of each song by its id, as `generate --format json` prints them; {} where it does not."""
    try:
        rows = _rows(msgspec.json.decode(answer))
    except msgspec.DecodeError:
        return {}
    return {str(row["id"]): _sentence(row["why"]) for row in rows if row.get("id") and row.get("why")}


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines in which each column, named by the first row, is as wide as its widest text."""
    widths = [max(len(text) for text in column) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, rows[0], row, widths)).rstrip() for row in rows]


def _padded(column: str, text: str, width: int) -> str:
    return text.rjust(width) if column in _RIGHT else text.ljust(width)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column, justify="right" if column in _RIGHT else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _rows(answer: Any) -> list[dict[str, Any]]:
    if isinstance(answer, dict):
        lists = [value for value in answer.values() if isinstance(value, list)]
        answer = lists[0] if lists else []
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []


def _sentence(why: Any) -> str:
    return ", ".join(map(str, why)) if isinstance(why, list) else str(why)


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
