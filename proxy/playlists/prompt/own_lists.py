"""The caller's own playlists in a prompt: "more like Road Trip 2019"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from proxy.playlists.prompt.grammar import closes_at
from proxy.playlists.prompt.marks import GAP
from proxy.playlists.prompt.names import key, runs, tokens
from proxy.playlists.prompt.typography import tidy
from proxy.playlists.prompt.vocabulary import Vocabulary
from proxy.playlists.prompt.words import is_plain
from proxy.playlists.wish import Wish

Lists = Mapping[str, tuple[str, ...]]  # a folded name, and the lists that are called so


def take(line: str, playlists: Sequence[str], vocabulary: Vocabulary) -> tuple[str, Wish]:
    """The line with a gap for every list that it wants more of, and which those are.

    Where it does not say that it means a list, a name that the library knows too is the library's, and one
    of plain words alone ("like summer") needs a "more".
    """
    lists = _by_key(playlists)
    wish, parts, at = Wish(), [], 0
    for cue in _CUE.finditer(line) if lists else ():
        end, found = _named(line, cue, lists, vocabulary) if cue.start() >= at else (at, ())
        if found:
            parts += [line[at : cue.start()], GAP]
            wish, at = wish | Wish(like_playlists=found), end
    return "".join(parts) + line[at:], wish


def may_be_named(prompt: str) -> bool:
    """Whether it is worth asking for the caller's lists: the prompt wants something like something."""
    return bool(_CUE.search(tidy(prompt)))


def _by_key(playlists: Sequence[str]) -> Lists:
    lists: dict[str, tuple[str, ...]] = {}
    for name in playlists:
        lists[key(name)] = (*lists.get(key(name), ()), name)
    lists.pop("", None)
    return lists


def _named(
    line: str, cue: re.Match[str], lists: Lists, vocabulary: Vocabulary
) -> tuple[int, tuple[str, ...]]:
    """Where the last of the lists that are named after a cue ends, and these."""
    starts = [cue.end(group) for group in ("list", "whose", "like") if cue[group] is not None]
    for start in starts:
        end, found = start, tuple[str, ...]()
        link = _QUOTE.match(line, start)
        while link and (named := _longest(line, link.end(), cue, lists, vocabulary)):
            end, found = named[0], found + named[1]
            link = _AND.match(line, end)
        if found:
            return end, found
    return cue.end(), ()


def _longest(
    line: str, at: int, cue: re.Match[str], lists: Lists, vocabulary: Vocabulary
) -> tuple[int, tuple[str, ...]] | None:
    for end, folded in runs(line, at):
        if folded not in lists:
            continue
        end += line[end : end + 1] in ('"', "'")
        noun = _LIST_AFTER.match(line, end)
        if noun or cue["list"]:
            return noun.end() if noun else end, lists[folded]
        theirs = folded in vocabulary.artists or folded in vocabulary.genres
        telling = cue["more"] or not all(is_plain(token.word) for token in tokens(line[at:end]))
        if telling and not theirs and closes_at(line, end):
            return end, lists[folded]
    return None


_LIST = r"(?:play ?lists?|lists?|listen?|liste|lista|mix|mixtape)"
_CUE = re.compile(
    r"\b(?P<like>(?P<more>(?:more|mehr|plus|más) )?(?:stuff )?(?:like|similar to|along the lines of"
    r"|in the spirit of|(?:so |ähnlich )?wie|comme|similaire à|como|parecid[oa]s? a):? )"
    rf"(?P<whose>(?:my|our|the|meine[rn]?|ma|mi) (?:own )?)?(?P<list>{_LIST}:? )?",
    re.IGNORECASE,
)
_LIST_AFTER = re.compile(rf" {_LIST}(?!\w)", re.IGNORECASE)
_QUOTE = re.compile(r"[\"']?")
_AND = re.compile(r"(?: ?, ?| )(?:and|und|et|y) (?:(?:my|meine[rn]?|ma|mi) )?[\"']?", re.IGNORECASE)
