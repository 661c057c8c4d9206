"""How near the engine comes to the best list there is, and how fast: `make bench-engine` prints it as a
table.

Nothing is asserted: a limit that is missed is told, and the exit code is 0.
"""
