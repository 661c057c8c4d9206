from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from proxy.errors import LibraryError, RefreshRunning
from proxy.refresh.lock import Holder, hold, holder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

HOLD_UNTIL_KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from proxy.refresh.lock import hold

with hold(Path(sys.argv[1]), now=datetime(2026, 1, 1, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


def test_a_second_refresh_says_who_runs_since_when(database: Path) -> None:
    with hold(database, now=NOW):
        with pytest.raises(RefreshRunning) as caught, hold(database, now=NOW):
            pass
        assert f"process {os.getpid()}, since 2026-11-23T12:00:00" in str(caught.value)
        assert holder(database) == Holder(pid=os.getpid(), since="2026-11-23T12:00:00.000000+00:00")


def test_the_next_refresh_may_run_when_the_first_has_ended(database: Path) -> None:
    for _ in range(2):
        with hold(database, now=NOW):
            pass
    assert holder(database) is None


def test_it_may_run_when_the_first_has_failed(database: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold(database, now=NOW):
        raise ZeroDivisionError
    with hold(database, now=NOW):
        pass


def test_nobody_holds_what_was_never_refreshed(database: Path) -> None:
    assert holder(database) is None
    assert not list(database.parent.iterdir())


def test_a_process_that_is_killed_holds_nothing(database: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_UNTIL_KILLED, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(RefreshRunning, match=f"process {other.pid}, since 2026-01-01"):
            hold(database, now=NOW).__enter__()
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert holder(database) is None
    with hold(database, now=NOW):
        assert holder(database) == Holder(pid=os.getpid(), since="2026-11-23T12:00:00.000000+00:00")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be written"), hold(tmp_path / "no" / "x.db", now=NOW):
        pass
