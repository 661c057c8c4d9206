"""Lists that exist only here: `playlist` is one as clients see it, `calls` answers what they ask about it,
`covers` draws its picture, and `placeholder` is the one that waits for a name.
"""
