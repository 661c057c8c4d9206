"""Our index of upstream's songs: one SQLite file, opened by `migrate` and `connect`.

Inside: rows (`tracks`), what refresh did (`syncs`), and what is derived from the rows: `words`, `vectors`
and, in memory, `index`. All SQL about them lives here. Not inside: talking to upstream, and choosing songs.
"""

from proxy.library.database import check, connect, migrate, timestamp
from proxy.library.tracks import Track
from proxy.library.transactions import transaction, wrap_errors

__all__ = ["Track", "check", "connect", "migrate", "timestamp", "transaction", "wrap_errors"]
