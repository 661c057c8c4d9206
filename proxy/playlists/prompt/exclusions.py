"""What a prompt does not want: "without metal, punk and live", "no 80s", "nothing by Queen"."""

from __future__ import annotations

import re
from typing import NamedTuple

from proxy.playlists import lexicon
from proxy.playlists.prompt.grammar import EXCEPT, JOINT, SONG, Reading
from proxy.playlists.prompt.marks import GAP, MARK, REFUSED, Mark
from proxy.playlists.prompt.moods import mood_of
from proxy.playlists.prompt.tempo import FAST
from proxy.playlists.prompt.words import is_plain
from proxy.playlists.wish import Wish


class Item(NamedTuple):
    """One thing of a list of exclusions, and where it ends."""

    end: int
    wish: Wish


def exclude(line: str, reading: Reading) -> tuple[str, Wish]:
    """The line with a gap for every exclusion, and what they exclude."""
    wish, parts, at = Wish(), [], 0
    for cue in _CUE.finditer(line):
        items = _items(line, cue, reading) if cue.start() >= at else []
        if not items:
            continue
        found = Wish()
        for item in items:
            found |= item.wish
        parts += [line[at : cue.start()], GAP, found.text, GAP]
        wish, at = wish | found, items[-1].end
    return "".join(parts) + line[at:], wish


def _items(line: str, cue: re.Match[str], reading: Reading) -> list[Item]:
    """ "Metal, punk and live" after a cue; the list ends before a word that asks for something."""
    spanish = cue["sin"] and _SPANISH.search(line)
    names_only = bool((cue["strict"] and not spanish) or cue["of"])
    items: list[Item] = []
    at, joint = cue.end(), ""
    while True:
        item = _item(line, at, reading, names_only=names_only, joint=joint)
        if item is None:
            return items
        items.append(item)
        link = _LINK.match(line, item.end)
        if link is None:
            return items
        at, joint = link.end(), (link["joint"] or link["comma"] or "").lower()
        if joint == "," and _ENDS_IN_OR.match(line, at):
            joint = "or"
        if joint == "," and (item.wish.without_years or not cue["list"]):
            return items


def _item(line: str, at: int, reading: Reading, *, names_only: bool, joint: str) -> Item | None:
    named = _NAMED.match(line, at)
    if named:
        return Item(_past_noun(line, named.end()), _without(reading.marks[named["mark"]]))
    version = _VERSION.match(line, at)
    if version:
        return Item(_past_noun(line, version.end()), Wish(without_versions=(str(version.lastgroup),)))
    match = _WORD.match(line, at)
    if match is None:
        return None
    word = match[0].lower()
    if word in _VOICES:
        return Item(match.end(), Wish(text="instrumental", instrumental=True))
    if word in _RECORDINGS:
        return Item(_past_noun(line, match.end()), Wish(without_words=(_RECORDINGS[word],)))
    again = joint in _ALSO and is_plain(word)
    if not again and (mood := _mood(line, at, names_only=names_only)):
        return mood
    if names_only or again or _says_nothing(word):
        return None
    return _phrase(line, match, reading)


def _mood(line: str, at: int, *, names_only: bool) -> Item | None:
    """ "Sad songs", "Trauriges", "chansons tristes", "too loud"; after "nothing" only by itself."""
    match = _MOOD.match(line, at)
    wish = _without_mood(match["mood"]) if match else Wish()
    if not match or wish == Wish() or (names_only and not _AT_END.match(line, match.end())):
        return None
    second = _SECOND.match(line, match.end())
    if second and not _says_nothing(second[1].lower()) and not (match["noun"] or match["degree"]):
        return None  # "loud guitars"
    return Item(_past_noun(line, match.end()), wish)


def _without_mood(word: str) -> Wish:
    if _FAST.fullmatch(word):
        return Wish(bpm=(0.0, FAST[0]))
    mood = mood_of(word)
    return Wish(without_moods=(mood,)) if mood else Wish()


def _phrase(line: str, first: re.Match[str], reading: Reading) -> Item:
    """One word, or two where the second is a genre ("heavy metal") or ends the list ("loud guitars")."""
    second = _SECOND.match(line, first.end())
    if second is None or _says_nothing(second[1].lower()):
        return Item(_past_noun(line, first.end()), Wish(without_words=(first[0].lower(),)))
    mark = reading.marks.get(second[1])
    last = mark.typed if mark else second[1]
    return Item(_past_noun(line, second.end()), Wish(without_words=(f"{first[0]} {last}".lower(),)))


def _without(mark: Mark) -> Wish:
    return Wish(
        without_artists=mark.artists,
        without_genres=mark.genres,
        without_decades=mark.decades,
        without_years=mark.refused,
    )


def _past_noun(line: str, at: int) -> int:
    noun = _NOUN.match(line, at)
    return noun.end() if noun else at


def _says_nothing(word: str) -> bool:
    """Whether excluding the word would be a misunderstanding."""
    words = lexicon.load()
    idle = word in words.stop or word in words.polite or word in _IDIOMS
    return (idle and word != "love") or _NOUN.fullmatch(" " + word) is not None


_CUE = re.compile(
    r"(?:(?:,? ?(?<!\w)(?:and|but|und|aber|mais|et|pero|y) )?(?<![\w\"'-])(?:"
    rf"(?P<list>{EXCEPT})"
    r"|(?P<strict>nothing|none|never|nichts|nicht|(?P<sin>sin)|nada)"
    r"|(?:(?:that|which) )?(?:(?:are|is) not|aren't|isn't)|no|not|nor|avoid|skip|kein(?:e[nmrs]?)?"
    rf"|pas de|pas(?= trop| {REFUSED})|(?:rien|menos)(?= {REFUSED})|ni) "
    r"(?:(?:any|the|a|an|too many|much|more|those|too much|de|des|les|los|las|el|la) )*"
    rf"(?P<of>(?:(?:anything|something|music|{SONG}) )?(?:by|from|like|of|in|von|aus|par|de) "
    r"(?:(?:the|any|den|les|los) )*)?"
    rf"|(?<!\S)-(?={MARK}))",
    re.IGNORECASE,
)
# "Sin" is a sin in English.
_SPANISH = re.compile(
    r"(?<!\w)(?:música|canci[oó]n(?:es)?|de|la|los|las|el|una?|para|con|y|horas?)(?!\w)", re.IGNORECASE
)
_LINK = re.compile(
    rf"(?: ?(?P<comma>,) ?(?!{JOINT} )|,? (?P<joint>{JOINT}) | ?[&/] ?)(?:(?:any|the) )?",
    re.IGNORECASE,
)
_ENDS_IN_OR = re.compile(
    rf"(?:[\w'/& -]|{MARK})+(?:, ?(?:[\w'/& -]|{MARK})+)*?,? (?:or|nor|oder|ou|o|ni) ", re.IGNORECASE
)
# After these a mood or another plain word is asked for again: "no drums and calm piano".
_ALSO = frozenset({"and", "und", "et", "y", ","})
_NAMED = re.compile(rf"[\"']?(?P<mark>{MARK})[\"']?")
_SPELLED = r"[^\W\d_](?:[\w'/&-]*\w)?"
_WORD = re.compile(_SPELLED)
_NOUNS = rf" (?:{SONG}|musi[ck]|musique|música|versi[oó]n(?:s|es|en)?|recordings?|albums?|lyrics|stuff)(?!\w)"
_NOUN = re.compile(_NOUNS, re.IGNORECASE)
_VERSION = re.compile(
    r"(?:(?:versiones|canciones|versions|chansons|grabaciones|enregistrements) )?(?:"
    r"(?P<live>live(?:[- ]?(?:aufnahmen?|versionen|mitschnitte?|musik))?|konzert(?:aufnahmen?|mitschnitte?)"
    r"|en (?:vivo|directo|public|concert))"
    r"|(?P<remix>remix(?:es|e|s)?)"
    r"|(?P<acoustic>acoustic|unplugged|akustik(?:aufnahmen|versionen)?|acoustiques?|acústic[oa]s?))(?![\w'-])",
    re.IGNORECASE,
)
_FAST = re.compile(r"fast|schnelle?[nrs]?|rapides?|rápid[oa]s?", re.IGNORECASE)
_MOOD = re.compile(
    rf"(?P<degree>(?:too|so|very|zu|sehr|trop|tan|muy|demasiado) )?"
    rf"(?P<noun>(?:{SONG}|musique|música|music|musik)"
    r"(?: (?:that|which|die|qui|que)(?: (?:are|is|sind|sont|est|son|sean))?)? (?:(?:too|so|trop|muy) )?)?"
    r"(?:d'|de )?(?P<mood>[^\W\d_](?:[\w&-]*\w)?)",
    re.IGNORECASE,
)
_ENDS = rf"(?= ?(?:$|[,.;:!?)·{GAP}])| (?:but|for|please|{JOINT}) |{_NOUNS})"
_AT_END = re.compile(rf" ?(?:$|[,.;:!?)·{GAP}])| (?:but|for|please|{JOINT}) |{_NOUNS}", re.IGNORECASE)
_SECOND = re.compile(rf" ({MARK}|{_SPELLED}{_ENDS})", re.IGNORECASE)
# What a title says of a recording, as titles say it.
_RECORDINGS = {
    **{word: word for word in ("karaoke", "christmas", "explicit")}, "cover": "cover", "covers": "cover",
    "remaster": "remaster", "remasters": "remaster", "remastered": "remaster", "demo": "demo",
    "demos": "demo", "instrumental": "instrumental", "instrumentals": "instrumental",
    "interlude": "interlude", "interludes": "interlude", "skit": "skit", "skits": "skit",
    "intro": "intro", "intros": "intro", "outro": "outro", "outros": "outro", "xmas": "christmas",
    "medley": "medley", "medleys": "medley",
}  # fmt: skip
_SUNG = """
vocal vocals vocalist vocalists voice voices singing singer singers lyrics words gesang stimme stimmen paroles
text voix chant voz voces letra
"""
_VOICES = frozenset(_SUNG.split())
# "No doubt", "no limits", "not too loud", "without you": nobody means songs that do not say so.
_SAID_OTHERWISE = """
doubt matter way problem problems limit limits longer less where thanks reason end worries fear pressure rush
stress preference idea time skip skips particular lots plenty new fresh lately too very only sure necessarily
quite much even because yet than if when there about over under afraid you him us else body before after since
until by von par por or und oder et ou y o ni but aber mais pero repeat repeats without except not nor never
nothing ohne nicht kein keine sans pas zu sehr trop très muy demasiado dich
mich dir mir toi moi ti souci
"""
_IDIOMS = frozenset(_SAID_OTHERWISE.split())
