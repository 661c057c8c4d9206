"""Where settings come from, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proxy.configuration import read
from proxy.errors import SettingsError
from proxy.settings import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "playlistgen.toml"
    file.write_text('listen_port = 5000\nlog_level = "debug"\n', encoding="utf-8")
    return file


def test_without_anything_set_there_are_defaults() -> None:
    assert read({}) == Settings()
    assert Settings().listen_port == 4532


def test_the_file_goes_over_the_defaults_and_the_environment_over_the_file(file: Path) -> None:
    settings = read({"LISTEN_PORT": "6000"}, file)
    assert settings.listen_port == 6000
    assert settings.log_level == "debug"
    assert settings.listen_host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("LISTEN_PORT", "0", 0),
        ("DEADLINE_SECONDS", "2.5", 2.5),
        ("PLAYLIST_MINUTES", "90", 90.0),
        ("NAVIDROME_PASSWORD", "1234", "1234"),
        ("NAVIDROME_USER", "true", "true"),
        ("NEVER_SPOKEN", "false", False),
        ("NEVER_CHRISTMAS", "0", False),
        ("PLACEHOLDER_CLIENTS", "none", ""),
        ("SMALL_CLIENTS", " None", ""),
        ("SMALL_CLIENTS", "None of us", "None of us"),
    ],
)
def test_texts_of_the_environment_become_values(name: str, text: str, value: object) -> None:
    assert getattr(read({name: text}), name.lower()) == value


def test_no_client_is_named_in_a_file_as_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "playlistgen.toml"
    file.write_text('placeholder_clients = "none"\nsmall_clients = ""\n', encoding="utf-8")
    settings = read({}, file)
    assert (settings.placeholder_clients, settings.small_clients) == ("", "")


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse\n", encoding="utf-8")
    settings = read({"NAVIDROME_PASSWORD_FILE": str(tmp_path / "password")})
    assert settings.navidrome_password == "correct horse"


def test_a_secret_file_that_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"NAVIDROME_PASSWORD_FILE: .*nowhere cannot be read"):
        read({"NAVIDROME_PASSWORD_FILE": str(tmp_path / "nowhere")})


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("NAVIDROME_PASWORD", "NAVIDROME_PASSWORD"),
        ("NAVIDROM_URL", "NAVIDROME_URL"),
        ("LISTENPORT", "LISTEN_PORT"),
        ("OLLAMA_URLS", "OLLAMA_URL"),
        ("NAVIDROME_PASSWORDFILE", "NAVIDROME_PASSWORD_FILE"),
    ],
)
def test_a_slip_names_what_was_meant(slip: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=f"{slip} is not a setting. Did you mean {meant}\\?"):
        read({slip: "x"})


@pytest.mark.parametrize(
    "name",
    [
        "NAVIDROME_PORT",
        "NAVIDROME_SERVICE_HOST",
        "NAVIDROME_SERVICE_PORT",
        "NAVIDROME_PORT_4533_TCP",
        "NAVIDROME_PORT_4533_TCP_ADDR",
        "OLLAMA_PORT",
        "OLLAMA_HOST",
        "PLAYLISTGEN_PORT",
        "PLAYLISTGEN_SERVICE_HOST",
        "PLAYLISTGEN_CONFIG",
        "PATH",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "LOGNAME",
        "HOSTNAME",
        "navidrome_pasword",
    ],
)
def test_what_others_put_into_the_environment_is_left_alone(name: str) -> None:
    assert read({name: "tcp://10.0.0.7:4533"}) == Settings()


def test_an_unknown_name_in_the_file_names_the_nearest(file: Path) -> None:
    file.write_text('ollama = "http://127.0.0.1:11434"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ollama is not a setting\. Did you mean ollama_url"):
        read({}, file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"listen_port = ", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
        (b"[navidrome]\nurl = 1", "navidrome"),
    ],
)
def test_a_file_that_makes_no_sense_is_told(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=said):
        read({}, file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.toml cannot be read: No such file"):
        read({}, tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN_PORT", "many"),
        ("LISTEN_PORT", "65536"),
        ("LISTEN_PORT", "-1"),
        ("DEADLINE_SECONDS", "0"),
        ("PLAYLIST_MINUTES", "-5"),
        ("EMBED_THREADS", "1.5"),
        ("LOG_FORMAT", "yaml"),
        ("LOG_LEVEL", "INFO!"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: .*\\.$"):
        read({name: value})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LISTEN_PORT", "x", "LISTEN_PORT: Expected `int`, got `str`. Write a whole number: the port that"),
        ("DEADLINE_SECONDS", "0", "DEADLINE_SECONDS: Expected `float` > 0.0. Write a number: seconds to"),
        ("NEVER_SPOKEN", "maybe", "Write true or false: no spoken word, unless a prompt asks for it."),
        (
            "LOG_LEVEL",
            "loud",
            "LOG_LEVEL: This is none of its words. Write one of them: `debug`, `info`,",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_told_with_what_can(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(said)):
        read({name: value})


def test_a_value_of_the_wrong_kind_in_the_file_is_told_by_name(file: Path) -> None:
    file.write_text("navidrome_url = [1]\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^NAVIDROME_URL: .*\.$"):
        read({}, file)


def test_no_error_shows_a_secret(file: Path) -> None:
    file.write_text("navidrome_password = 31337\nlisten_port = 99999\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read({}, file)
    assert "31337" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:4533", "nas", "ftp://nas", "http://", "http://[::1", "http://nas:x", "http://u:pw@nas"],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^NAVIDROME_URL is no address") as refused:
        read({"NAVIDROME_URL": url})
    assert "pw" not in str(refused.value)


def test_a_model_to_read_prompts_needs_an_ollama() -> None:
    with pytest.raises(SettingsError, match="Say in OLLAMA_URL where Ollama answers"):
        read({"PROMPT_MODEL": "llama3.2"})
    assert read({"PROMPT_MODEL": "llama3.2", "OLLAMA_URL": "http://nas:11434"}).prompt_model == "llama3.2"


@pytest.mark.parametrize(
    "url", ["http://nas", "https://nas.example/music", "http://[::1]:4533", "HTTP://NAS:80/"]
)
def test_an_address_may_have_a_path_and_a_port(url: str) -> None:
    assert read({"NAVIDROME_URL": url}).navidrome_url == url


def test_a_setting_that_is_empty_in_the_environment_is_not_set() -> None:
    assert read({"NAVIDROME_URL": "", "LISTEN_PORT": ""}) == Settings()


def test_half_a_pair_of_folders_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"LIBRARY_MAP: '/music' has no `=`"):
        read({"LIBRARY_MAP": "/music"})


@pytest.mark.parametrize("text", ["1", "h", "-1h", "1 h", "1w", "hourly", "²h"])
def test_what_is_no_span_of_time_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match="REFRESH_EVERY"):
        read({"REFRESH_EVERY": text})
