"""planar: deterministic equivalents of rational expressions in free random matrices, derived from planar diagrams."""

from importlib.metadata import PackageNotFoundError, version

from planar import cumulants, dynamics, noncrossing
from planar.api import DeterministicEquivalent, derive
from planar.asymptotics import compute_optimal
from planar.drawing import draw, pictures
from planar.ensembles.bi_invariant import BiInvariant
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.ensembles.haar_orthogonal import HaarOrthogonal
from planar.ensembles.law import Law
from planar.ensembles.profile import variance_profile
from planar.ensembles.projection import RandomProjection
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.wishart import Wishart
from planar.errors import PlanarError
from planar.expression.symbols import deterministic, dims, resolvent, tr
from planar.expression.values import spectrum
from planar.genus import expectation, genus_expansion
from planar.plots import plot
from planar.signals import outliers
from planar.sweeps import sweep
from planar.verify.equal import equal

try:
    __version__ = version("planar-rmt")
except PackageNotFoundError:
    __version__ = "0"

__all__ = [
    "BiInvariant",
    "DeterministicEquivalent",
    "GOE",
    "Ginibre",
    "HaarOrthogonal",
    "Law",
    "PlanarError",
    "RandomProjection",
    "RotationInvariant",
    "Wishart",
    "compute_optimal",
    "cumulants",
    "derive",
    "deterministic",
    "dims",
    "draw",
    "dynamics",
    "equal",
    "expectation",
    "genus_expansion",
    "noncrossing",
    "outliers",
    "pictures",
    "plot",
    "resolvent",
    "spectrum",
    "sweep",
    "tr",
    "variance_profile",
]
