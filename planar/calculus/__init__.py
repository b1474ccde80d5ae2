"""Equivalents from equivalents: substitution, differentiation, limits."""

from planar.calculus.derivative import derivative
from planar.calculus.limits import at_infinity, at_zero
from planar.calculus.substitution import substituted

__all__ = ["at_infinity", "at_zero", "derivative", "substituted"]
