"""Standing lists: recipes, the snapshots made from them, and `Standing`, the one door to both.

Not inside: how a client is answered (`proxy.endpoints`), and how songs are chosen (`proxy.playlists`).
"""

from proxy.recipes.recipe import Caller, StandingList
from proxy.recipes.standing import Standing

__all__ = ["Caller", "Standing", "StandingList"]
