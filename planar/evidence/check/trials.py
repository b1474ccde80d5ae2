"""One trial: the random letters are drawn, the expression is evaluated, its probes are taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from planar.ensembles.law import Law
from planar.evidence.check.letter_arrays import extent, fitting
from planar.evidence.check.probes import Probes, probes
from planar.evidence.check.tree_arrays import evaluate_tree, nodes, number, with_numbers
from planar.expression.dimensions import dimensions_of
from planar.expression.numeric import Array
from planar.expression.tree import Target, Term, Tree, letters, shape
from planar.expression.values import Values
from planar.formulas.symbols import RandomLetter, scalar
from planar.foundations.errors import DeclarationError, ValueMissing

__all__ = ["Experiment", "experiment"]


@dataclass(frozen=True, eq=False)
class Experiment:
    """All that one trial needs, so that a chunk of trials can be sent to another process.

    Every space is enlarged ``copies`` times: a deterministic D becomes ``kron(1, D)``, vectors
    included. The equivalent of the enlarged problem is ``kron(1, equivalent)``, so the mean of the
    diagonal blocks is compared.
    """

    target: Target
    laws: tuple[Law, ...]
    matrices: Mapping[str, Array]
    sizes: Mapping[Expr, int]
    parameters: tuple[Mapping[Expr, complex], ...]
    copies: int
    real: bool
    probes: Probes

    def draw(self, rng: np.random.Generator) -> dict[str, Array]:
        """One matrix for each random letter, in the order of the laws."""
        drawn: dict[str, Array] = {}
        for law, parameters in zip(self.laws, self.parameters, strict=True):
            sizes: dict[Expr, Any] = {**self.sizes, **parameters}
            drawn[law.name] = law.sample(rng, sizes, real=self.real)
        return drawn

    def trial(self, seed: np.random.SeedSequence) -> Array:
        """The probes, and last the magnitude."""
        matrices = {**self.matrices, **self.draw(np.random.default_rng(seed))}
        total, magnitude = np.zeros(self.probes.tests.shape[1:], dtype=complex), 0.0
        known: dict[Tree, Array] = {}
        for term in self.target.terms:
            value, norm = self._term(term, matrices, known)
            total += value
            magnitude += norm
        return np.append(self.probes.of(total), magnitude)

    def _term(
        self, term: Term, matrices: Mapping[str, Array], known: dict[Tree, Array]
    ) -> tuple[complex | Array, float]:
        """The value of one term, and the product of its normalised norms."""
        factor = complex(term.coefficient)
        norm = abs(factor)
        for tree in term.traces:
            value = evaluate_tree(tree, matrices, {}, self.sizes, known)
            factor *= np.trace(value) / len(value)
            norm *= _norm(value)
        if term.matrix is None:
            return factor, norm
        value = evaluate_tree(term.matrix, matrices, {}, self.sizes, known)
        return factor * self.block(value), norm * _norm(value)

    def block(self, value: Array) -> Array:
        """The mean of the diagonal blocks."""
        rows, cols = self.probes.tests.shape[1:]
        c = self.copies
        result: Array = np.einsum("aiaj->ij", value.reshape(c, rows, c, cols)) / c
        return result

    def chunk(self, seeds: Sequence[np.random.SeedSequence]) -> Array:
        """One row a seed."""
        return np.array([self.trial(seed) for seed in seeds])


def experiment(
    target: Target, laws: Sequence[Law], values: Values, real: bool, copies: int
) -> Experiment:
    """What trials are drawn from: a numeric target, its matrices, its sizes."""
    _refuse_arrays(values)
    table = _numbers(values)
    numeric = Target(tuple(_with_numbers(term, table) for term in target.terms), target.shape)
    _refuse_unknown(target, laws)
    one = np.eye(copies)
    matrices = {
        letter.name: np.kron(one, fitting(letter, values))
        for letter in letters(target)
        if letter.name in values.matrices
    }
    ordered = tuple(sorted(laws, key=lambda law: law.name))
    return Experiment(
        numeric,
        ordered,
        matrices,
        _sizes(target, laws, values, copies),
        tuple(_parameters(law, table, copies) for law in ordered),
        copies,
        real,
        probes(target, values),
    )


def _refuse_arrays(values: Values) -> None:
    for symbol, value in values.scalars.items():
        if np.ndim(value):
            raise ValueMissing(
                f"{symbol} is an array, but a check takes one number for each scalar; "
                "call it for each value."
            )


def _refuse_unknown(target: Target, laws: Sequence[Law]) -> None:
    known = {law.name for law in laws}
    for letter in letters(target):
        if isinstance(letter, RandomLetter) and letter.name not in known:
            raise DeclarationError(
                f"{letter.name} is random, but its law is not among the laws to be drawn; "
                "add it to them."
            )


def _numbers(values: Values) -> dict[Symbol, complex]:
    """Scalars and dimensions, for coefficients."""
    scalars = {s: complex(x) for s, x in values.scalars.items()}
    dimensions = {d: n for d, n in values.dimensions.items() if d.is_Symbol}
    return {**scalars, **dimensions}


def _with_numbers(term: Term, table: Mapping[Symbol, complex]) -> Term:
    return Term(
        scalar(number(term.coefficient, table)),
        tuple(with_numbers(tree, table) for tree in term.traces),
        None if term.matrix is None else with_numbers(term.matrix, table),
    )


def _sizes(target: Target, laws: Sequence[Law], values: Values, copies: int) -> dict[Expr, int]:
    """Every dimension of the target and of the laws, enlarged."""
    every_node = chain.from_iterable(map(nodes, target.trees))
    of_nodes = chain.from_iterable(map(shape, every_node))
    of_laws = chain.from_iterable(map(dimensions_of, laws))
    dimensions = dict.fromkeys((*of_nodes, *of_laws, *values.dimensions))
    return {d: copies * extent(d, values) for d in dimensions}


def _parameters(law: Law, table: Mapping[Symbol, complex], copies: int) -> dict[Expr, complex]:
    """Numbers for the parameters of a law that are not dimensions.

    A variance shrinks as the spaces grow.
    """
    variance = getattr(law, "variance", None)
    if not isinstance(variance, Expr):
        return {}
    return {variance: number(variance, table) / copies}


def _norm(value: Array) -> float:
    return float(np.linalg.norm(value) / np.sqrt(min(value.shape)))
