"""How settings are written that are more than a word or a number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from proxy.errors import SettingsError
from proxy.notation import hours, interval, networks, pairs


@pytest.mark.parametrize(
    ("read", "text", "meant"),
    [
        (interval, "90s", 90),
        (interval, " 1.5h ", 5400),
        (interval, "2d", 172_800),
        (interval, "30m", 1800),
        (interval, "0", 0),
        (interval, "0h", 0),
        (pairs, "", []),
        (pairs, "/music=/mnt/music, /a=b=c ,", [("/music", "/mnt/music"), ("/a", "b=c")]),
        (hours, " ", None),
        (hours, "23:00 - 7:30", (time(23), time(7, 30))),
    ],
)
def test_it_is_read_as_it_is_meant(read: Callable[[str, str], Any], text: str, meant: object) -> None:
    assert read(text, "NAME") == meant


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((interval, text) for text in ("1 hour", "h", "-1h", "1w", "1e3s", "", "1", "hourly", "²h")),
        *((pairs, text) for text in ("/music", "a=b, c")),
        *((hours, text) for text in ("23", "23:00", "23:00-24:00", "1:00-2:00-3:00")),
    ],
)
def test_what_it_cannot_be_is_told_with_its_name_and_how_to_write_it(
    read: Callable[[str, str], Any], text: str
) -> None:
    with pytest.raises(SettingsError, match=r"^NAME: .* Write "):
        read(text, "NAME")


def test_networks_are_addresses_too() -> None:
    assert [str(each) for each in networks("127.0.0.1, 10.1.2.3/8,, ::1")] == [
        "127.0.0.1/32",
        "10.0.0.0/8",
        "::1/128",
    ]
    with pytest.raises(SettingsError, match=r"^TRUSTED_HOPS: .* Write "):
        networks("10.0.0.0/33")
