"""What every derivation states, and how it is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
from sympy import Expr, Symbol

import planar

__all__ = ["SCALING", "Routes", "Theorem", "run_all", "stated", "wishart_like"]

SCALING = '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592'
"""The source of most statements."""


@dataclass(frozen=True)
class Theorem:
    """A statement: the expression to derive, and the published formula, which stands here only to be compared.

    ``published`` maps the derived equivalent to the published right-hand side and its definitions, written in the names that
    planar gives (kappa, kappa', ...); ``values`` draws numbers for a sampling check, for the letters of a file all at once.
    """

    statement: str
    source: str
    expression: Expr
    published: Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]
    values: Callable[[np.random.Generator], Mapping[Any, Any]] | None = None
    order: int = field(default=4, kw_only=True)

    def derive(self) -> planar.DeterministicEquivalent:
        """The equivalent, derived."""
        return planar.derive(self.expression)

    def restated(self, derived: planar.DeterministicEquivalent) -> planar.DeterministicEquivalent:
        """The same expression with the published formula in place of the derived one."""
        rhs, definitions = self.published(derived)
        return derived.restate(rhs, definitions)

    def run(self, *, trials: int = 60, seed: int = 0) -> bool:
        """Derive, compare, verify, check; print each; true where all agree."""
        derived = self.derive()
        print(f"{self.statement}\n[{self.source}]\n\n{derived}\n")
        same = planar.equal(derived, self.restated(derived))
        print(f"published form: {same}")
        certificate = derived.verify(self.order)
        print(certificate)
        results = [bool(same), bool(certificate)]
        if self.values is not None:
            results.append(_sampled(derived, self.values(np.random.default_rng(seed)), trials=trials, seed=seed))
        return all(results)


@dataclass(frozen=True)
class Routes:
    """A statement that needs no published formula: two expressions of one model, derived each for itself, are equal.

    ``fixed`` gives deterministic letters the exact values that make it one model; ``values`` draws numbers for both.
    """

    statement: str
    source: str
    expressions: tuple[Expr, Expr]
    values: Callable[[np.random.Generator], Mapping[Any, Any]]
    fixed: Mapping[Any, Any] = field(default_factory=dict)
    order: int = field(default=4, kw_only=True)

    def run(self, *, trials: int = 60, seed: int = 0) -> bool:
        """Derive both, compare, verify and check each; print all; true where all agree."""
        print(f"{self.statement}\n[{self.source}]\n")
        one, other = (planar.derive(expression) for expression in self.expressions)
        same = planar.equal(one, other, values=self.fixed)
        print(f"{one}\n\n{other}\n\nthe two routes: {same}")
        results = [bool(same)]
        for derived in (one, other):
            certificate = derived.verify(self.order)
            print(certificate)
            results.append(bool(certificate))
            results.append(_sampled(derived, self.values(np.random.default_rng(seed)), trials=trials, seed=seed))
        return all(results)


Published = Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]


def stated(
    statements: Mapping[str, tuple[Expr, Expr]],
    published: Callable[[Expr], Published],
    values: Callable[[np.random.Generator], Mapping[Any, Any]],
    *,
    source: str = SCALING,
    order: int,
) -> tuple[Theorem, ...]:
    """One theorem a statement, each with its expression and its published right-hand side."""
    return tuple(
        Theorem(statement, source, expression, published(rhs), values, order=order)
        for statement, (expression, rhs) in statements.items()
    )


def run_all(theorems: Iterable[Theorem | Routes]) -> NoReturn:
    """Run every theorem, the rest too where one fails; the exit code says whether all hold."""
    outcomes = [theorem.run() for theorem in theorems]
    raise SystemExit(not all(outcomes))


def _sampled(derived: planar.DeterministicEquivalent, values: Mapping[Any, Any], *, trials: int, seed: int) -> bool:
    """Print the sampling verdict, for those values that the expression holds."""
    held = {letter: value for letter, value in values.items() if derived.lhs.has(letter)}
    verdict = derived.check(held, trials=trials, seed=seed)
    print(verdict)
    return bool(verdict)


def wishart_like(rng: np.random.Generator, n: int) -> np.ndarray[Any, Any]:
    """A well-conditioned positive n x n matrix for the examples."""
    x = rng.standard_normal((n, 2 * n))
    return np.asarray(x @ x.T / (2 * n))
