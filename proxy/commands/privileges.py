"""Who we are in a container: a user of the house's own choice, and root only where told."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from proxy.errors import SettingsError

CONTAINER = "PLAYLISTGEN_CONTAINER"  # set by the image, and by nobody else
ROOT = 0

# What the image declares as volumes. Docker makes the folder on the host where there is none, for root.
VOLUMES = (Path("/data"), Path("/playlists"))


class Identity(Struct, frozen=True):
    """A user and a group by their numbers, as PUID and PGID name them."""

    user: int
    group: int


def identity(environ: Mapping[str, str], *, user: int) -> Identity | None:
    """Whom `user` is to become; None where it may stay who it is.

    Outside of the image nothing is asked. Raises SettingsError for root in it without a PUID, and where
    PUID or PGID is no number. PUID=0 is to be told: then root stays.
    """
    if user != ROOT or not environ.get(CONTAINER):
        return None
    if not environ.get("PUID"):
        raise SettingsError(
            "In a container playlistgen does not run as root. "
            "Set PUID and PGID to the user and the group that own its folders (PUID=0 if it must be root)."
        )
    wanted = _number(environ, "PUID")
    group = _number(environ, "PGID") if environ.get("PGID") else wanted
    return Identity(wanted, group) if wanted != ROOT else None


def drop(environ: Mapping[str, str], *, volumes: Sequence[Path] = VOLUMES) -> None:
    """Become who `identity` says, for good. Folders among `volumes` that are root's are handed over first.

    Needs the capabilities CHOWN, SETGID and SETUID. Raises SettingsError where one is missing.
    """
    wanted = identity(environ, user=os.getuid())
    if wanted is None:
        return
    for folder in volumes:
        _hand_over(folder, wanted)
    try:
        os.setgroups([])
        os.setgid(wanted.group)
        os.setuid(wanted.user)
    except PermissionError as error:
        raise SettingsError(
            "The container may not change its user. "
            "Give it the capabilities SETUID and SETGID, or start it as that user (`user:` in Compose)."
        ) from error


def _hand_over(folder: Path, wanted: Identity) -> None:
    """What may not be handed over is told by the first who writes there."""
    with contextlib.suppress(OSError):
        if folder.stat().st_uid == ROOT:
            os.chown(folder, wanted.user, wanted.group)


def _number(environ: Mapping[str, str], name: str) -> int:
    value = environ[name]
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"{name} is a number, such as 1000; `id` prints yours.")
    return int(value)
