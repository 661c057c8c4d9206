"""How fast files are listened to, on one core: `make bench-listen` prints it as a table.

Nothing is asserted: a limit that is missed is told, and the exit code is 0.
"""
