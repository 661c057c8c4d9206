"""Which tracks are listened to first."""

from __future__ import annotations

from pathlib import Path

from proxy.library import connect, migrate, tracks, transaction
from proxy.library.waiting import most_played_first
from tests.factories import NOW, track


def test_albums_that_are_played_come_first_in_their_order_and_the_rest_stays(tmp_path: Path) -> None:
    migrate(tmp_path / "library.db")
    db = connect(tmp_path / "library.db")
    with transaction(db):
        tracks.put(db, [track(n, album_id=f"al{n % 3}") for n in range(6)], now=NOW.isoformat())
    waiting = [f"t{n:04}" for n in (5, 4, 3, 2, 1, 0)]
    assert most_played_first(db, waiting, ["al1", "al0", "gone"]) == [f"t{n:04}" for n in (4, 1, 3, 0, 5, 2)]
    assert most_played_first(db, waiting, []) == waiting
