"""For whom a recipe is, read from its `for`."""

from __future__ import annotations

from typing import Any

from proxy.recipes.recipe import Audience
from proxy.recipes.wrong import Wrong, alike, nearest, shown

FORMS = '"all", "admins", { users = ["ana"] } or { libraries = [1, "Kids"] }'
ALL = ("everyone", "everybody", "anyone", "*")


def audience_of(value: Any) -> dict[str, Any]:
    """Raises ValueError, and Wrong where that is about a word inside."""
    if value in ("all", "admins"):
        return {"audience": Audience(admins=value == "admins")}
    if isinstance(value, dict) and len(value) == 1:
        ((kind, members),) = value.items()
        return {"audience": _members(kind, members)}
    raise ValueError(f"{shown(value)} is nobody.{_meant(value)} Write one of: {FORMS}.")


def _members(kind: str, members: Any) -> Audience:
    if kind not in ("users", "libraries"):
        raise Wrong(f"{kind} is nobody. Did you mean {_kind(kind)}?", "for", kind)
    kinds, example = ((str,), '"ana"') if kind == "users" else ((str, int), '1, "Kids"')
    if not isinstance(members, list) or not members or any(type(each) not in kinds for each in members):
        raise Wrong(f"{kind} are a list: {kind} = [{example}].", "for", kind)
    if kind == "users":
        return Audience(users=tuple(members))
    ids = frozenset(each for each in members if isinstance(each, int))
    return Audience(libraries=ids, named=tuple(each for each in members if isinstance(each, str)))


def _kind(written: str) -> str:
    """Where somebody writes `{ admins = true }`, the text that means them."""
    word = nearest(written, ("users", "libraries", "all", "admins"))
    return word if word in ("users", "libraries") else f'for = "{word}"'


def _meant(value: Any) -> str:
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        users = ", ".join(f'"{each}"' for each in value)
        return f" Did you mean {{ users = [{users}] }}?"
    if not isinstance(value, str) or not value.strip():
        return ""
    word = "all" if value.lower() in ALL else alike(value, ("all", "admins"))
    return f' Did you mean "{word}"?' if word else f' Did you mean {{ users = ["{value}"] }}?'
