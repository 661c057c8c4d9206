"""The calls that are ours, by family: `playlists` for Subsonic, `native` for Navidrome's own API.

What they share: `call`, a request read and its answer written, and `prompt_playlists`, the making of a list.
"""
