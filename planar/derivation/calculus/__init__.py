"""Equivalents from equivalents: substitution, differentiation, limits, other names."""

from planar.derivation.calculus.derivative import derivative
from planar.derivation.calculus.limits import at_infinity, at_zero
from planar.derivation.calculus.recognition import recognised
from planar.derivation.calculus.renaming import apart, renamed
from planar.derivation.calculus.substitution import substituted

__all__ = ["apart", "at_infinity", "at_zero", "derivative", "recognised", "renamed", "substituted"]
