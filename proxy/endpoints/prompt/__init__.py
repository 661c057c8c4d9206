"""Lists asked for by their names: `maker` makes one at a time, `write` and `lists` put it upstream, `filling`
finds those that wait for their songs, `edits` decides what an update means, and `taste` asks what an owner
has starred and played.
"""
