"""Planar diagrams: a walk through an expression with a non-crossing partition of its random letters."""

from planar.diagrams.diagram import LIMIT, Bare, Diagram, Walk, count_diagrams, diagrams, walks

__all__ = ["LIMIT", "Bare", "Diagram", "Walk", "count_diagrams", "diagrams", "walks"]
