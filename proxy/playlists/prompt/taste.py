"""What a prompt says of the caller: favourites, stars, and what was played or served lately, or never."""

from __future__ import annotations

import re

from msgspec import structs

from proxy.playlists.prompt.counts import SONGS
from proxy.playlists.prompt.grammar import OF, SONG, START, clamp, closes, opens, rule
from proxy.playlists.prompt.marks import DECADE, GAP, GENRE, MARK
from proxy.playlists.prompt.numbers import NUMBER, amount
from proxy.playlists.wish import Wish

_COUNT = rf"(?:{START}(?P<n>{NUMBER}) (?:of )?)?"


def _favourites(match: re.Match[str]) -> Wish | None:
    """ "My favourites", "my jazz favourites", "favourites only": not "fan favourites"."""
    if not (match["my"] or (opens(match) and closes(match))):
        return None
    return structs.replace(_starred(match), text=match["what"] or "")


def _starred(match: re.Match[str]) -> Wish:
    songs = int(clamp(amount(match["n"]), *SONGS)) if match["n"] else None
    return Wish(favourites=True, songs=songs)


_MY = r"(?:(?:only |just |all )?(?:of )?(?:my|our|meinen?|meiner|mes|mis) (?:own |all-time )?)"
_MUSIC = rf"(?:{SONG}|music|musik|musique|música)"
_PREFERRED = r"(?:préférée?s?|favorite?s?|favorit[oa]s?|preferid[oa]s?|que j'aime)"
_I_LOVE = r"(?:i(?:'ve| have)? (?:starred|hearted|liked|love)|ich mag|ich liebe|que me gustan)"
_FAVOURITES = r"(?:favou?rites|favs|faves|favoriten|favoris|favorit[oa]s)"

# "My favourite things" are no songs.
FAVOURITE_RULES = (
    rule(
        rf"{_COUNT}(?<![\w-]){_MY}?(?:favou?rite {_MUSIC}(?: of mine)?"
        rf"|lieblings(?:lieder[n]?|songs?|titeln?|stücken?|musik)|{_MUSIC} {_PREFERRED}|coups de cœur"
        rf"|(?:starred|hearted|liked|loved)(?: {_MUSIC}| ones)?(?: by me| only)?"
        rf"(?= ?(?:$|[,;.!·{GAP}])| (?:and|but|with|from|of)(?!\w))"
        rf"|{_MUSIC} (?:that )?{_I_LOVE})(?!\w){OF}?",
        _starred,
    ),
    rule(
        rf"{_COUNT}(?:(?<!\w)(?:only|just|nur|all) )?"
        rf"(?:(?P<my>(?<!\w){_MY})(?P<what>(?:[\w&'-]+|{MARK}) )?|(?<![\w-])){_FAVOURITES}(?![\w'-])"
        rf"(?: (?:only|{_MUSIC}|of mine))*{OF}?",
        _favourites,
    ),
)


def _stars(match: re.Match[str]) -> Wish | None:
    number = len(match["signs"]) if match["signs"] else amount(match["n"] or match["rated"])
    return Wish(stars=int(number)) if number in range(1, 6) else None


_STARS = r"(?:stars?|sternen?|étoiles?|estrellas?)"
_UP = (
    r"(?: ?\+| (?:and|or) (?:up|more|better|above|higher)| und (?:mehr|besser|aufwärts)| aufwärts| oder mehr"
    r"| (?:et|ou) plus| o más| y más)"
)
_RATED = r"(?:rated|with|having|mit|avec|con|bewertet mit|notée?s?)"
_LEAST = r"(?:at least|min(?:imum)?\.?|mindestens|ab|au moins|al menos|over|≥|>=)"
_NOT_OF_OTHERS = (
    rf"(?= ?(?:$|[,;:.!·)(+{GAP}]|{MARK})| (?:and|or|from|of|by|in|und|et|y)(?!\w))"  # "5 star hotel"
)

STAR_RULES = (
    rule(
        rf"(?<!\w)(?:{_RATED} )?(?:{_LEAST} ?)?{START}(?P<n>{NUMBER})(?: ?(?:-|to|or|bis|à|a) ?[1-5])?"
        rf" ?\+?[ -]?{_STARS}(?!\w){_UP}?"
        rf"(?: (?:{_MUSIC}|only|rating))?{_NOT_OF_OTHERS}"
        rf"|(?<![\w★])(?P<signs>★+)(?!★){_UP}?"
        rf"|\brated (?:{_LEAST} ?)?{START}(?P<rated>[1-5])(?![\w.,]\d?){_UP}?(?!\w)",
        _stars,
    ),
)

# Heard, in four languages, and the words that a clause about it begins with.
_HEARD = r"(?:heard|played|listened(?: to)?)"
_GEHOERT = r"(?:gehört|gespielt|angehört)(?:e[nrs]?)?(?: habe)?"
_ECOUTE = r"(?:écouté|entendu|joué)(?:e?s?)"
_ESCUCHADO = r"(?:escuchad|reproducid|oíd|tocad)[oa]s?"
_WHICH = rf"(?<!\w)(?:(?:{_MUSIC}|anything|something|nothing|stuff|ones|not|that|which|die|qui|que) )*"
_I_HAVE = r"(?:(?:i|i've|i have|we|we've|ich|j'ai|je n'ai|he|ich habe) )?"
_HAVE_NOT = r"(?:(?:i |we )?(?:haven'?t|have not)|i've not)"
_I_HAVE_NOT = rf"(?:{_HAVE_NOT}|not|never)"
_LATELY = (
    r"(?:lately|recently|for (?:a|some) while|in (?:a while|ages|months|weeks)|for (?:ages|months|weeks)"
    r"|th(?:is|ese) (?:month|weeks?)"
    rf"|(?:in|for|within) (?:the )?(?:last |past )?(?:{NUMBER} )?(?:days?|weeks?|months?|years?))"
)
_NOT_LATELY = (
    rf"{_WHICH}{_I_HAVE_NOT} (?:been )?{_HEARD} {_LATELY}",
    rf"{_WHICH}not (?:recently|lately) {_HEARD}",
    rf"(?<!\w)nothing (?:that )?(?:i |i've |i have )?(?:been )?{_HEARD} {_LATELY}",
    rf"{_WHICH}{_I_HAVE}(?:schon )?(?:lange nicht|länger nicht|ewig nicht|nicht kürzlich|nicht zuletzt"
    rf"|(?:in )?letzter zeit nicht)(?: mehr)? {_GEHOERT}",
    rf"{_WHICH}{_I_HAVE}pas {_ECOUTE} (?:récemment|ces derniers temps|depuis longtemps)",
    rf"{_WHICH}no (?:he )?{_ESCUCHADO} (?:últimamente|recientemente|hace (?:mucho )?tiempo)",
)
_NOT_OF_THAT = r"(?! of (?:that|this|it|them|him|her)\b)"  # "never heard of that" is an answer
_NEVER = (
    rf"{_WHICH}{_I_HAVE}never (?:been )?{_HEARD}{_NOT_OF_THAT}(?: before| yet| of$)?",
    rf"{_WHICH}{_I_HAVE_NOT} {_HEARD} (?:before|yet)",
    rf"{_WHICH}{_HAVE_NOT} {_HEARD}(?: of$)?(?= ?(?:$|[,;:.!?)·{GAP}])| (?:and|but|from|of|by|with) )",
    rf"{_WHICH}{_I_HAVE}(?:noch )?nie(?:mals)? {_GEHOERT}",
    rf"{_WHICH}{_I_HAVE}jamais {_ECOUTE}",
    rf"{_WHICH}nunca (?:he )?{_ESCUCHADO}",
    r"(?<![\w-])(?:unplayed|unheard|ungehörte[rns]?)",
)
PLAYED_RULES = (
    *(rule(rf"{pattern}(?!\w)", Wish(not_lately=True)) for pattern in _NOT_LATELY),
    *(rule(rf"{pattern}(?!\w)(?: {_MUSIC}(?!\w))?", Wish(unplayed=True)) for pattern in _NEVER),
)

_REPEATS = (
    r"(?:repeat(?:s|ed songs|ing)?|repetitions?|wiederholung(?:en)?|r[ée]p[ée]titions?|repeticiones|repetir)"
)
REPEAT_RULES = (
    rule(
        rf"\b(?:(?:with|but|and) )?(?:no|without(?: any)?|keine|ohne|sans|sin) {_REPEATS}(?!\w)",
        Wish(fresh=True),
    ),
)
_NEW = (
    r"(?<!no )(?<!not )(?<!nothing )"
    r"(?:new|fresh|neues?|neue|frisch(?:es)?|nouveau(?:x|tés?)?|nuev[oa]s?|fresc[oa]s?)"
)
_SOMETHING = r"(?:(?<!\w)(?:something|anything|all|brand|etwas|algo|du|quelque chose de) )*"
# At the end, at the start before another option, or alone between commas; "new wave" is no such thing.
FRESH_RULES = (
    rule(rf"{_SOMETHING}(?<!\w){_NEW}(?: {_MUSIC})?(?=[ ,.!;·{GAP}]*$)", Wish(fresh=True)),
    rule(rf"(?<![\w-])(?:fresh|frische[rsn]?) (?={GENRE}|{DECADE})", Wish(fresh=True)),
    rule(rf"(?:^|(?<=[,;·{GAP}])) ?{_SOMETHING}{_NEW}(?: {_MUSIC})?(?= ?[,;·{GAP}])", Wish(fresh=True)),
)
