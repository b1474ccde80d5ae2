"""planar: deterministic equivalents of rational expressions in free random matrices, derived from
planar diagrams.
"""

from importlib.metadata import PackageNotFoundError, version

from planar import cumulants, dynamics, noncrossing
from planar.applications.asymptotics import compute_optimal
from planar.applications.outliers import outliers
from planar.applications.sweeps import sweep
from planar.diagrams.genus import expectation, genus_expansion
from planar.ensembles.bi_invariant import BiInvariant
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.ensembles.haar_orthogonal import HaarOrthogonal
from planar.ensembles.law import Law
from planar.ensembles.random_projection import RandomProjection
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.variance_profile import variance_profile
from planar.ensembles.wishart import Wishart
from planar.evidence.verify.equal import equal
from planar.expression.spectrum import spectrum
from planar.formulas.symbols import deterministic, dims, resolvent, tr
from planar.foundations.errors import NoPowerError, PlanarError
from planar.interfaces.api import DeterministicEquivalent, derive
from planar.writing.drawing import draw, pictures
from planar.writing.plots import plot

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
    "NoPowerError",
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
