"""How the generators of a derivation are written: the tables that its writer goes by."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, Symbol

from planar.derivation.resummation.factored import Factors
from planar.foundations.generators import Generator
from planar.foundations.rational import Rational

__all__ = ["Tables"]


@dataclass
class Tables:
    """``names`` maps generators to symbols or quotients of these, ``kappas`` constants of cores.

    ``monomials`` are products that a kappa abbreviates, ``expansions`` values of generators that
    are written out.
    """

    names: dict[Generator, Expr] = field(default_factory=dict)
    kappas: dict[Rational, Symbol] = field(default_factory=dict)
    monomials: list[tuple[Factors, Symbol]] = field(default_factory=list)
    expansions: dict[Generator, Rational] = field(default_factory=dict)
