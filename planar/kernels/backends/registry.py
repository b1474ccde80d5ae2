"""The backends: which there are, what each prints, and what none of them can compute."""

from __future__ import annotations

from itertools import chain

from sympy.core.function import AppliedUndef

from planar.derivation.equivalent import Equivalent
from planar.ensembles.user_law import unspecified
from planar.foundations.errors import PlanarError
from planar.kernels.backends.c_module import c_module
from planar.kernels.backends.jax_module import jax_module
from planar.kernels.backends.numba_module import numba_module
from planar.kernels.backends.numpy_module import numpy_module
from planar.kernels.program.build import build
from planar.kernels.program.planning import planned

__all__ = ["BACKENDS", "NEEDS", "PRINTERS", "kernel_source", "refuse"]

PRINTERS = {"numpy": numpy_module, "numba": numba_module, "c": c_module, "jax": jax_module}
BACKENDS = tuple(PRINTERS)
NEEDS = {"numpy": ("numpy",), "jax": ("jax",), "c": ("cffi",), "numba": ("numba", "scipy")}
"""The optional dependencies that each needs."""


def kernel_source(equivalent: Equivalent, backend: str = "numpy") -> str:
    """The module's text for one backend; raises ``PlanarError`` where a law has no numbers."""
    refuse(equivalent, backend)
    plan = planned(equivalent)
    return PRINTERS[backend](build(plan), plan)


def refuse(equivalent: Equivalent, backend: str) -> None:
    """Raises ``PlanarError`` for an unknown backend, and where a law has no numbers."""
    if backend not in BACKENDS:
        raise PlanarError(
            f"there is no backend {backend!r}; this version has {', '.join(BACKENDS)}."
        )
    definitions = (*equivalent.definitions, *equivalent.named)
    expressions = (equivalent.rhs, *(d.expr for d in definitions))
    functions = chain.from_iterable(e.atoms(AppliedUndef) for e in expressions)
    symbolic = {str(f.func) for f in functions}
    for law in sorted(law.name for law in equivalent.laws):
        if not symbolic.isdisjoint((f"R_{law}", f"kappa_{law}")):
            raise unspecified(law)
