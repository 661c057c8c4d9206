"""A wish in words, for people; the words parse to the same wish."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.playlists.prompt import energy, tempo
from proxy.playlists.prompt.names import key
from proxy.playlists.wish import EARLIEST, FASTEST, LATEST, Wish


def render(wish: Wish) -> str:
    """What was understood as a short English phrase, less the text: "45 min · Jazz · 1990s · without live".

    The phrase parses to the same fields, given the same library and the same playlists of the caller.
    """
    parts = (*_length(wish), *_sought(wish), *_sounding(wish), *_liked(wish), *_refused(wish))
    return " · ".join(part for part in parts if part)


def _length(wish: Wish) -> list[str]:
    return [
        f"{wish.minutes:g} min" if wish.minutes is not None else "",
        f"{wish.songs} song{'' if wish.songs == 1 else 's'}" if wish.songs is not None else "",
        f"at least {_clock(wish.shortest)} each" if wish.shortest is not None else "",
        f"at most {_clock(wish.longest)} each" if wish.longest is not None else "",
    ]


def _sought(wish: Wish) -> list[str]:
    return [
        ", ".join(_once(wish.genres)),
        ", ".join(wish.moods),
        ", ".join(f"{decade}s" for decade in wish.decades),
        _span(wish.years) if wish.years else "",
        _after("by", _once(wish.artists)),
        _after("like", _once(wish.like)),
        " · ".join(f"like my playlist {name}" for name in _once(wish.like_playlists)),
    ]


def _sounding(wish: Wish) -> list[str]:
    return [
        _tempo(*wish.bpm) if wish.bpm else "",
        _energy(wish.energy) if wish.energy is not None else "",
        _CURVES.get(wish.curve, wish.curve),
        f"{wish.version} versions" if wish.version else "",
        "instrumental" if wish.instrumental else "",
    ]


def _liked(wish: Wish) -> list[str]:
    return [
        "favourites" if wish.favourites else "",
        f"{wish.stars} star{'' if wish.stars == 1 else 's'} and up" if wish.stars is not None else "",
        "never played" if wish.unplayed else "",
        "not played lately" if wish.not_lately else "",
        f"added since {wish.added_since.isoformat()}" if wish.added_since else "",
    ]


def _refused(wish: Wish) -> list[str]:
    decades = [f"{decade}s" for decade in wish.without_decades]
    names = [*_once(wish.without_genres), *decades]
    words = [*wish.without_moods, *wish.without_versions, *wish.without_words]
    return [
        _after("without", _either([*names, *words])),
        _after("not from", _either(_spans(wish.without_years))),
        _after("nothing by", _either(_once(wish.without_artists))),
        f"{wish.per_artist} per artist" if wish.per_artist else "",
        f"{wish.per_album} per album" if wish.per_album else "",
        "fresh" if wish.fresh else "",
    ]


def _tempo(slowest: float, fastest: float) -> str:
    if slowest == 0:
        return f"under {fastest:g} bpm"
    if fastest == FASTEST:
        return f"over {slowest:g} bpm"
    middle = round((slowest + fastest) / 2, 1)
    return f"{middle:g} bpm" if tempo.near(middle) == (slowest, fastest) else f"{slowest:g}-{fastest:g} bpm"


def _energy(level: float) -> str:
    return _LEVELS.get(level, f"energy {100 * level:g}%")


def _span(years: tuple[int, int]) -> str:
    first, last = years
    if first == last:
        return f"in {first}"
    if first == EARLIEST:
        return f"until {last}"
    return f"since {first}" if last == LATEST else f"{first}-{last}"


def _spans(years: Sequence[int]) -> list[str]:
    """Years in a row as one: 1982-1984."""
    rows: dict[int, list[int]] = {}
    for place, year in enumerate(sorted(years)):
        rows.setdefault(year - place, []).append(year)
    return [f"{row[0]}-{row[-1]}" if len(row) > 1 else f"{row[0]}" for row in rows.values()]


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02} min" if rest else f"{minutes} min"


def _once(names: Sequence[str]) -> list[str]:
    """One spelling of each name."""
    return list({key(name): name for name in reversed(names)}.values())[::-1]


def _either(names: list[str]) -> list[str]:
    return [*names[:-2], " or ".join(names[-2:])] if names else []


def _after(word: str, names: Sequence[str]) -> str:
    return f"{word} {', '.join(names)}" if names else ""


_CURVES = {"build": "building up", "peak": "peak in the middle", "waves": "in waves"}
_LEVELS = {energy.HIGH: "high energy", energy.MEDIUM: "medium energy", energy.LOW: "low energy"}
