"""What a resolvent's trace says of the spectrum: its density, its algebraic curve, edges and atoms."""

from planar.spectral.curve import Curve, curve
from planar.spectral.density import Atom, Density, density
from planar.spectral.edges import Support, support
from planar.spectral.sampled import eigenvalues

__all__ = ["Atom", "Curve", "Density", "Support", "curve", "density", "eigenvalues", "support"]
