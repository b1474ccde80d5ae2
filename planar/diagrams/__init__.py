"""Planar diagrams: a walk through an expression with a non-crossing partition of its random
letters.
"""

from planar.diagrams.atoms import Bare
from planar.diagrams.diagram import LIMIT, Diagram, count_diagrams, diagrams
from planar.diagrams.walks import Walk, walks

__all__ = ["LIMIT", "Bare", "Diagram", "Walk", "count_diagrams", "diagrams", "walks"]
