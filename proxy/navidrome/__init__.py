"""Our own calls to the server behind us, Navidrome or another that speaks Subsonic.

`Upstream` calls with the parameters of whoever asked us; `Account` is the service account that refresh reads
the library with (`kinds`, `pages`); `taste` reads what one user has starred, rated and played. Not inside:
relaying a client's request, which `proxy.forward` does.
"""

from proxy.navidrome.account import CLIENT, VERSION, Account, ScanStatus, Server
from proxy.navidrome.songs import Page, kinds, pages
from proxy.navidrome.upstream import Answer, Upstream, open_client

__all__ = [
    "CLIENT",
    "VERSION",
    "Account",
    "Answer",
    "Page",
    "ScanStatus",
    "Server",
    "Upstream",
    "kinds",
    "open_client",
    "pages",
]
