"""A small Navidrome over an in-memory world: it gives the recorded replies for the recorded requests."""

from __future__ import annotations

from .app import create_app
from .body import content
from .songs import Song
from .world import PASSWORDS, Annotation, Fault, Held, Playlist, Received, Scan, User, World

__all__ = [
    "PASSWORDS",
    "Annotation",
    "Fault",
    "Held",
    "Playlist",
    "Received",
    "Scan",
    "Song",
    "User",
    "World",
    "content",
    "create_app",
]
