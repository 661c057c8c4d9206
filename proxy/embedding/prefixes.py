"""The words that some models want before a query or a document; Ollama adds none of them."""

from __future__ import annotations

import re
from typing import NamedTuple

from proxy.embedding.texts import TEXT_VERSION


class Prefixes(NamedTuple):
    query: str = ""
    document: str = ""


_SEARCHING = Prefixes(query="Represent this sentence for searching relevant passages: ")

# The first that matches the model's name. A family that is not here wants none (all-minilm, bge-m3) or
# is not known to us. Each row is what the model's own card says, on huggingface.co unless named.
_FAMILIES = (
    (r"nomic-embed-text", Prefixes("search_query: ", "search_document: ")),
    (r"mxbai-embed", _SEARCHING),  # https://ollama.com/library/mxbai-embed-large
    (r"bge-(small|base|large)(?!-zh)", _SEARCHING),  # FlagEmbedding's README; English models only
    (r"snowflake-arctic-embed(2|.*-v2)", Prefixes(query="query: ")),
    (r"snowflake-arctic-embed", _SEARCHING),
    (r"e5-", Prefixes("query: ", "passage: ")),
    (r"embedding-?gemma", Prefixes("task: search result | query: ", "title: none | text: ")),
    (
        r"qwen3-embedding",
        Prefixes(query="Instruct: Given a request for music, retrieve the songs that fit it\nQuery:"),
    ),
)


def prefixes(model: str) -> Prefixes:
    """For a model's name in any of its forms: `nomic-embed-text`, `hf.co/somebody/e5-small-GGUF:Q8_0`."""
    name = model.removeprefix("ollama:").rpartition("/")[2].lower()
    for family, pair in _FAMILIES:
        if re.search(rf"(?<![a-z]){family}", name):
            return pair
    return Prefixes()


def text_form(model: str) -> str:
    """How texts for `model` are written; stored with its vectors, which are stale where it differs."""
    pair = prefixes(model)
    return f"{TEXT_VERSION} {pair.query!r} {pair.document!r}"
