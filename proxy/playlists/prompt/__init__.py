"""What a prompt asks for: `parse` reads it into a Wish, `render` says a Wish in words.

Inside: rules as tables of patterns, by what they understand (`durations`, `until`, `counts`, `years`,
`tempo`, `energy`, `taste`, `additions`, `versions`, `mentions`, `exclusions`, `moods`, `own_lists`),
over a text in which the library's names are single characters (`marks`), found in any spelling (`vocabulary`,
`respelling`); and what a language model may add (`refinement`). Nothing is read but the word lists that ship
with it.
"""

from proxy.playlists.prompt.parser import LONGEST, parse
from proxy.playlists.prompt.rendering import render
from proxy.playlists.prompt.vocabulary import Vocabulary

__all__ = ["LONGEST", "Vocabulary", "parse", "render"]
