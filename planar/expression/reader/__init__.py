"""Text from outside into SymPy objects: a whitelist over Python's syntax tree, never evaluated."""

from planar.expression.reader.declarations import read_declaration, read_declarations
from planar.expression.reader.expressions import read_all, read_expression

__all__ = ["read_all", "read_declaration", "read_declarations", "read_expression"]
