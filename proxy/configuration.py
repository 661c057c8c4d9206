"""The settings as they were given: by the environment and, where one is named, a TOML file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
from msgspec import structs

from proxy.errors import SettingsError
from proxy.notation import check_address, hours, interval, networks, pairs
from proxy.settings import Settings, meanings, secrets

# A name this close to one of ours is taken for a slip. Looser would refuse what Kubernetes puts into
# the environment of every container beside a service called navidrome (NAVIDROME_PORT and the like).
SLIP = 0.85
NO_SLIPS = frozenset({"LD_LIBRARY_PATH"})  # other programs' names that are that close

HOW = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
OF_CLIENTS, NONE = ("placeholder_clients", "small_clients"), "none"  # what is empty is not set


def read(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings of `environ` over those of the TOML `file` over the defaults.

    Raises SettingsError, with the nearest known name where one is unknown.
    """
    values = _from_file(file) if file else {}
    values |= _from_environ(environ)
    try:
        return _checked(msgspec.convert(values, Settings, strict=False))
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`")
        raise SettingsError(f"{name.upper()}: {_advice(name, reason)}.") from error


def _advice(name: str, reason: str) -> str:
    hint = get_type_hints(Settings, include_extras=True)[name]
    if hint.__metadata__[0].pattern:
        reason, how = "This is none of its words", "one of them"
    else:
        how = HOW[hint.__origin__]
    return f"{reason}. Write {how}: {meanings()[name]}"


def _checked(settings: Settings) -> Settings:
    check_address(settings.navidrome_url, "NAVIDROME_URL", "http://127.0.0.1:4533")
    if settings.ollama_url:
        check_address(settings.ollama_url, "OLLAMA_URL", "http://127.0.0.1:11434")
    if settings.prompt_model and not settings.ollama_url:
        raise SettingsError("PROMPT_MODEL is a model of Ollama's. Say in OLLAMA_URL where Ollama answers.")
    networks(settings.trusted_hops)
    interval(settings.refresh_every, "REFRESH_EVERY")
    pairs(settings.library_map, "LIBRARY_MAP")
    hours(settings.quiet_hours, "QUIET_HOURS")
    if settings.base_url and not settings.base_url.startswith("/"):
        raise SettingsError("BASE_URL is a path. Write it with a slash before it, as /music.")
    nobody = [name for name in OF_CLIENTS if getattr(settings, name).strip().casefold() == NONE]
    return structs.replace(settings, **dict.fromkeys(nobody, ""))


def _from_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    known = _names()
    values: dict[str, Any] = {}
    for name, value in environ.items():
        if name in known and not value:  # as Compose passes what is not set
            continue
        if name in known and known[name] in values:
            raise SettingsError(f"{known[name].upper()} is given twice, as itself and as a file. Keep one.")
        if name in known:
            values[known[name]] = value if name in _PLAIN else _secret_in(Path(value), name)
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=SLIP)
        if near and name.isupper() and name not in NO_SLIPS:
            raise SettingsError(f"{name} is not a setting. Did you mean {near[0]}?")
    return values


def _from_file(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise SettingsError(f"{file} is not TOML: {error}.") from error
    for name in values:
        if name not in Settings.__struct_fields__:
            near = difflib.get_close_matches(name, Settings.__struct_fields__, n=1, cutoff=0)[0]
            raise SettingsError(f"{file}: {name} is not a setting. Did you mean {near}?")
    return values


def _secret_in(file: Path, name: str) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}: {file} cannot be read: {error.strerror}.") from error


def _names() -> dict[str, str]:
    plain = {name.upper(): name for name in Settings.__struct_fields__}
    return plain | {f"{name.upper()}_FILE": name for name in secrets()}


_PLAIN = frozenset(name.upper() for name in Settings.__struct_fields__)
