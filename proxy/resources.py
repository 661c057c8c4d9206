"""What a running server holds open; opened and closed here and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from proxy.embedding import Embedder, Warming, open_embedders
from proxy.forward import Relay
from proxy.library.reader import Reader
from proxy.navidrome import Upstream, open_client
from proxy.playlists.store import Store
from proxy.settings import Settings


class Resources(Struct, frozen=True):
    """`now` tells the time, so that tests can."""

    settings: Settings
    relay: Relay
    upstream: Upstream
    reader: Reader
    store: Store
    embedders: Sequence[Embedder]
    warming: Warming
    prefixes: tuple[str, ...]
    now: Callable[[], datetime]


def prefixes_of(settings: Settings) -> tuple[str, ...]:
    return tuple(prefix.strip() for prefix in settings.prompt_prefixes.split(",") if prefix.strip())


@asynccontextmanager
async def open_resources(
    settings: Settings,
    *,
    embedders: Sequence[Embedder] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Resources]:
    """Nothing is asked of upstream, the database or an embedder yet: each may be away when we start."""
    path = Path(settings.db_path)
    embedders = open_embedders(settings) if embedders is None else embedders
    async with open_client() as client:
        resources = Resources(
            settings=settings,
            relay=Relay(settings.navidrome_url),
            upstream=Upstream(client, settings.navidrome_url),
            reader=Reader(path),
            store=Store(path),
            embedders=embedders,
            warming=Warming(embedders),
            prefixes=prefixes_of(settings),
            now=now,
        )
        resources.warming.start()
        try:
            yield resources
        finally:
            resources.relay.close()
            resources.reader.close()
            resources.store.close()
