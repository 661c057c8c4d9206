"""What a sweep of upstream means for our rows; pure."""

from __future__ import annotations

import hashlib
import string
from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from proxy.library.tracks import Trace

_DIGITS = string.digits + string.ascii_lowercase + string.ascii_uppercase
_LENGTH = 22  # digits of base 62 that 128 bits need
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}


class Changes(Struct, frozen=True, kw_only=True):
    """Each id that is known is in one of `changed`, `same` and `vanished`, or a key of `renamed`.

    Each id that was seen is in one of `new`, `changed` and `same`, or a value of `renamed`, or both where the
    value has a row already.
    """

    new: frozenset[str]
    changed: frozenset[str]
    same: frozenset[str]
    vanished: frozenset[str]
    renamed: dict[str, str]


def compare(known: Mapping[str, Trace], seen: Mapping[str, Trace]) -> Changes:
    """`known` are our rows, missing ones too, `seen` the songs of one whole sweep; both by id."""
    gone = known.keys() - seen.keys()
    renamed = _renamed(known, seen, gone)
    stayed = known.keys() & seen.keys()
    same = frozenset(track_id for track_id in stayed if is_same(known[track_id], seen[track_id]))
    return Changes(
        new=frozenset(seen.keys() - known.keys() - set(renamed.values())),
        changed=frozenset(stayed - same),
        same=same,
        vanished=frozenset(gone - renamed.keys()),
        renamed=renamed,
    )


def is_same(known: Trace | None, seen: Trace) -> bool:
    """Whether the row needs no writing; one that was missing does."""
    return known is not None and not known.missing and known.content_hash == seen.content_hash


def _renamed(known: Mapping[str, Trace], seen: Mapping[str, Trace], gone: Iterable[str]) -> dict[str, str]:
    """From an id that is gone to the id that its song has now: its canonical form, else the same file."""
    renamed: dict[str, str] = {}
    taken: set[str] = set()
    for old in sorted(gone):
        new = canonical(old)
        if new != old and new in seen and new not in taken and _newer(known, old, new):
            renamed[old] = new
            taken.add(new)
    rest = [old for old in gone if old not in renamed]
    free = [new for new in seen if new not in taken]
    return renamed | _same_file(known, seen, rest, free)


def _same_file(
    known: Mapping[str, Trace], seen: Mapping[str, Trace], gone: Iterable[str], free: Iterable[str]
) -> dict[str, str]:
    """By path, size and duration; where two songs agree in all three nothing is concluded."""
    old = _unique((_file(known[track_id]), track_id) for track_id in gone if known[track_id].path)
    new = _unique((_file(seen[track_id]), track_id) for track_id in free if seen[track_id].path)
    pairs = {track_id: new[file] for file, track_id in old.items() if file in new}
    return {before: after for before, after in pairs.items() if _newer(known, before, after)}


def _newer(known: Mapping[str, Trace], old: str, new: str) -> bool:
    """Whether `new` came after `old` was last there; a run that was stopped may have given it a row."""
    return new not in known or known[new].first_seen > known[old].last_seen


def _file(trace: Trace) -> tuple[str, int, float]:
    return trace.path, trace.size, trace.duration


def _unique(pairs: Iterable[tuple[tuple[str, int, float], str]]) -> dict[tuple[str, int, float], str]:
    listed = list(pairs)
    times = Counter(file for file, _ in listed)
    return {file: track_id for file, track_id in listed if times[file] == 1}


def canonical(upstream_id: str) -> str:
    """The form that Navidrome 0.64 gave to an id of before: 128 bits in 22 digits of base 62.

    Ids that are neither 22 such digits, nor 32 of base 16, nor a UUID stay as they are, and so do those of 22
    digits that are in that form already; of what would not fit into 128 bits, its MD5 is taken.
    Source: Navidrome's migration 20260720015443.
    """
    if len(upstream_id) == _LENGTH and all(digit in _VALUE for digit in upstream_id):
        if _number(upstream_id) < 1 << 128:
            return upstream_id
        return _written(hashlib.md5(upstream_id.encode(), usedforsecurity=False).digest())
    hexadecimal = upstream_id.replace("-", "") if len(upstream_id) == 36 else upstream_id
    if len(hexadecimal) == 32 and set(hexadecimal) <= set(string.hexdigits):
        return _written(bytes.fromhex(hexadecimal))
    return upstream_id


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(_DIGITS) + _VALUE[digit]
    return number


def _written(data: bytes) -> str:
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, value = divmod(number, len(_DIGITS))
        digits = _DIGITS[value] + digits
    return digits.rjust(_LENGTH, "0")
