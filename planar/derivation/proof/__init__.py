"""The derivation as data: steps with their reasons, displayed lines and figures."""

from planar.derivation.proof.parts import Figure, Line, Step
from planar.derivation.proof.steps import steps

__all__ = ["Figure", "Line", "Step", "steps"]
