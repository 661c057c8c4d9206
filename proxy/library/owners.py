"""Whom the server has made lists for, or told of lists, by the names that upstream gives them."""

from __future__ import annotations

from typing import Any

import apsw

OF_OWNERS = ("listeners", "prompt_playlists", "snapshots", "placeholders")


def names(db: apsw.Connection) -> list[str]:
    """In order, each once."""
    each = " UNION ".join(f"SELECT owner FROM {table}" for table in OF_OWNERS)
    found: Any = db.execute(f"{each} ORDER BY owner")
    return [name for (name,) in found]
