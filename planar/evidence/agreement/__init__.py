"""The agreement of a formula with the plain iteration on the pencil, before its first number."""
