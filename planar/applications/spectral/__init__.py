"""The spectrum from a resolvent's trace: its density, its algebraic curve, edges and atoms."""

from planar.applications.spectral.curve import Curve, curve
from planar.applications.spectral.density import Atom, Density, density
from planar.applications.spectral.edges import support
from planar.applications.spectral.intervals import Support
from planar.applications.spectral.sampled import eigenvalues

__all__ = ["Atom", "Curve", "Density", "Support", "curve", "density", "eigenvalues", "support"]
