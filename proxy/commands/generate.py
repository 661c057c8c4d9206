"""One list on the command line: as a table, as JSON, or as an `.m3u8` file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import apsw
import msgspec
from msgspec import Struct

from proxy.commands.taste import with_taste
from proxy.embedding import open_chat, open_embedders
from proxy.errors import PlaylistgenError
from proxy.library import Track, migrate, syncs, tracks
from proxy.library.database import identity
from proxy.library.index import Index
from proxy.library.reader import Reader
from proxy.playlists import Chosen, Generated, Request, Sources, m3u, vocabulary_of
from proxy.playlists import generate as make
from proxy.playlists.explain import clock, plot
from proxy.playlists.name import prompt_of
from proxy.playlists.rows import listed
from proxy.resources import never_of, prefixes_of
from proxy.settings import Settings

NOT_READ = "The library has not been read yet. `playlistgen refresh` does it."
NO_TRACKS = (
    "The library has no tracks: the last refresh found none. Look at what Navidrome has, and at whether "
    "NAVIDROME_USER may see it; then run `playlistgen refresh`."
)


class Wanted(Struct, frozen=True, kw_only=True):
    """The options of the command."""

    prompt: str
    day: date
    now: datetime | None = None
    minutes: float | None = None
    count: int | None = None
    seeds: Sequence[str] = ()
    user: str = ""
    form: str = "table"
    explain: bool = False
    output: Path | None = None
    into_library: bool = False


def generate(settings: Settings, wanted: Wanted) -> str:
    """What to print. Raises PlaylistgenError, with a sentence, where there is nothing to make a list from."""
    path = Path(settings.db_path)
    identity(path)
    migrate(path)
    reader = Reader(path)
    try:
        with reader.lend() as db:
            made = _made(settings, wanted, reader.index(), db)
            found = tracks.get(db, made.ids)
    finally:
        reader.close()
    if wanted.form == "json":
        return _written(wanted, as_json(wanted.prompt, made, found))
    if wanted.form == "m3u8":
        return _exported(settings, wanted, made, found)
    return _written(wanted, table(made, found, explain=wanted.explain))


def as_json(prompt: str, made: Generated, found: Mapping[str, Track]) -> str:
    return msgspec.json.format(msgspec.json.encode(listed(prompt, made, found)), indent=2).decode() + "\n"


def table(made: Generated, found: Mapping[str, Track], *, explain: bool) -> str:
    """Columns as wide as what stands in them; coloured by nobody, so that it can be piped."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, pad_edge=False)
    for heading in ("", "Song", "Artist", "Year", "Length", *(EXPLAINED if explain else ())):
        shown.add_column(heading, justify="left" if heading in ("Song", "Artist", "Why") else "right")
    for number, song in enumerate(made.songs, 1):
        t = found[song.track_id]
        reasons = explained(song) if explain else ()
        shown.add_row(str(number), t.title, t.artist, str(t.year or ""), clock(t.duration), *reasons)
    paper = StringIO()
    console = Console(file=paper, width=220 if explain else 110, markup=False, highlight=False)
    console.print(shown)
    return f"{paper.getvalue()}\n{curves(made) if explain else ''}{made.comment}\n"


EXPLAINED = ("Relevance", "Energy", "Wanted", "Step", "Why")


def explained(song: Chosen) -> tuple[str, ...]:
    """A tilde stands before an energy that was guessed from tags."""
    energy = f"{'' if song.measured else '~'}{song.energy:.2f}"
    wanted = "" if song.wanted is None else f"{song.wanted:.2f}"
    step = "" if song.step is None else f"{song.step:.2f}"
    return f"{song.relevance:.2f}", energy, wanted, step, ", ".join(song.why)


def curves(made: Generated) -> str:
    """The energy of the list from its first song to its last, and the one that was wanted."""
    wanted = [song.wanted for song in made.songs if song.wanted is not None]
    lines = [f"energy  {plot([song.energy for song in made.songs])}"]
    lines += [f"wanted  {plot(wanted)}"] if wanted else []
    return "\n".join(lines) + "\n\n"


def _made(settings: Settings, wanted: Wanted, index: Index, db: apsw.Connection) -> Generated:
    prompt = prompt_of(wanted.prompt, prefixes_of(settings))
    request = Request(
        prompt=wanted.prompt if prompt is None else prompt,
        owner=wanted.user,
        day=wanted.day,
        now=wanted.now,
        seeds=tuple(wanted.seeds),
        minutes=wanted.minutes,
        songs=wanted.count,
        default_minutes=settings.playlist_minutes,
        never=never_of(settings),
    )
    if not len(index):
        raise PlaylistgenError(NO_TRACKS if syncs.last_good(db) else NOT_READ)
    unknown = [seed for seed in wanted.seeds if seed not in index.position]
    if unknown:
        raise PlaylistgenError(f"--seed: {unknown[0]} is no song of the library, or not yet: run a refresh.")
    request = with_taste(settings, request, index=index)
    sources = Sources(db, open_embedders(settings), open_chat(settings))
    return make(request, index=index, vocabulary=vocabulary_of(index), sources=sources)


def _exported(settings: Settings, wanted: Wanted, made: Generated, found: Mapping[str, Track]) -> str:
    pairs = m3u.path_map(settings.m3u_path_map)
    entries = [
        m3u.Entry(m3u.mapped(file_path(t), pairs), t.artist, t.title, t.duration)
        for song in made.songs
        if (t := found.get(song.track_id))
    ]
    content = m3u.text(wanted.prompt, entries)
    file = wanted.output or Path(settings.playlists_path) / file_name(wanted.prompt)
    if str(file) == "-":
        return content
    folder = _music_folder(file, found)
    if folder and not wanted.into_library:
        raise PlaylistgenError(
            f"{file} lies in {folder}, and Navidrome would import it as one more playlist. "
            "Name another file with --output, or say --into-library."
        )
    m3u.write(file, content)
    return f"{file}: {len(entries)} songs, {clock(made.explanation.seconds)}\n"


def file_path(track: Track) -> str:
    """The file as upstream names it: absolute where it tells the library's folder."""
    return f"{track.library_path.rstrip('/')}/{track.path}" if track.library_path else track.path


def file_name(prompt: str) -> str:
    """A name that every file system takes, with the words of the prompt in it."""
    words = re.sub(r"[^\w .,'()&+-]+", "-", prompt).strip(" .-").encode()[:200].decode(errors="ignore")
    return f"{words or 'playlist'}.m3u8"


def _music_folder(file: Path, found: Mapping[str, Track]) -> Path | None:
    folders = {Path(track.library_path) for track in found.values() if track.library_path}
    return next((folder for folder in sorted(folders) if file.resolve().is_relative_to(folder)), None)


def _written(wanted: Wanted, content: str) -> str:
    if wanted.output is None or str(wanted.output) == "-":
        return content
    m3u.write(wanted.output, content)
    return ""
