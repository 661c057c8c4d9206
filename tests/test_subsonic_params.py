"""Each row of the first two tables was checked against net/url of Go 1.26."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.subsonic.params import BadParams, Params

FORM = "application/x-www-form-urlencoded"
NAMES = st.text(max_size=5)
PAIRS = st.lists(st.tuples(NAMES, st.text(max_size=20)), max_size=20)


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (b"", []),
        (b"&", []),
        (b"&&a=1&&", [("a", "1")]),
        (b"a=1", [("a", "1")]),
        (b"a=1&a=2", [("a", "1"), ("a", "2")]),
        (b"a=&a=2", [("a", ""), ("a", "2")]),
        (b"a", [("a", "")]),
        (b"a&b=", [("a", ""), ("b", "")]),
        (b"=", [("", "")]),
        (b"=v", [("", "v")]),
        (b"a=b=c", [("a", "b=c")]),
        (b"a==", [("a", "=")]),
        (b"A=1&a=2", [("A", "1"), ("a", "2")]),
        (b"a=x+y", [("a", "x y")]),
        (b"a=x%2By", [("a", "x+y")]),
        (b"a=x%20y", [("a", "x y")]),
        (b"a+b=1", [("a b", "1")]),
        (b"a%3Db=1", [("a=b", "1")]),
        (b"a=%26%3B%3d", [("a", "&;=")]),
        (b"a=%2525", [("a", "%25")]),
        (b"a=%00", [("a", "\0")]),
        (b"a=?&b=#/", [("a", "?"), ("b", "#/")]),
        (b'a="<>"', [("a", '"<>"')]),
        ("name=ünï 🎷".encode(), [("name", "ünï 🎷")]),
        (b"name=%C3%BCn%c3%af", [("name", "ünï")]),
        (b"a=%EF%BB%BFb", [("a", "\ufeffb")]),
        (b"\xef\xbb\xbfa=1", [("\ufeffa", "1")]),
        (b"a=%ff%41", [("a", "\ufffdA")]),
        (b"a=\xff", [("a", "\ufffd")]),
        (b"a=%ED%A0%80", [("a", "\ufffd\ufffd\ufffd")]),
    ],
)
def test_a_query_reads_as_in_go(query: bytes, pairs: list[tuple[str, str]]) -> None:
    assert Params.parse(query).pairs == tuple(pairs)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (b"a=%zz", 'invalid URL escape "%zz"'),
        (b"a=%", 'invalid URL escape "%"'),
        (b"a=100%&b=1", 'invalid URL escape "%"'),
        (b"a=%4", 'invalid URL escape "%4"'),
        (b"a=%4g1", 'invalid URL escape "%4g"'),
        (b"a=%%41", 'invalid URL escape "%%4"'),
        (b"a=%u1234", 'invalid URL escape "%u1"'),
        (b'a=%"b', 'invalid URL escape "%\\"b"'),
        (b"%zz=1", 'invalid URL escape "%zz"'),
        (b"a=%yy&b=%zz", 'invalid URL escape "%yy"'),
        (b";", "invalid semicolon separator in query"),
        (b"a=1;b=2", "invalid semicolon separator in query"),
        (b"a=%zz&b=1;", "invalid semicolon separator in query"),
        (b"a=1;&b=%zz", "invalid semicolon separator in query"),
        (b"&" * 10_000, "number of URL query parameters exceeded limit"),
    ],
)
def test_what_go_refuses_is_refused_in_its_words(query: bytes, message: str) -> None:
    with pytest.raises(BadParams) as refusal:
        Params.parse(query)
    assert str(refusal.value) == message


def test_ten_thousand_parameters_are_not_too_many() -> None:
    assert len(Params.parse(b"&".join([b"songId=x"] * 10_000)).pairs) == 10_000


def test_the_forms_values_come_before_the_querys() -> None:
    params = Params.parse(b"u=zoe&songId=3&f=json", b"songId=1&u=ana&songId=2", FORM)
    assert params.first("u") == "ana"
    assert params.all("songId") == ["1", "2", "3"]
    assert params.first("f") == "json"


def test_an_empty_value_of_the_form_hides_the_querys() -> None:
    assert Params.parse(b"u=zoe", b"u=", FORM).first("u") == ""


def test_the_forms_error_comes_before_the_querys() -> None:
    with pytest.raises(BadParams, match="%yy"):
        Params.parse(b"a;b", b"a=%yy", FORM)


@pytest.mark.parametrize(
    ("content_type", "is_read"),
    [
        (FORM, True),
        (f"{FORM}; charset=UTF-8", True),
        ("Application/X-WWW-Form-Urlencoded ;charset=utf-8", True),
        ("", False),
        ("application/json", False),
        ("multipart/form-data; boundary=x", False),
        (f"text/plain; {FORM}", False),
    ],
)
def test_only_a_form_is_read_from_the_body(content_type: str, is_read: bool) -> None:
    assert Params.parse(b"", b"a=1", content_type).has("a") is is_read


def test_another_body_is_not_even_checked() -> None:
    assert Params.parse(b"a=1", b'{"x":"50%;"}', "application/json").pairs == (("a", "1"),)


def test_first_falls_back_where_the_name_is_absent_or_empty() -> None:
    params = Params.parse(b"size=&size=9")
    assert params.first("size", "50") == "50"
    assert params.first("offset", "0") == "0"
    assert params.has("size")
    assert not params.has("offset")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"f=json", "json"),
        (b"f=jsonp&callback=cb", "jsonp"),
        (b"f=xml", "xml"),
        (b"", "xml"),
        (b"f=", "xml"),
        (b"f=JSON", "xml"),
        (b"f=yaml", "xml"),
        (b"f=json&f=xml", "json"),
    ],
)
def test_the_format_is_xml_unless_asked_otherwise(query: bytes, expected: str) -> None:
    assert Params.parse(query).format == expected


def test_credentials_are_passed_on_as_sent() -> None:
    params = Params.parse(b"id=1&u=Ana&t=ab&s=%2B&v=1.16.1&c=DSub&f=json&p=enc:61&jwt=x&apiKey=k&callback=cb")
    sent = [("u", "Ana"), ("t", "ab"), ("s", "+"), ("v", "1.16.1"), ("c", "DSub")]
    assert params.credentials() == [*sent, ("p", "enc:61"), ("jwt", "x"), ("apiKey", "k")]
    assert params.callback == "cb"


def test_without_and_replaced_leave_the_other_parameters_alone() -> None:
    params = Params.parse(b"songId=1&name=x&songId=2&f=xml")
    assert params.without("songId", "f").pairs == (("name", "x"),)
    assert params.replaced("f", "json").pairs == (*params.without("f").pairs, ("f", "json"))
    assert params.replaced("songId", "8", "9").all("songId") == ["8", "9"]
    assert params.all("songId") == ["1", "2"]


def test_printing_shows_no_value() -> None:
    shown = f"{Params.parse(b'u=ana&p=sesame')!r} {Params.parse(b'u=ana&p=sesame')}"
    assert "sesame" not in shown
    assert "Params(u, p)" in shown


@given(PAIRS)
def test_a_form_reads_back_as_what_it_was_made_of(pairs: list[tuple[str, str]]) -> None:
    assert Params.parse(b"", urlencode(pairs).encode(), FORM) == Params(tuple(pairs))


@given(form=PAIRS, query=PAIRS)
def test_form_and_query_merge_in_order(form: list[tuple[str, str]], query: list[tuple[str, str]]) -> None:
    params = Params.parse(urlencode(query).encode(), urlencode(form).encode(), FORM)
    assert params.pairs == (*form, *query)


@given(st.binary())
def test_any_bytes_are_read_or_refused(query: bytes) -> None:
    try:
        params = Params.parse(query)
    except BadParams:
        assert b"%" in query or b";" in query
    else:
        assert Params.parse(urlencode(params.pairs).encode()) == params
