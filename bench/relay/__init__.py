"""What the relay costs: `make bench-relay` measures it beside direct, nginx and a bare aiohttp relay.

Ratios to the bare relay are what counts: they hold on any machine, as all run on the same one in turns.
"""
