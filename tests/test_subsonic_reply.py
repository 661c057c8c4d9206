"""Our rendering against what a real Navidrome sent for the same case, in every form it was recorded in."""

from __future__ import annotations

import json
from collections.abc import Set
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.subsonic.reply import OWN_ENVELOPE, Reply, Tree, envelope, failed, read, render

RECORDED = Path(__file__).parent / "data" / "navidrome"
NAMESPACE = "{http://subsonic.org/restapi}"

# Some cases answer from two calls, one for each form. What differs between those by nature:
NEW_AT_EACH_CALL = {
    "createPlaylist_with_songs": {"id", "created", "changed", "coverArt"},
    "createPlaylist_replace": {"changed"},
}
DRAWN_AT_EACH_CALL = {"getRandomSongs", "getSimilarSongs", "getSimilarSongs2"}
IN_ANY_ORDER = {"roles"}
OF_ONE_USER = {"starred", "userRating", "averageRating", "playCount", "played"}


def recorded(case: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(case.read_text(encoding="utf-8"))
    return content


def body(case: dict[str, Any], form: str) -> Any:
    return case.get(form, {}).get("body")


def is_tree(content: Any) -> bool:
    return isinstance(content, dict) and "subsonic-response" in content


def tree_of(name: str) -> Tree:
    tree: Tree = body(CASES[name], "json")["subsonic-response"]
    return tree


CASES = {case.stem: recorded(case) for case in sorted((RECORDED / "replies").glob("*.json"))}
IN_JSON = [name for name, case in CASES.items() if is_tree(body(case, "json"))]
IN_BOTH = [name for name in IN_JSON if str(body(CASES[name], "xml")).startswith("<subsonic-response")]
SAME_IN_BOTH = [name for name in IN_BOTH if name not in DRAWN_AT_EACH_CALL]
# Go writes `public`, which JSON leaves out, in the middle of a playlist, and an artist's roles in any order.
IN_THE_SAME_ORDER = [
    name for name in SAME_IN_BOTH if not tree_of(name).keys() & {"playlists", "playlist", "artists"}
]


def parsed(content: str | bytes, *, less: Set[str] = frozenset()) -> Any:
    return as_values(ElementTree.fromstring(content), at="playlist", less=less)


def as_values(element: ElementTree.Element, *, at: str, less: Set[str]) -> Any:
    """Plain values in which the order of attributes and of unlike siblings does not show.

    Of the elements named `at`, the attributes in `less` are left out.
    """
    hidden = less if element.tag == NAMESPACE + at else frozenset()
    attributes = {name: value for name, value in element.attrib.items() if name not in hidden}
    children: dict[str, list[Any]] = {}
    for child in element:
        children.setdefault(child.tag, []).append(as_values(child, at=at, less=less))
    for name in IN_ANY_ORDER:
        children.get(NAMESPACE + name, []).sort(key=str)
    return element.tag, attributes, element.text or "", children


def as_xml(tree: Tree) -> bytes:
    return render(tree, format="xml")[0]


def items(*texts: str) -> str:
    return "".join(f"<list>{text}</list>" for text in texts)


def test_the_recordings_are_there() -> None:
    assert len(IN_JSON) >= 80
    assert len(IN_BOTH) >= 70
    assert len(IN_THE_SAME_ORDER) >= 50


@pytest.mark.parametrize("name", SAME_IN_BOTH)
def test_xml_made_from_the_json_is_the_recorded_xml(name: str) -> None:
    new = NEW_AT_EACH_CALL.get(name, set())
    theirs = body(CASES[name], "xml")
    ours = as_xml(tree_of(name))
    assert parsed(ours, less=new) == parsed(theirs, less=new)


@pytest.mark.parametrize("name", sorted(DRAWN_AT_EACH_CALL))
def test_songs_drawn_at_random_are_rendered_as_recorded(name: str) -> None:
    library = json.loads((RECORDED / "library_subsonic.json").read_text(encoding="utf-8"))
    songs = {song["id"]: {"song": song} for song in library}
    drawn = list(ElementTree.fromstring(body(CASES[name], "xml")).iter(f"{NAMESPACE}song"))
    assert drawn
    for theirs in drawn:
        (ours,) = ElementTree.fromstring(as_xml(songs[theirs.attrib["id"]]))
        assert as_values(ours, at="song", less=OF_ONE_USER) == as_values(theirs, at="song", less=OF_ONE_USER)


@pytest.mark.parametrize("name", IN_THE_SAME_ORDER)
def test_xml_is_the_recorded_bytes(name: str) -> None:
    assert as_xml(tree_of(name)).decode() == body(CASES[name], "xml")


@pytest.mark.parametrize("name", IN_JSON)
def test_json_read_and_rendered_again_is_the_recorded_tree(name: str) -> None:
    sent = json.dumps(body(CASES[name], "json")).encode()
    rendered, content_type = render(read(sent).tree, format="json")
    assert json.loads(rendered) == body(CASES[name], "json")
    assert content_type == CASES[name]["json"]["headers"]["content-type"]


def test_xml_has_the_content_type_and_no_declaration() -> None:
    content, content_type = render(tree_of("ping"), format="xml")
    assert content_type == CASES["ping"]["xml"]["headers"]["content-type"]
    assert content.decode() == body(CASES["ping"], "xml")


def test_a_format_nobody_knows_is_xml() -> None:
    assert render(tree_of("ping"), format="yaml") == render(tree_of("ping"), format="xml")


def test_jsonp_is_the_recorded_jsonp() -> None:
    case = CASES["ping_jsonp"]["jsonp"]
    assert render(tree_of("ping"), format="jsonp", callback="cb") == (
        case["body"].encode(),
        case["headers"]["content-type"],
    )


@pytest.mark.parametrize("callback", ["", "a b", "1a", "cb(", "cb\n", "cb;alert", "ünï", "a-b", ".a"])
def test_a_bad_callback_is_refused_as_recorded(callback: str) -> None:
    case = CASES["ping_jsonp_bad_callback"]["jsonp"]
    content, content_type = render(tree_of("ping"), format="jsonp", callback=callback)
    assert json.loads(content) == case["body"]
    assert content_type == case["headers"]["content-type"]


@pytest.mark.parametrize("callback", ["cb", "_", "$", "jQuery123_456", "window.cb.x", "a$"])
def test_a_good_callback_wraps_the_json(callback: str) -> None:
    content, _ = render(tree_of("ping"), format="jsonp", callback=callback)
    assert content == f"{callback}({render(tree_of('ping'), format='json')[0].decode()})".encode()


def test_json_is_compact_and_escaped_as_go_does() -> None:
    content, _ = render(
        {"status": "ok", "a": '<&>"\\\u2028\u2029\v\n\x7fü🎷', "b": [True, None, 1.5]}, format="json"
    )
    assert content.decode() == (
        r'{"subsonic-response":{"status":"ok","a":"\u003c\u0026\u003e\"\\\u2028\u2029\u000b\n'
        '\x7fü🎷","b":[true,null,1.5]}}'
    )


def test_half_a_surrogate_pair_does_not_break_any_form() -> None:
    tree: Tree = {"status": "ok", "playlist": {"name": "a\ud83cb&"}}
    assert json.loads(render(tree, format="json")[0])["subsonic-response"]["playlist"]["name"] == "a\ufffdb&"
    assert "a\ufffdb&amp;".encode() in render(tree, format="xml")[0]


@pytest.mark.parametrize(
    ("tree", "inside"),
    [
        ({"openSubsonicExtensions": []}, ""),
        ({"sonicMatch": []}, ""),
        ({"searchResult3": {}}, "<searchResult3></searchResult3>"),
        ({"albumInfo": {"notes": "a<b"}}, "<albumInfo><notes>a&lt;b</notes></albumInfo>"),
        (
            {"artistInfo2": {"biography": "", "similarArtist": [{"id": "1"}]}},
            '<artistInfo2><biography></biography><similarArtist id="1"></similarArtist></artistInfo2>',
        ),
        (
            {"sonicMatch": [{"entry": {"id": "1"}, "similarity": 0.95}]},
            '<sonicMatch><entry id="1"></entry><similarity>0.95</similarity></sonicMatch>',
        ),
        ({"lyrics": {"artist": "A", "value": "x\n\ty"}}, '<lyrics artist="A">x&#xA;&#x9;y</lyrics>'),
        (
            {"line": [{"start": 0, "value": "a'b"}, {"value": ""}]},
            '<line start="0">a&#39;b</line><line></line>',
        ),
        ({"cueLine": {"value": "v", "cue": [{"value": "w"}]}}, '<cueLine value="v"><cue>w</cue></cueLine>'),
        (
            {"structuredLyrics": [{"agents": [{"id": "a"}]}]},
            '<structuredLyrics><agent id="a"></agent></structuredLyrics>',
        ),
        ({"playlist": {"id": "1"}}, '<playlist public="false" id="1"></playlist>'),
        ({"playlist": {"public": True, "readonly": False}}, '<playlist public="true"></playlist>'),
        ({"song": {"track": 0, "bpm": 0, "replayGain": {}}}, '<song track="0"></song>'),
        (
            {"song": {"replayGain": {"trackGain": 0}}},
            '<song><replayGain trackGain="0"></replayGain></song>',
        ),
        ({"bookmark": {"comment": "", "position": 0}}, '<bookmark comment=""></bookmark>'),
        ({"song": {"isrc": ["A", ""], "moods": []}}, "<song><isrc>A</isrc><isrc></isrc></song>"),
        ({"user": {"folder": [1, 2]}}, "<user><folder>1</folder><folder>2</folder></user>"),
        (
            {"transcodeDecision": {"transcodeReason": ["bitrate"]}},
            "<transcodeDecision><transcodeReason>bitrate</transcodeReason></transcodeDecision>",
        ),
    ],
)
def test_what_departs_from_the_rule(tree: Tree, inside: str) -> None:
    assert (
        as_xml(tree).decode() == f'<subsonic-response xmlns="{NAMESPACE[1:-1]}">{inside}</subsonic-response>'
    )


@pytest.mark.parametrize(
    ("tree", "inside"),
    [
        ({"podcasts": {"channel": [{"id": "1"}]}}, '<podcasts><channel id="1"></channel></podcasts>'),
        ({"x": {"n": 0, "s": "", "b": False, "f": 0.0}}, '<x n="0" s="" b="false" f="0"></x>'),
        ({"x": {"list": ["a", 1, True, None, 1.5]}}, "<x>" + items("a", "1", "true", "1.5") + "</x>"),
        ({"x": {"list": [["a"], [["b"]]]}}, "<x>" + items("a", "b") + "</x>"),
        ({"x": {"list": [{"n": 1}, "a"]}}, '<x><list n="1"></list><list>a</list></x>'),
        ({"x": None, "y": {"z": None}}, "<y></y>"),
        ({"x": {"a b": 1, "": 2, "1a": 3, "p:q": {}, "ä": 4, "a>": 5, "ok": 6}}, '<x ok="6"></x>'),
        ({"genre": {"value": ["a"]}}, "<genre><value>a</value></genre>"),
        ({"xmlns": "http://subsonic.org/restapi"}, ""),
    ],
)
def test_what_navidrome_does_not_send_survives_by_the_rule(tree: Tree, inside: str) -> None:
    assert (
        as_xml(tree).decode() == f'<subsonic-response xmlns="{NAMESPACE[1:-1]}">{inside}</subsonic-response>'
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.95, "0.95"),
        (-7.25, "-7.25"),
        (3.0, "3"),
        (100000.0, "100000"),
        (999999.5, "999999.5"),
        (1e6, "1e+06"),
        (123456789.25, "1.2345678925e+08"),
        (1e21, "1e+21"),
        (0.0001, "0.0001"),
        (1.5e-05, "1.5e-05"),
        (5e-324, "5e-324"),
        (12345678901234567890.0, "1.2345678901234567e+19"),
        (12345678901234567890, "12345678901234567890"),
    ],
)
def test_numbers_are_printed_as_in_go(number: float, text: str) -> None:
    assert f'x="{text}"'.encode() in as_xml({"x": number})


def test_the_envelope_is_upstreams_on_every_reply() -> None:
    heard = envelope(tree_of("getPlaylist_unknown"))
    assert heard == {"version": "1.16.1", "type": "navidrome", "serverVersion": "dev", "openSubsonic": True}
    assert failed(heard, 70, "playlist not found") == tree_of("getPlaylist_unknown")


def test_an_old_servers_envelope_gets_nothing_it_did_not_say() -> None:
    assert envelope({"status": "ok", "version": "1.9.0", "playlists": {}}) == {"version": "1.9.0"}


def test_our_own_envelope_has_what_opensubsonic_asks_for() -> None:
    assert OWN_ENVELOPE.keys() == {"version", "type", "serverVersion", "openSubsonic"}


def test_a_read_reply_tells_whether_upstream_agreed() -> None:
    refused = Reply(tree_of("ping_wrong_password"))
    assert (refused.ok, refused.error_code, refused.error_message) == (
        False,
        40,
        "Wrong username or password",
    )
    agreed = Reply(tree_of("ping"))
    assert (agreed.ok, agreed.error_code, agreed.error_message) == (True, 0, "")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"404 page not found\n",
        b"<subsonic-response></subsonic-response>",
        b"[]",
        b"{}",
        b'{"subsonic-response":[]}',
        b'{"subsonic-response":{}}',
        b'{"subsonic-response":{"status":"perhaps"}}',
        b'{"subsonic-response":{"status":["ok"]}}',
        b'{"subsonic-response":{"status":"ok"',
        b'{"subsonic-response":{"status":"ok","x":"\xff"}}',
    ],
)
def test_what_is_no_subsonic_reply_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^upstream's answer "):
        read(content)


ANY_TEXT = st.text(st.characters(exclude_categories=()))
NAMES = st.sampled_from(
    ["song", "genre", "value", "playlist", "agents", "isrc", "albumInfo", "notes", "x", "bpm"]
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | ANY_TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(NAMES | ANY_TEXT, TREES, max_size=5))
def test_xml_always_parses(tree: Tree) -> None:
    assert ElementTree.fromstring(as_xml(tree)).tag == f"{NAMESPACE}subsonic-response"


@given(ANY_TEXT)
def test_xml_gives_back_any_text_less_what_xml_cannot_hold(text: str) -> None:
    holds = "".join(character if may_stand_in_xml(ord(character)) else "\ufffd" for character in text)
    root = ElementTree.fromstring(as_xml({"title": text, "isrc": [text], "lyrics": {"value": text}}))
    assert root.get("title") == holds
    assert [child.text or "" for child in root] == [holds, holds]


def may_stand_in_xml(code: int) -> bool:
    """https://www.w3.org/TR/xml/#charsets"""
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


@given(st.text())
def test_json_gives_back_any_text_and_is_safe_inside_html(text: str) -> None:
    rendered, _ = render({"title": text}, format="json")
    assert json.loads(rendered) == {"subsonic-response": {"title": text}}
    assert not set("<>&\u2028\u2029") & set(rendered.decode())
