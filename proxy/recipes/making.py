"""One standing list, from its recipe and what is known of its owner to the songs."""

from __future__ import annotations

import hashlib
import random
from datetime import datetime
from functools import lru_cache

import msgspec
import numpy as np
from msgspec import Struct, structs

from proxy.arrays import Mask
from proxy.library import columns
from proxy.library.index import Index
from proxy.playlists import Generated, Request, Sources, explain, generate, understand, vocabulary_of
from proxy.playlists.allowed import allowed
from proxy.playlists.never import Never
from proxy.playlists.taste import own
from proxy.playlists.wish import Wish
from proxy.recipes.criteria import matching
from proxy.recipes.known import Columns, columns_of, ordered, takes_the_first
from proxy.recipes.period import Period
from proxy.recipes.picking import Picked, first, pick
from proxy.recipes.recipe import FOUR, Caller, Recipe
from proxy.recipes.scarcity import absent_lists, narrowest, unmet
from proxy.recipes.seeds import Habits, seeds
from proxy.recipes.snapshots import Snapshot
from proxy.recipes.verdict import is_doubtful, shortcomings

SECONDS_A_SONG = 200  # for how many songs a length takes, before they are known
PLENTY = 8  # times as many songs as the list takes: then half of them have their turn in this period
NO_PICK = "nothing of which the library has enough"
NOTHING_OPEN = "nothing that may be heard is in the library now"


class Task(Struct, frozen=True, kw_only=True):
    """What is to be made for whom and which period. `habits` are None where they are not known.

    `deadline` is a time.monotonic(); `now` is aware, on the owner's clocks.
    """

    recipe: Recipe
    caller: Caller
    period: Period
    now: datetime
    habits: Habits | None = None
    never: Never = Never()
    default_minutes: float = 60.0
    deadline: float = float("inf")

    @property
    def salt(self) -> str:
        """What chance depends on: the same list for the same library, user, recipe and period."""
        return f"{self.caller.name}\n{self.recipe.key}\n{self.period.key}"

    @property
    def seconds(self) -> float:
        if self.recipe.songs:
            return self.recipe.songs * SECONDS_A_SONG
        return 60 * (self.recipe.minutes or self.default_minutes)


class Made(Struct, frozen=True):
    """The snapshot, or why there is none: the list would not be what its name says.

    Where it `failed`, that is no verdict on the recipe: what it takes to tell was not there.
    """

    snapshot: Snapshot | None
    reason: str = ""
    failed: bool = False


@lru_cache(maxsize=256)
def digest_of(recipe: Recipe) -> str:
    """Another for every change that has the list made anew at once."""
    return hashlib.sha256(msgspec.json.encode(recipe, order="deterministic")).hexdigest()[:16]


def make(task: Task, *, index: Index, sources: Sources) -> Made:
    """The same task over the same index gives the same list. Raises LibraryError."""
    recipe, open_to = task.recipe, _open_to(task, index)
    if not open_to.any():
        return Made(None, NOTHING_OPEN, failed=True)
    known = columns_of(recipe, task.habits, index, sources.db)
    within = matching(recipe.criteria, known, size=len(index), today=task.period.day) & open_to
    picked = _picked(task, within, index)
    if picked is None:
        return Made(None, NO_PICK)
    like = _seeds(task)
    request = _request(task, index, picked.within, like, known)
    made = generate(request, index=index, vocabulary=vocabulary_of(index), sources=sources)
    if reasons := shortcomings(recipe, made, index):
        scarce = absent_lists(recipe, task.habits) or narrowest(
            recipe.criteria, known, task.habits, open_to, today=task.period.day
        )
        told = ": ".join(filter(None, ["; ".join(reasons), scarce]))
        return Made(None, told, failed=is_doubtful(made, sources))
    songs = ordered(made.ids, recipe, known, index, salt=task.salt)
    snapshot = Snapshot(
        owner=task.caller.name,
        recipe=recipe.key,
        period=task.period.key,
        digest=digest_of(recipe),
        generation=index.generation,
        name=picked.name,
        comment=comment(recipe, made, unmet=unmet(recipe, task.habits, like)),
        songs=songs,
        seconds=index.seconds(songs),
        cover=_cover(recipe, songs[0], sources),
        made_at=task.now,
        created_at=task.now,
        changed_at=task.now,
        valid_until=task.period.end,
        wish=msgspec.json.encode(made.wish).decode(),
        explanation=msgspec.json.encode(made.explanation).decode(),
    )
    return Made(snapshot)


def _cover(recipe: Recipe, first: str, sources: Sources) -> str:
    if recipe.cover == "song":
        return columns.cover_art(sources.db, first) or first
    return FOUR if recipe.cover == FOUR else ""


def _picked(task: Task, within: Mask, index: Index) -> Picked | None:
    recipe, period = task.recipe, task.period
    if not recipe.pick:
        return Picked(recipe.name, within)
    turn = period.week if recipe.refresh.every == "week" else period.day.toordinal()
    found = pick(recipe.pick, index, within, owner=task.caller.name, turn=turn, seconds=task.seconds)
    return Picked(f"{recipe.name}: {found.name}", found.within) if found and recipe.named_too else found


def comment(recipe: Recipe, made: Generated, *, unmet: str) -> str:
    """What the list is for, what could not be met, and when it is made anew; at most 500 characters.

    `unmet` is why it does not resemble what it should, "" where it does.
    """
    told = made.explanation
    rest = [
        unmet,
        explain.energy(told.energy, told.songs),
        "; ".join(told.notes),
        f"new {recipe.refresh}",
    ]
    end = " · ".join(part for part in rest if part)
    about = recipe.about or told.understood
    return f"{about} · {end}"[: explain.COMMENT_LENGTH] if about else end[: explain.COMMENT_LENGTH]


def _open_to(task: Task, index: Index) -> Mask:
    """What the caller may hear, of the recipe's libraries where it names any."""
    libraries, open_to = task.recipe.audience.libraries, index.open_to(task.caller.libraries)
    return open_to & np.isin(index.library, sorted(libraries)) if libraries else open_to


def _dealt(within: Mask, index: Index, task: Task) -> Mask:
    """Of plenty a half, another in each period, so that a list does not hold the same songs for ever.

    A song's turn depends on nothing but itself: what comes into the library moves no other.
    """
    if within.sum() * SECONDS_A_SONG < PLENTY * task.seconds:
        return within
    salted = hashlib.blake2b(task.salt.encode(), digest_size=1)
    return within & np.fromiter((_is_odd(salted.copy(), song) for song in index.ids), np.bool_, len(index))


def _is_odd(digest: hashlib.blake2b, song: str) -> bool:
    digest.update(song.encode())
    return bool(digest.digest()[0] & 1)


def _seeds(task: Task) -> tuple[str, ...]:
    if not task.recipe.seeds or task.habits is None:
        return ()
    ahead = task.now.utcoffset()
    return seeds(
        task.recipe.seeds,
        task.habits,
        today=task.period.day,
        hours_ahead=ahead.total_seconds() / 3600 if ahead else 0,
        chance=random.Random(task.salt),
    )


def _request(task: Task, index: Index, within: Mask, like: tuple[str, ...], known: Columns) -> Request:
    recipe = task.recipe
    request = Request(
        prompt=recipe.prompt,
        owner=task.salt,
        day=task.period.day,
        now=task.now,
        like=like,
        playlists=task.habits.own if task.habits else (),
        within=within,
        taste=task.habits.taste if task.habits else None,
        default_minutes=task.default_minutes,
        never=task.never,
        deadline=task.deadline,
    )
    wish = _wish(recipe, request, index)
    # Something has to be typed: nothing at all would bring the explanation of what may be.
    request = structs.replace(request, wish=wish, prompt=recipe.prompt or recipe.name)
    open_to = allowed(wish, request, index) & own(wish, request.taste, index, today=task.now.date()).allowed
    if takes_the_first(recipe):
        return _of_the_first(request, wish, open_to, task, index, known)
    return structs.replace(request, within=_dealt(open_to, index, task))


def _wish(recipe: Recipe, request: Request, index: Index) -> Wish:
    wish = understand(request, index=index, vocabulary=vocabulary_of(index))
    if recipe.minutes or recipe.songs:
        wish = structs.replace(wish, minutes=recipe.minutes, songs=recipe.songs)
    own = {name: getattr(recipe, name) for name in ("curve", "per_artist", "per_album")} | {
        "energy": recipe.level
    }
    return structs.replace(wish, **{name: value for name, value in own.items() if value})


def _of_the_first(
    request: Request, wish: Wish, open_to: Mask, task: Task, index: Index, known: Columns
) -> Request:
    """For the first songs by the recipe's order and no others, as with `sort` and `limit` in a .nsp file.

    Of a length it then asks for as many songs as fill it: to meet it nearer, one of them would be left out.
    """
    recipe = task.recipe
    songs = [index.ids[track] for track in np.flatnonzero(open_to).tolist()]
    random.Random(task.salt).shuffle(songs)  # where the order is the same, chance decides
    ranked = (index.position[song] for song in ordered(songs, recipe, known, index, salt=task.salt))
    found = first(ranked, index, wish, songs=recipe.songs, seconds=task.seconds)
    within = np.zeros(len(index), dtype=np.bool_)
    within[list(found)] = True
    counted = structs.replace(wish, songs=len(found) or recipe.songs, minutes=None)
    return structs.replace(request, within=within, wish=wish if recipe.songs else counted)
