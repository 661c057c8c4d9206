"""What a running server holds open; opened and closed here and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from proxy.counts import Counts
from proxy.embedding import Chat, Embedder, Warming, open_chat, open_embedders
from proxy.errors import SettingsError
from proxy.forward import Relay
from proxy.hops import Hops
from proxy.library.reader import Reader
from proxy.navidrome import Upstream, open_client
from proxy.navidrome.plays import RecentPlays
from proxy.navidrome.taste import PlaysOf
from proxy.notation import networks
from proxy.playlists.never import Never
from proxy.playlists.placeholders import Placeholders, name_of
from proxy.playlists.store import Store
from proxy.recipes import Standing
from proxy.recipes.book import Book, copy_beside
from proxy.recipes.habits import ask_upstream
from proxy.recipes.kitchen import Larder
from proxy.recipes.snapshots import Snapshots
from proxy.settings import Settings


class Resources(Struct, frozen=True):
    """`now` tells the time, so that tests can."""

    settings: Settings
    relay: Relay
    upstream: Upstream
    reader: Reader
    store: Store
    standing: Standing
    placeholders: Placeholders
    plays: RecentPlays
    embedders: Sequence[Embedder]
    chat: Chat | None
    warming: Warming
    prefixes: tuple[str, ...]
    counts: Counts
    now: Callable[[], datetime]


def prefixes_of(settings: Settings) -> tuple[str, ...]:
    return _listed(settings.prompt_prefixes)


def to_rename(settings: Settings) -> str:
    """What the list is called that waits to be renamed; "" where no client is shown one."""
    return name_of(prefixes_of(settings)) if _listed(settings.placeholder_clients) else ""


def never_of(settings: Settings) -> Never:
    """The rules of the house."""
    return Never(
        genres=_listed(settings.never_genres),
        artists=_listed(settings.never_artists),
        paths=_listed(settings.never_paths),
        words=_listed(settings.never_words),
        shortest=settings.never_under_seconds,
        longest=settings.never_over_seconds,
        spoken=settings.never_spoken,
        christmas=settings.never_christmas,
    )


def larder_of(
    settings: Settings,
    *,
    reader: Reader,
    snapshots: Snapshots,
    embedders: Sequence[Embedder],
    plays_of: PlaysOf = ask_upstream,
) -> Larder:
    """What standing lists are made from."""
    return Larder(
        book=Book(
            Path(settings.recipes_path) if settings.recipes_path else None,
            copy=copy_beside(Path(settings.db_path)),
        ),
        reader=reader,
        snapshots=snapshots,
        embedders=embedders,
        never=never_of(settings),
        default_minutes=settings.playlist_minutes,
        deadline_seconds=settings.deadline_seconds,
        plays_of=plays_of,
    )


def _relay(settings: Settings, counts: Counts) -> Relay:
    hops = Hops(networks(settings.trusted_hops), settings.user_header)
    return Relay(settings.navidrome_url, hops=hops, prefix=settings.base_url, counts=counts)


def _warming(chat: Chat | None, embedders: Sequence[Embedder]) -> Warming:
    """What is loaded last comes first: prompts are read without the model, but not without an embedder."""
    return Warming([*([chat] if chat else []), *embedders])


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def check_metrics_port(settings: Settings, port: int) -> None:
    """Raises SettingsError where metrics are to be at the `port` of all else, and there only."""
    if settings.metrics_port and settings.metrics_port == port:
        raise SettingsError(
            f"METRICS_PORT is {port}, where everything else is served. Name another port in it, or 0 to have "
            "metrics there too."
        )


def url_prefixes(settings: Settings) -> list[str]:
    """The paths that stand before ours in a client's requests: the one it was told, and Navidrome's own."""
    given = (settings.base_url, urlsplit(settings.navidrome_url).path)
    return list(dict.fromkeys(path.rstrip("/") for path in given if path.rstrip("/")))


@asynccontextmanager
async def open_resources(
    settings: Settings,
    *,
    embedders: Sequence[Embedder] | None = None,
    counts: Counts | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Resources]:
    """Nothing is asked of upstream, the database or an embedder yet: each may be away when we start."""
    path = Path(settings.db_path)
    embedders = open_embedders(settings) if embedders is None else embedders
    chat, counts = open_chat(settings), counts or Counts()
    async with open_client() as client:
        reader, snapshots, plays = Reader(path), Snapshots(path), RecentPlays(now)
        larder = larder_of(
            settings, reader=reader, snapshots=snapshots, embedders=embedders, plays_of=plays.of
        )
        resources = Resources(
            settings=settings,
            relay=_relay(settings, counts),
            upstream=Upstream(client, settings.navidrome_url),
            reader=reader,
            store=Store(path),
            placeholders=Placeholders(path),
            standing=Standing(larder),
            plays=plays,
            embedders=embedders,
            chat=chat,
            warming=_warming(chat, embedders),
            prefixes=prefixes_of(settings),
            counts=counts,
            now=now,
        )
        resources.warming.start()
        try:
            yield resources
        finally:
            resources.relay.close()
            resources.standing.close()
            resources.upstream.close()
            for remembered in (snapshots, reader, resources.store, resources.placeholders):
                remembered.close()
