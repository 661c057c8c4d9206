"""Candidates for a wish: the tracks that its parts and its meaning bring, each with a relevance."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from proxy.arrays import Floats, Ints, Mask
from proxy.library.index import Index
from proxy.library.vectors import MOST_NEAR
from proxy.playlists import ear, feedback
from proxy.playlists.evidence import Evidence, evidence_of, scaled
from proxy.playlists.meaning import Meaning, Sources, meaning_of
from proxy.playlists.parts import Parts, of_genres, parts_of, total
from proxy.playlists.query import Query
from proxy.playlists.steps import ALL, Steps
from proxy.playlists.wish import Wish

MEANING = 0.15  # of the study that the other parts' constants come from
POOL = 400  # by the parts without meaning, and as many by meaning
KEPT = 2  # times as many candidates at most
CLEAR, CLEAR_CASES = 0.25, 100  # where fewer tracks score so much without meaning, it decides
NEAR = 2.0  # deviations above the mean from which meaning alone makes a candidate


class Candidates(Struct, frozen=True):
    """Positions in the index by falling relevance in [0, 1]; `meaning` in deviations from the mean.

    `notes` say what could not be asked, `model` who embedded the prompt, "" for nobody.
    """

    positions: Ints
    relevance: Floats
    meaning: Floats
    parts: Parts
    notes: tuple[str, ...] = ()
    model: str = ""

    def __len__(self) -> int:
        return len(self.positions)


def candidates(
    wish: Wish,
    query: Query,
    *,
    like: Ints,
    allowed: Mask,
    index: Index,
    sources: Sources,
    deadline: float,
    count: int = POOL,
    steps: Steps = ALL,
) -> Candidates:
    """The best among the tracks allowed, of the top `count` by all but meaning and the nearest by it.

    `like` are positions that the list should resemble. Without a meaning (nobody embeds now, or `deadline`,
    a time.monotonic(), has passed) everything else decides. With a `count` of the library's size this is a
    full scan.
    """
    evidence = evidence_of(index)
    parts = parts_of(wish, query, index, evidence, like=like, steps=steps)
    score = np.where(allowed, total(parts, trusts_years=evidence.trusts_years), -np.inf).astype(np.float32)
    asked = meaning_of(query.meant, like, index, sources, count=_near_count(score, count), deadline=deadline)
    meaning, notes = asked if steps.meaning else (None, [])
    pool, near = _pool(wish, parts, score, index, meaning, count=count)
    score = score[pool] + MEANING * near
    best = _best_first(score, index.rows[pool])[: KEPT * count]
    pool, near, score = pool[best], near[best], score[best]
    score = _with_feedback(pool, score, query, index, evidence, meaning, steps)
    order = _best_first(score, index.rows[pool])
    model = meaning.model if meaning else ""
    return Candidates(pool[order], _unit(score[order]), near[order], parts, tuple(notes), model)


def _near_count(score: Floats, count: int) -> int:
    """How many of the nearest are worth a look: the more, the fewer of them are allowed.

    Signs alone order them coarsely, which only matters where little else decides.
    """
    if (score >= CLEAR).sum() < CLEAR_CASES:
        return max(count, MOST_NEAR)
    allowed = float((score > -np.inf).mean())
    return max(count, min(round(count / allowed), MOST_NEAR))


def _pool(
    wish: Wish, parts: Parts, score: Floats, index: Index, meaning: Meaning | None, *, count: int
) -> tuple[Ints, Floats]:
    """The tracks that are ranked, and how near in meaning each is; a score of -inf is not allowed."""
    pool = _top(score, count)
    if meaning is not None:
        pool = _united(pool, index.of_rows(meaning.rows), size=len(index))
    pool = pool[score[pool] > -np.inf]
    near = meaning.of(pool) if meaning else np.zeros(len(pool), dtype=np.float32)
    keep = _asked_for(wish, parts, index, pool, near)
    return (pool[keep], near[keep]) if keep.any() else (pool, near)


def _with_feedback(
    pool: Ints,
    score: Floats,
    query: Query,
    index: Index,
    evidence: Evidence,
    meaning: Meaning | None,
    steps: Steps,
) -> Floats:
    """The score of the first candidates raised by what they share with the very first; best first both."""
    looked_at = pool[: feedback.POOL]
    if not len(looked_at):
        return score
    model = feedback.first(looked_at, index.artist)
    room = 1 - query.precise if steps.feedback_gate else 1.0
    raised = score.copy()
    if steps.feedback_by_tags:
        raised[: len(looked_at)] += room * feedback.BY_TAGS * feedback.by_tags(model, looked_at, evidence)
    if steps.feedback_by_names and meaning is not None:
        names = meaning.names_like(looked_at, model.positions, model.weights)
        raised[: len(looked_at)] += room * feedback.BY_NAMES * names
    return raised


def _asked_for(wish: Wish, parts: Parts, index: Index, pool: Ints, meaning: Floats) -> Mask:
    """Better a shorter list than an unrelated song: something must speak for a candidate.

    Where a genre of this library was named, that is the genre's tag, or for songs without a genre its sound,
    or for songs without any tag a meaning near enough; else any part of the score or such a meaning. Where
    nothing but words in titles does, what is nearest has to do: half of the clients show no comment, and an
    empty list would explain itself to nobody.
    """
    near = meaning >= NEAR
    if wish.genres and not wish.artists:
        untagged = evidence_of(index).untagged[pool]
        heard = ear.ear_of(index)
        sounds_so = heard.sounding(heard.genres(wish.genres))[pool]
        of_genre: Mask = of_genres(wish.genres, index)[pool] | sounds_so | (untagged & near)
        return of_genre
    hit = parts.hit()[pool]
    spoken_for: Mask = near | hit | (parts.names[pool] > 0) | (not hit.any())
    return spoken_for


def _unit(scores: Floats) -> Floats:
    """Scores as relevance: the best is 1, and nothing is below 0."""
    return np.clip(scaled(scores), 0, 1) if len(scores) else scores


def _best_first(score: Floats, rows: Ints) -> Ints:
    """Places by falling score, equal ones by row, so that every machine has the same order."""
    order: Ints = np.lexsort((rows, -score))
    return order


def _top(score: Floats, count: int) -> Ints:
    """The places of the `count` best, equal ones by their place; what is not allowed is -inf."""
    eligible = np.flatnonzero(score > -np.inf)
    if len(eligible) <= count:
        return eligible
    allowed = score[eligible]
    least = -np.partition(-allowed, count - 1)[count - 1]
    above, equal = eligible[allowed > least], eligible[allowed == least]
    return np.sort(np.concatenate([above, equal[: count - len(above)]]))


def _united(some: Ints, others: Ints, *, size: int) -> Ints:
    """The positions below `size` that are among either, in their order."""
    among = np.zeros(size, dtype=np.bool_)
    among[some] = among[others] = True
    return np.flatnonzero(among)
