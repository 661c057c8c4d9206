"""How good the candidates are: on CPCD's conversations, and on libraries of which everything is known.

`make bench-quality` prints the tables. What is measured is the product's own code, from the database up.
"""
