"""Cores (kappa + L)^-1: which constants are a renormalised ridge or shift."""

from __future__ import annotations

from planar.derivation.resummation.unknowns import OnePoint
from planar.foundations.rational import Rational
from planar.foundations.words import Core

__all__ = ["constant_of", "kappa_cores"]


def kappa_cores(one_point: OnePoint) -> list[Core]:
    """Cores (kappa + L)^-1 whose constant holds a self-energy."""
    keys = set(one_point.keys)
    cores = []
    for core in one_point.cores:
        coefficients = [c for w, c in core.terms if w]
        if core.leading is None and not any(c.is_constant for c in coefficients):
            continue
        if all(c.is_constant for c in coefficients) and keys & set(constant_of(core).gens()):
            cores.append(core)
    return cores


def constant_of(core: Core) -> Rational:
    """The scalar term of the core, zero where it has none."""
    return dict(core.terms).get((), core.terms[0][1].field.zero)
