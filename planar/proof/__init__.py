"""The derivation as data: steps with their reasons, displayed lines and figures."""

from planar.proof.steps import steps
from planar.proof.values import Figure, Line, Step

__all__ = ["Figure", "Line", "Step", "steps"]
