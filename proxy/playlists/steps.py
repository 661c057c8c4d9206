"""The steps of retrieval, so that a bench can leave one out and say what it is worth."""

from __future__ import annotations

from msgspec import Struct


class Steps(Struct, frozen=True):
    """All are taken; no setting turns one off."""

    typos: bool = True
    dictionary: bool = True
    generic_words: bool = True
    names: bool = True
    moods_out_of_names: bool = True
    meaning: bool = True
    named_artist: bool = True
    lexicon: bool = True
    decades: bool = True
    learnt_years: bool = True
    energy: bool = True
    facets: bool = True
    phrases: bool = True
    by_ear: bool = True
    feedback_by_tags: bool = True
    feedback_by_names: bool = True
    feedback_gate: bool = True


ALL = Steps()
