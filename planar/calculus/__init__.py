"""Equivalents from equivalents: substitution, differentiation, limits, other names."""

from planar.calculus.derivative import derivative
from planar.calculus.limits import at_infinity, at_zero
from planar.calculus.recognition import recognised
from planar.calculus.renaming import apart, renamed
from planar.calculus.substitution import substituted

__all__ = ["apart", "at_infinity", "at_zero", "derivative", "recognised", "renamed", "substituted"]
