"""What the user typed, read once: text, tree, pencil, values, and the problem that a derivation is
posed.
"""
