"""What a prompt asks for: `parse` reads it into a Wish, `render` says a Wish in words.

Inside: rules as tables of patterns, by what they understand (`durations`, `counts`, `years`, `mentions`,
`exclusions`), over a text in which the library's names are single characters (`marks`). No I/O.
"""

from proxy.playlists.prompt.parser import LONGEST, parse, render
from proxy.playlists.prompt.vocabulary import Vocabulary

__all__ = ["LONGEST", "Vocabulary", "parse", "render"]
