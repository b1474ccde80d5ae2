"""What the user typed, read once: text, tree, pencil, values, and the problem to derive."""
