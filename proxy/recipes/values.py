"""What each field of a recipe may hold; what it may not is a ValueError with a sentence, or a Wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from proxy.playlists.name import fold
from proxy.playlists.wish import CURVES
from proxy.recipes.audience import audience_of
from proxy.recipes.fields import FIELDS
from proxy.recipes.nsp import field_of, group_of
from proxy.recipes.pasted import direction
from proxy.recipes.period import refresh_of
from proxy.recipes.recipe import Cover, Group, Pick, key_of
from proxy.recipes.seeds import SOURCES, TIMES
from proxy.recipes.wrong import nearest, shown

LEVELS = {"low": 0.25, "medium": 0.5, "high": 0.8}
ALONE = ("flow", "random")  # orders that no field goes with
MOST_MINUTES, MOST_SONGS = 720, 500


def _name(value: Any) -> dict[str, Any]:
    text = _text(value).strip()
    if not fold(text):
        raise ValueError("a name has at least one letter.")
    return {"name": text}


def _key(value: Any) -> dict[str, Any]:
    if not (text := key_of(_text(value))):
        raise ValueError("a key has at least one letter.")
    return {"key": text}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"this is a text, in quotes, and not {shown(value)}.")
    return value


def _minutes(value: Any) -> dict[str, Any]:
    if not _is_number(value) or not 1 <= value <= MOST_MINUTES:
        raise ValueError(f"this is a number from 1 to {MOST_MINUTES}, and not {shown(value)}.")
    return {"minutes": float(value)}


def _whole(name: str, most: int) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        if not _is_number(value) or not 1 <= value <= most or value != int(value):
            raise ValueError(f"this is a whole number from 1 to {most}, and not {shown(value)}.")
        return {name: int(value)}

    return read


def _energy(value: Any) -> dict[str, Any]:
    if _is_number(value) and 0 < value <= 1:
        return {"level": float(value)}
    if isinstance(value, str) and value in LEVELS:
        return {"level": LEVELS[value]}
    if isinstance(value, str) and value in CURVES:
        return {"curve": value}
    known = (*CURVES, *LEVELS)
    near = f" Did you mean {nearest(value, known)}?" if isinstance(value, str) else ""
    raise ValueError(
        f"{shown(value)} is no energy.{near} Write one of {', '.join(known)}, or a number up to 1."
    )


def _order(value: Any) -> dict[str, Any]:
    text = _text(value)
    if said := direction(text):
        raise ValueError(said)
    if text not in ALONE:
        for part in text.split(","):
            field = field_of(part.strip().lstrip("+-"), (*ALONE, *FIELDS), ("order",))
            if field in ALONE:
                raise ValueError(f'{field} stands alone: order = "{field}".')
    return {"order": text}


def _seeds(value: Any) -> dict[str, Any]:
    known = (*SOURCES, *TIMES)
    sources = value if isinstance(value, list) else [value]
    for source in sources:
        if source in known or (isinstance(source, dict) and _names_a_playlist(source)):
            continue
        near = f" Did you mean {nearest(source, known)}?" if isinstance(source, str) else ""
        forms = f'{", ".join(known)} or {{ playlist = "its name" }}'
        raise ValueError(f"{shown(source)} is no source of songs.{near} Write {forms}.")
    return {
        "seeds": tuple(each if isinstance(each, str) else f"playlist {each['playlist']}" for each in sources)
    }


def _names_a_playlist(source: Mapping[str, Any]) -> bool:
    return list(source) == ["playlist"] and isinstance(source["playlist"], str)


def _one_of(name: str, known: Sequence[str]) -> Callable[[Any], dict[str, Any]]:
    def read(value: Any) -> dict[str, Any]:
        if value not in known:
            near = f" Did you mean {nearest(value, known)}?" if isinstance(value, str) else ""
            raise ValueError(f"{shown(value)} is none of {', '.join(known)}.{near}")
        return {name: value}

    return read


def _criteria(match: str) -> Callable[[Any], dict[str, Group]]:
    return lambda value: {"criteria": group_of(match, value, (match,))}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "name": _name,
    "key": _key,
    "about": lambda value: {"about": _text(value)},
    "prompt": lambda value: {"prompt": _text(value)},
    "all": _criteria("all"),
    "any": _criteria("any"),
    "minutes": _minutes,
    "songs": _whole("songs", MOST_SONGS),
    "energy": _energy,
    "per_artist": _whole("per_artist", MOST_SONGS),
    "per_album": _whole("per_album", MOST_SONGS),
    "order": _order,
    "refresh": lambda value: {"refresh": refresh_of(_text(value))},
    "for": audience_of,
    "seed_from": _seeds,
    "pick": _one_of("pick", get_args(Pick)[1:]),
    "cover": _one_of("cover", get_args(Cover)),
}
