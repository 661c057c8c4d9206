"""playlistgen: a proxy in front of Navidrome that turns a playlist's name into the playlist."""

__version__ = "0.1.0"
