"""How fast and how large playlistgen is, on a generated library: `make bench` prints it as a table.

Nothing is asserted: a limit that is passed is told, and the exit code is 0.
"""
