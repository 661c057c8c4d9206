"""The calls that are ours: `playlists`, `search`, `similar` and `sonic` for Subsonic, `native` for the API of
Navidrome, `api`, a JSON API of ours, and `own`, health and metrics.

Under them stand `virtual`, the lists that exist only here, and `prompt`, which makes a list from its name;
under both `call`, a request read and its answer written, and `callers`, who sent it and how he is answered.
"""
