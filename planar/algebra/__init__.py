"""Scalars and words: rational functions in named generators, and ordered words over them."""
