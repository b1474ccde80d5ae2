"""Where the marks of a diagram stand: one layout a file, from ``Diagram`` to ``Picture``."""
