"""A local page: type an expression, see its equivalent, its diagrams, and theory beside sampling.

The page and everything on it comes from this machine; it is served to this machine alone, and what is typed is read by the
whitelist of ``planar.reader`` in a process of its own, within limits of time and memory.
"""

from planar.serve.run import serve

__all__ = ["serve"]
