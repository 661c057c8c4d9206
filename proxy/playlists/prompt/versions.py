"""Which recording of a song: live, acoustic, a remix; and whether nobody sings."""

from __future__ import annotations

import re

from proxy.playlists.prompt.grammar import OF, opens, rule
from proxy.playlists.prompt.marks import GAP, GENRE
from proxy.playlists.wish import Wish

_KINDS = (
    r"(?:versions?|recordings?|albums?|sessions?|performances?|takes?|cuts?|versionen|aufnahmen?"
    r"|mitschnitte?|enregistrements?|versiones|grabaciones|canciones|chansons|morceaux|titres|musique|música)"
)
_LIVE = (
    rf"live[ -]?(?:{_KINDS}|musi[ck]|concerts?|tracks?|songs?|lieder|stücke|only)"
    rf"|only live|nur live|concert[ -](?:recordings?|versions?)|konzert(?:aufnahmen?|mitschnitte?)"
    r"|(?:recorded )?live in concert|recorded live"
    rf"|(?:{_KINDS} )?en (?:vivo|directo|public|concert)|{_KINDS} live"
)
_ACOUSTIC = (
    rf"(?:acoustic|unplugged|akustische?|akustik|acoustiques?)[ -]?{_KINDS}"
    rf"|{_KINDS} (?:acoustiques?|acústicas?)"
)
_REMIX = rf"(?:only )?(?:remixes|remixe|remixs)|remix[ -]?{_KINDS}"


def _bare(match: re.Match[str]) -> Wish | None:
    """ "Live jazz", "jazz live", "rock, live": not "live forever", nor the word by itself."""
    if match["before"] or match["after"]:
        return Wish(version="live", text=match[0]) if match["after"] or _ends(match) else None
    whole = match.end() - match.start() == len(match.string)
    return Wish(version="live", text="live") if opens(match) and _ends(match) and not whole else None


def _ends(match: re.Match[str]) -> bool:
    return re.match(rf" ?(?:$|[,;.!)·{GAP}])", match.string[match.end() :]) is not None


# One word stays, for retrieval to find in titles and tags.
VERSION_RULES = (
    *(
        rule(rf"(?<![\w-])(?:{pattern})(?!\w){OF}?", Wish(version=version, text=version))
        for version, pattern in (("live", _LIVE), ("acoustic", _ACOUSTIC), ("remix", _REMIX))
    ),
    rule(rf"(?P<before>{GENRE} )?(?<![\w'-])live(?![\w'-])(?P<after> {GENRE})?", _bare),
)

# The word stays, being a tag as well.
INSTRUMENTAL_RULES = (
    rule(
        r"(?<![\w'])(?:instrumentals?|instrumentales?|instrumentaux|instrumentalmusik|instrumentalstücke"
        r"|no-vocals)(?![\w'])",
        Wish(instrumental=True),
    ),
)
