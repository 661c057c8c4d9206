"""Every setting once: its name, default and meaning."""

from __future__ import annotations

from typing import Annotated, Any, get_type_hints

from msgspec import Meta, Struct

SECRET = {"secret": True}


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names in lower case; in the environment they are written in capitals.

    A secret may also be named as NAME_FILE: the path of a file that holds it.
    """

    navidrome_url: Annotated[str, Meta(description="where Navidrome answers")] = "http://127.0.0.1:4533"
    base_url: Annotated[
        str, Meta(description="the path under which clients reach us, such as `/music`; empty: Navidrome's")
    ] = ""
    trusted_hops: Annotated[
        str,
        Meta(description="addresses or networks of proxies before us whose `X-Forwarded-*` headers are kept"),
    ] = ""
    user_header: Annotated[
        str, Meta(description="the header by which such a proxy names the user, as Navidrome is told it")
    ] = "Remote-User"
    navidrome_user: Annotated[
        str, Meta(description="the account that `refresh` reads with, and `generate` its owner's taste")
    ] = ""
    navidrome_password: Annotated[str, Meta(description="its password", extra=SECRET)] = ""
    db_path: Annotated[str, Meta(description="the database file")] = "playlistgen.db"
    library_path: Annotated[
        str,
        Meta(description="where Navidrome's music is mounted here, to be listened to; empty: where it says"),
    ] = ""
    library_map: Annotated[
        str,
        Meta(description="for several libraries: Navidrome's folders as `from=to`, separated by commas"),
    ] = ""
    analyse_from: Annotated[
        str,
        Meta(
            description="`files`, or `upstream` to have what is not mounted streamed from there, once",
            pattern="^(files|upstream)$",
        ),
    ] = "files"
    quiet_hours: Annotated[
        str, Meta(description="when `refresh` may listen, such as `23:00-07:00`; empty: at any time")
    ] = ""
    refresh_every: Annotated[
        str, Meta(description="how often `serve` refreshes by itself, such as `1h` or `30m`; 0: never")
    ] = "0"
    listen_host: Annotated[str, Meta(description="the address that `serve` listens on")] = "127.0.0.1"
    listen_port: Annotated[int, Meta(description="the port that `serve` listens on", ge=0, le=65535)] = 4532
    metrics_port: Annotated[
        int,
        Meta(
            description="another port of `serve`'s, the only one for metrics; 0: `LISTEN_PORT`",
            ge=0,
            le=65535,
        ),
    ] = 0
    prompt_prefixes: Annotated[
        str,
        Meta(description="what a prompt begins with; any of `: ; . , ! -` follows where no mark is given"),
    ] = "ai, mix:"
    deadline_seconds: Annotated[
        float,
        Meta(
            description="seconds to choose a list's songs in; else they come at the next listing",
            gt=0,
        ),
    ] = 8.0
    playlist_minutes: Annotated[
        float, Meta(description="length of a list whose prompt names neither minutes nor songs", gt=0)
    ] = 60.0
    placeholder_clients: Annotated[
        str,
        Meta(description="clients (their `c`) that are shown a list to rename to a prompt, or `none`"),
    ] = "DSub, Ultrasonic, Tempo, Tempus, JellyToast"
    small_clients: Annotated[
        str,
        Meta(description="clients that hold few songs, or `none`: 20, unless a prompt names a length"),
    ] = "SubMusic"
    recipes_path: Annotated[
        str, Meta(description="the file of the standing lists' recipes; empty: those in the package")
    ] = ""
    never_genres: Annotated[
        str, Meta(description="genres that no list gets, separated by commas, as all of `NEVER_`")
    ] = ""
    never_artists: Annotated[str, Meta(description="artists that no list gets")] = ""
    never_paths: Annotated[
        str, Meta(description="patterns of paths that no list gets, such as `*/Audiobooks/*`")
    ] = ""
    never_words: Annotated[str, Meta(description="words of titles, albums and tags that no list gets")] = ""
    never_under_seconds: Annotated[
        float, Meta(description="no song shorter than this, unless a prompt speaks of its length", ge=0)
    ] = 45.0
    never_over_seconds: Annotated[
        float, Meta(description="no song longer than this, unless a prompt speaks of its length", gt=0)
    ] = 900.0
    never_spoken: Annotated[bool, Meta(description="no spoken word, unless a prompt asks for it")] = True
    never_christmas: Annotated[
        bool, Meta(description="no Christmas songs but in December, unless a prompt asks for them")
    ] = True
    ollama_url: Annotated[
        str, Meta(description="where Ollama answers; empty: the built-in embedder only")
    ] = ""
    embed_model: Annotated[str, Meta(description="the embedding model that Ollama is asked for")] = (
        "nomic-embed-text"
    )
    prompt_model: Annotated[
        str,
        Meta(description="a model of Ollama's that helps to read prompts, such as `llama3.2`; empty: none"),
    ] = ""
    embed_threads: Annotated[
        int, Meta(description="threads for embedding; 0: one here, and in Ollama its own choice", ge=0)
    ] = 0
    playlists_path: Annotated[
        str,
        Meta(description="the folder that `.m3u8` files are written to; keep it outside Navidrome's music"),
    ] = "playlists"
    m3u_path_map: Annotated[
        str, Meta(description="prefixes of paths in `.m3u8`, as `from=to`, separated by commas")
    ] = ""
    log_format: Annotated[str, Meta(description="`console` or `json`", pattern="^(console|json)$")] = (
        "console"
    )
    log_level: Annotated[
        str, Meta(description="`debug`, `info`, `warning` or `error`", pattern="^(debug|info|warning|error)$")
    ] = "info"

    def __repr__(self) -> str:
        shown = {name: "…" if name in secrets() and value else value for name, value in _items(self)}
        return "Settings(" + ", ".join(f"{name}={value!r}" for name, value in shown.items()) + ")"


def _items(settings: Settings) -> list[tuple[str, Any]]:
    return [(name, getattr(settings, name)) for name in settings.__struct_fields__]


def meanings() -> dict[str, str]:
    """Every setting's name and the sentence that says what it is, in the order of the class."""
    hints = get_type_hints(Settings, include_extras=True)
    return {name: hints[name].__metadata__[0].description for name in Settings.__struct_fields__}


def secrets() -> frozenset[str]:
    """The names of the settings that are never printed."""
    hints = get_type_hints(Settings, include_extras=True)
    return frozenset(n for n in Settings.__struct_fields__ if hints[n].__metadata__[0].extra == SECRET)
