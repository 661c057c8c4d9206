"""Standing lists made ahead, for whoever has asked for his before, when a refresh has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from proxy.embedding import Embedder
from proxy.errors import LibraryError
from proxy.library.reader import Reader
from proxy.navidrome import Account
from proxy.recipes import Standing
from proxy.recipes.snapshots import Snapshots
from proxy.resources import larder_of
from proxy.settings import Settings

log = structlog.get_logger()


async def renew(
    settings: Settings, account: Account, embedders: Sequence[Embedder], *, now: Callable[[], datetime]
) -> int:
    """How many lists were made. Only the account's own taste can be asked: lists that take another's wait
    until he asks for them. Never raises: where the database is away, they wait too.
    """
    path = Path(settings.db_path)
    reader, snapshots = Reader(path), Snapshots(path)
    standing = Standing(larder_of(settings, reader=reader, snapshots=snapshots, embedders=embedders))
    try:
        return await standing.renew(now(), lambda name: account.content if name == account.user else None)
    except LibraryError as error:
        log.warning("no standing lists were made ahead", reason=str(error))
        return 0
    finally:
        standing.close()
        reader.close()
        snapshots.close()
