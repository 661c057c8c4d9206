"""The calls that are ours: `playlists`, `filling`, `search`, `similar` and `sonic` for Subsonic, `native` for
Navidrome's own API, and `api`, a JSON API of ours.

Under them: `prompt_playlists`, which makes one list at a time; `write` and `lists`, which put it upstream;
`edits`, which decides what an update means; `taste`, which asks what an owner has starred and
played; and `call`, a request read and its answer written.
"""
