"""The findings about lists: recipes that can be read, and lists that are prompts by their names alone."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from anyio import to_thread

from proxy.commands.findings import Finding
from proxy.errors import LibraryError, RecipeError
from proxy.navidrome import Account, taste
from proxy.playlists.name import prompt_of
from proxy.playlists.store import Store
from proxy.recipes.book import built_in, copy_beside, read_file
from proxy.recipes.libraries import unknown

EXAMPLES = 3


def recipes(path: str, database: Path) -> Finding:
    """`path` is RECIPES_PATH. Raises RecipeError, which names the line, and says what is in force instead."""
    found = read_file(Path(path), copy=copy_beside(database)) if path else built_in()
    where = path or "the package"
    return Finding("recipes", False, f"{len(found)} recipes of {where} can be read.")


async def libraries(account: Account, path: str) -> Finding:
    """Those that the recipes of RECIPES_PATH name, among those that the account sees."""
    known = list((await taste.folders(account.content)).values())
    lost: list[str] = []
    with contextlib.suppress(RecipeError):  # which is a finding of its own
        lost = list(unknown(read_file(Path(path)), known))
    sentence = " ".join(lost) or "Every library that a recipe names is there."
    return Finding("libraries", bool(lost), sentence, "Write the name as Navidrome has it." if lost else "")


async def clashes(account: Account, database: Path, prefixes: Sequence[str]) -> Finding:
    """Of those lists that the account sees: an administrator sees everybody's."""
    found: Any = (await account.call("getPlaylists")).get("playlists", {}).get("playlist", [])
    lists = {str(each.get("id")): str(each.get("name", "")) for each in found}
    prompts = {key: name for key, name in lists.items() if prompt_of(name, prefixes) is not None}
    made = await to_thread.run_sync(_made, database, prompts)
    strange = [name for key, name in prompts.items() if key not in made]
    if not strange:
        return Finding("names", False, "No other list has a name that would be a prompt.")
    shown = ", ".join(f"“{name}”" for name in strange[:EXAMPLES])
    more = f" and {len(strange) - EXAMPLES} more" if len(strange) > EXAMPLES else ""
    sentence = f"Not made here, but a prompt by its name: {shown}{more}. It stays until it is renamed."
    return Finding("names", False, sentence, "Where that is not meant, rename it, or change PROMPT_PREFIXES.")


def _made(database: Path, lists: Collection[str]) -> Collection[str]:
    """Those that were made here; none where the database cannot tell: that is a finding of its own."""
    with contextlib.closing(Store(database)) as store:
        try:
            return store.known(list(lists))
        except LibraryError:
            return ()
