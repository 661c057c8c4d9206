"""A large invented library in the shapes of the recorded one, for benches and for tests of paging."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from .songs import Json, folded, words
from .world import PASSWORDS, Scan, User, World, base62

FIRST = words(
    """amber birch cedar cobalt copper coral crystal distant dusty electric ember fallen fern frozen gentle
    glass golden hidden hollow indigo iron ivory little lonely lost lunar marble midnight misty northern
    ocean opal pale paper quiet rusty scarlet secret silent silver slow solar stone summer tidal velvet
    violet wandering wild winter"""
)
SECOND = words(
    """anthem arrow avenue bay bell bird bloom bridge canyon carousel choir city cloud coast dance door
    dream engine fields fire flight flowers forest garden ghosts harbour heart highway hill horizon
    house island lantern letter light machine meadow mirror moon motion mountain night orchard parade
    planet rain river road sea season shadow signal sky song station storm street sun swallow theatre
    tide tower train tree valley voice waltz water wave weather window wire wolves woods"""
)
GENRES: dict[str, tuple[tuple[str, ...], tuple[str, ...], int]] = {
    "Jazz": (("Cool Jazz", "Bebop", "Vocal Jazz"), ("mellow", "rainy", "smoky"), 105),
    "Rock": (("Indie Rock", "Alternative", "Classic Rock"), ("driving", "restless"), 126),
    "Electronic": (("Techno", "House", "Drum and Bass"), ("energetic", "hypnotic"), 128),
    "Ambient": (("Drone", "Downtempo"), ("calm", "dreamy"), 70),
    "Classical": (("Piano", "Chamber Music", "Romantic"), ("quiet", "solemn"), 84),
    "Folk": (("Americana", "Singer-Songwriter"), ("warm", "wistful"), 98),
    "Soul": (("Funk", "Motown"), ("groovy", "tender"), 104),
    "Hip-Hop": (("Boom Bap", "Trap"), ("confident", "gritty"), 92),
    "Latin": (("Bolero", "Bossa Nova", "Salsa"), ("romantic", "sunny"), 110),
    "Metal": (("Doom Metal", "Thrash"), ("dark", "aggressive"), 140),
    "Pop": (("Synth-Pop", "Dance-Pop"), ("bright", "catchy"), 118),
    "Blues": (("Delta Blues", "Chicago Blues"), ("lowdown", "raw"), 88),
}
ALBUM_SIZES = range(7, 14)
LIBRARY: Json = {"id": 1, "name": "Music Library", "path": "/music/main"}
SCANNED = "2026-11-23T08:54:21.080975571Z"


class Artist(NamedTuple):
    id: str
    name: str
    genre: str
    moods: list[str]
    active_from: int


class Album(NamedTuple):
    id: str
    name: str
    artist: Artist
    year: int
    genres: list[Json]
    suffix: str


def furnish(world: World, *, tracks: int, random: Random) -> None:
    """Exactly ``tracks`` songs: years 1950 to 2025, 120 to 420 s, albums of seven to thirteen."""
    libraries = (LIBRARY["id"],)
    world.users = {
        name: User(
            base62(random.getrandbits(128)), name, password, admin=name == "admin", libraries=libraries
        )
        for name, password in PASSWORDS.items()
    }
    world.libraries = [LIBRARY | {"totalSongs": tracks}]
    rows = invented(random)
    for _ in range(tracks):
        world.add_song(next(rows))
    albums = {song.row["albumId"] for song in world.songs.values()}
    world.scan = Scan(folders=len(albums), last_scan=SCANNED)


def invented(random: Random) -> Iterator[Json]:
    """Rows without end, album after album."""
    ids = {name: base62(random.getrandbits(128)) for name in genre_names()}
    while True:
        artist = new_artist(random)
        for _ in range(random.randint(1, 6)):
            album = new_album(random, artist, ids)
            for number in range(1, random.choice(ALBUM_SIZES) + 1):
                yield new_row(random, album, number)


def genre_names() -> list[str]:
    return [name for genre, (styles, _, _) in GENRES.items() for name in (genre, *styles)]


def phrase(random: Random) -> str:
    parts = [random.choice(FIRST), random.choice(SECOND)]
    if random.random() < 0.3:
        parts.append(random.choice(SECOND))
    return " ".join(parts).title()


def new_artist(random: Random) -> Artist:
    genre = random.choice(list(GENRES))
    article = "The " if random.random() < 0.2 else ""
    moods = random.sample(GENRES[genre][1], random.randint(0, 2))
    name = article + phrase(random)
    return Artist(base62(random.getrandbits(128)), name, genre, moods, random.randint(1950, 2020))


def new_album(random: Random, artist: Artist, genre_ids: dict[str, str]) -> Album:
    styles = random.sample(GENRES[artist.genre][0], random.randint(0, 1))
    genres = [{"id": genre_ids[name], "name": name} for name in (artist.genre, *styles)]
    year = min(2025, artist.active_from + random.randint(0, 15))
    suffix = random.choice(["flac", "flac", "mp3", "m4a", "ogg"])
    return Album(base62(random.getrandbits(128)), phrase(random), artist, year, genres, suffix)


def new_row(random: Random, album: Album, number: int) -> Json:
    title, seconds = phrase(random), round(random.uniform(120, 420), 2)
    bit_rate = random.randint(700, 1000) if album.suffix == "flac" else random.choice([128, 192, 256, 320])
    mean_bpm = GENRES[album.artist.genre][2]
    own: Json = {
        "id": base62(random.getrandbits(128)),
        "title": title,
        "orderTitle": folded(title),
        "path": f"{album.artist.name}/{album.name}/{number:02} {title}.{album.suffix}",
        "trackNumber": number,
        "duration": seconds,
        "bitRate": bit_rate,
        "size": int(seconds * bit_rate * 125),
        "bpm": int(random.gauss(mean_bpm, 12)),
        "rgTrackGain": round(random.gauss(-6, 3), 2),
        "rgTrackPeak": round(random.uniform(0.6, 1), 2),
    }
    return album_fields(album) | file_fields(album) | own


def album_fields(album: Album) -> Json:
    artist, order_name = album.artist, folded(album.artist.name.removeprefix("The "))
    person = {"id": artist.id, "name": artist.name, "missing": False}
    genres = [genre["name"] for genre in album.genres]
    return {
        "album": album.name,
        "albumId": album.id,
        "orderAlbumName": folded(album.name),
        "artist": artist.name,
        "artistId": artist.id,
        "orderArtistName": order_name,
        "albumArtist": artist.name,
        "albumArtistId": artist.id,
        "orderAlbumArtistName": order_name,
        "year": album.year,
        "date": str(album.year),
        "genre": genres[0],
        "genres": album.genres,
        "tags": {"genre": genres, **({"mood": artist.moods} if artist.moods else {})},
        "participants": {"albumartist": [person], "artist": [person]},
    }


def file_fields(album: Album) -> Json:
    """What is the same for every file of an album, and what no generated song has."""
    return {
        "libraryId": LIBRARY["id"],
        "libraryPath": LIBRARY["path"],
        "libraryName": LIBRARY["name"],
        "folderId": album.id,
        "suffix": album.suffix,
        "sampleRate": 44100,
        "channels": 2,
        **({"bitDepth": 16} if album.suffix == "flac" else {}),
        "bookmarkPosition": 0,
        "imageAbsent": True,
        "hasCoverArt": False,
        "discNumber": 0,
        "originalYear": 0,
        "releaseYear": 0,
        "codec": "",
        "compilation": False,
        "lyrics": "[]",
        "explicitStatus": "",
        "rgAlbumGain": None,
        "rgAlbumPeak": None,
        "missing": False,
        "birthTime": SCANNED,
        "createdAt": SCANNED,
        "updatedAt": SCANNED,
    }
