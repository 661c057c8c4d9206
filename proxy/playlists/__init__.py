"""From a prompt to an ordered list: `generate` is the one door.

Not inside: writing lists upstream (`proxy.endpoints`), and reading the library (`proxy.refresh`).
"""

from proxy.playlists.generate import Chosen, Generated, generate, understand, vocabulary_of
from proxy.playlists.meaning import Sources
from proxy.playlists.request import Request
from proxy.playlists.taste import Taste

__all__ = ["Chosen", "Generated", "Request", "Sources", "Taste", "generate", "understand", "vocabulary_of"]
