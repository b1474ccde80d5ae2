"""A ``Picture`` in one format a file: SVG, TikZ, dot, characters, PNG and PDF."""
