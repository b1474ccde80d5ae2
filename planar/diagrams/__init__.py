"""Planar diagrams: walks through an expression with non-crossing partitions of random letters."""

from planar.diagrams.atoms import Bare
from planar.diagrams.diagram import Diagram
from planar.diagrams.enumeration import LIMIT, count_diagrams, diagrams
from planar.diagrams.walks import Walk, walks

__all__ = ["LIMIT", "Bare", "Diagram", "Walk", "count_diagrams", "diagrams", "walks"]
