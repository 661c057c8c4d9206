"""Settings: what each means, and which are never shown."""

from __future__ import annotations

from proxy.settings import Settings, meanings, secrets


def test_secrets_are_hidden_where_settings_are_printed() -> None:
    settings = Settings(navidrome_user="ana", navidrome_password="correct horse")
    for shown in (repr(settings), str(settings), f"{settings}"):
        assert "correct horse" not in shown
        assert "navidrome_password='…'" in shown
        assert "navidrome_user='ana'" in shown


def test_an_unset_secret_shows_that_it_is_unset() -> None:
    assert "navidrome_password=''" in repr(Settings())


def test_every_setting_has_a_meaning() -> None:
    assert list(meanings()) == list(Settings.__struct_fields__)
    assert all(meanings().values())
    assert secrets() == {"navidrome_password"}
