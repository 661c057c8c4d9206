"""Whether all that a list needs is there: what is reachable, what is missing, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from anyio import to_thread

from proxy.commands.check_here import here
from proxy.commands.check_upstream import upstream
from proxy.commands.findings import Finding, failure, told
from proxy.embedding import Embedder, open_chat, open_embedders
from proxy.errors import PlaylistgenError
from proxy.playlists import m3u
from proxy.resources import check_metrics_port, prefixes_of
from proxy.settings import Settings

__all__ = ["Finding", "check", "told"]


async def check(
    settings: Settings, *, now: datetime, embedders: Sequence[Embedder] | None = None
) -> list[Finding]:
    """Never raises: every failure is a finding. Changes nothing but a database of an older version."""
    there = await upstream(settings, now=now)
    used = open_embedders(settings) if embedders is None else embedders
    ours = await to_thread.run_sync(
        partial(here, settings, now=now, embedders=used, chat=open_chat(settings))
    )
    return [*_settings(settings), *there, *ours]


def _settings(settings: Settings) -> list[Finding]:
    found = [
        _account(settings),
        _prefixes(settings),
        _refused(partial(m3u.path_map, settings.m3u_path_map)),
        _refused(partial(check_metrics_port, settings, settings.listen_port)),
    ]
    wrong = [finding for finding in found if finding]
    if wrong:
        return wrong
    prefixes = " or ".join(f"`{prefix.rstrip(':')}:`" for prefix in prefixes_of(settings))
    known = f"{settings.navidrome_user} reads the library; names that begin with {prefixes} are prompts."
    return [Finding("settings", False, known)]


def _account(settings: Settings) -> Finding | None:
    secrets = {"NAVIDROME_USER": settings.navidrome_user, "NAVIDROME_PASSWORD": settings.navidrome_password}
    missing = [name for name, value in secrets.items() if not value]
    if not missing:
        return None
    sentence = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set: nobody can refresh."
    return Finding(
        "settings", True, sentence, "Set both (or NAVIDROME_PASSWORD_FILE) to an account of Navidrome."
    )


def _prefixes(settings: Settings) -> Finding | None:
    if prefixes_of(settings):
        return None
    sentence = "PROMPT_PREFIXES is empty: no playlist's name is a prompt."
    return Finding("settings", True, sentence, "Name at least one word in it, such as `ai`.")


def _refused(use: Callable[[], object]) -> Finding | None:
    try:
        use()
    except PlaylistgenError as error:
        return failure("settings", error)
    return None
