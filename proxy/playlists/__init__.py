"""From a prompt to an ordered list: `generate` is the one door.

Not inside: writing lists upstream (`proxy.endpoints`), and reading the library (`proxy.refresh`).
"""

from proxy.playlists.generate import Chosen, Generated, Request, generate, vocabulary_of
from proxy.playlists.meaning import Sources

__all__ = ["Chosen", "Generated", "Request", "Sources", "generate", "vocabulary_of"]
