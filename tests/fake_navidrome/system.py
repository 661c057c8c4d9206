"""The server and its users: ping, licence, extensions, folders, scan status, getUser."""

from __future__ import annotations

from .call import Call
from .errors import NotAuthorizedError
from .songs import Json
from .world import World

NEVER_COMING = frozenset(
    {
        "search",
        "getChatMessages",
        "addChatMessage",
        "getVideos",
        "getVideoInfo",
        "getCaptions",
        "hls",
    }
)
NOT_YET = frozenset(
    {
        "getPodcasts",
        "getNewestPodcasts",
        "refreshPodcasts",
        "createPodcastChannel",
        "deletePodcastChannel",
        "deletePodcastEpisode",
        "downloadPodcastEpisode",
        "createUser",
        "updateUser",
        "deleteUser",
        "changePassword",
        "jukeboxControl",
    }
)
NEEDS_A_PLUGIN = frozenset({"getSonicSimilarTracks", "findSonicPath"})
ROLES = (
    "adminRole",
    "settingsRole",
    "downloadRole",
    "uploadRole",
    "playlistRole",
    "coverArtRole",
    "commentRole",
    "podcastRole",
    "streamRole",
    "jukeboxRole",
    "shareRole",
    "videoConversionRole",
)
GRANTED = frozenset({"downloadRole", "coverArtRole", "streamRole", "shareRole"})


def ping(call: Call) -> Json:
    return {}


def get_license(call: Call) -> Json:
    return {"license": {"valid": True}}


def get_user(call: Call) -> Json:
    """Only oneself, in whatever case the name is written; ``folder`` holds the libraries one may see."""
    user = call.user
    if call.params.required("username").lower() != user.name.lower():
        raise NotAuthorizedError
    roles = {role: role in GRANTED or (role == "adminRole" and user.admin) for role in ROLES}
    own = {"username": user.name, "scrobblingEnabled": True}
    return {"user": own | roles | {"folder": list(user.libraries)}}


def get_music_folders(call: Call) -> Json:
    seen = [library for library in call.world.libraries if library["id"] in call.user.libraries]
    return {"musicFolders": {"musicFolder": [{"id": each["id"], "name": each["name"]} for each in seen]}}


def get_scan_status(call: Call) -> Json:
    """``count`` spans all libraries, whoever asks."""
    scan = call.world.scan
    counted = sum(not song.missing for song in call.world.songs.values())
    status = {
        "scanning": scan.scanning,
        "count": counted if scan.count is None else scan.count,
        "folderCount": scan.folders,
        "lastScan": scan.last_scan,
        "scanType": scan.kind,
        "elapsedTime": scan.elapsed,
    }
    return {"scanStatus": status}


def get_lyrics_by_song_id(call: Call) -> Json:
    call.song(call.params.required("id"))
    return {"lyricsList": {}}


def extensions(world: World) -> Json:
    """The one endpoint that asks for no credentials."""
    offered = [{"name": name, "versions": versions} for name, versions in world.extensions.items()]
    return {"openSubsonicExtensions": offered}


ENDPOINTS = {
    "ping": ping,
    "getLicense": get_license,
    "getUser": get_user,
    "getMusicFolders": get_music_folders,
    "getScanStatus": get_scan_status,
    "getLyricsBySongId": get_lyrics_by_song_id,
}
