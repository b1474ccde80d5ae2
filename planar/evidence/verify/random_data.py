"""Random exact data for an expression: small rational matrices, free rationals for scalars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, product
from random import Random
from typing import Any

import networkx as nx
from flint import fmpq, fmpq_mat
from sympy import Adjoint, Basic, Expr, MatrixSymbol, Symbol, conjugate

from planar.derivation.equivalent import Equivalent
from planar.ensembles.law import Law
from planar.evidence.verify.expansion import Point
from planar.evidence.verify.gaussian_rationals import Exact, number
from planar.evidence.verify.grading import Weights
from planar.evidence.verify.laurent import Series
from planar.expression.tree import leaves, letters
from planar.foundations.errors import PlanarError

__all__ = ["Sample", "positive_rational"]


class Sample:
    """Random exact values for every symbol and letter of an equivalent.

    eps enters by ``point``. ``given`` fixes the values of deterministic letters.
    """

    def __init__(
        self, equivalent: Equivalent, seed: int, given: Mapping[MatrixSymbol, Any] | None = None
    ) -> None:
        self.rng, self.seed = Random(seed), seed
        self._given = {
            letter.name: _exact_matrix(letter, value) for letter, value in (given or {}).items()
        }
        target_letters = letters(equivalent.target)
        self.laws = [s for s in target_letters if isinstance(s, Law)]
        self.matrices = [s for s in target_letters if not isinstance(s, Law)]
        self._conjugated = _conjugated(equivalent)
        self._complex = any(
            side.has(Adjoint, conjugate) for side in (equivalent.lhs, equivalent.rhs)
        )
        self._taken: list[Fraction] = []
        dimensions = list(dict.fromkeys(chain.from_iterable(s.shape for s in target_letters)))
        self.unscaled = self._of_laws_and_dimensions(dimensions)
        sizes, values = self._dimensions(dimensions)
        self.sizes = sizes | self._given_sizes()
        self.symbols = {
            s: number(values[s]) if s in values else self._scalar(s) for s in self._free(equivalent)
        }
        self.letters = self._valued(equivalent.commuting)

    def point(self, weights: Weights, terms: int) -> Point:
        """The values with every symbol scaled by its weight."""
        symbols = {s: Series.of(weights.get(s, 0), [v], terms) for s, v in self.symbols.items()}
        matrices = {
            name: Series.of(weights.get(name, 0), [v], terms) for name, v in self.letters.items()
        }
        cumulants = {law.name: _RandomCumulants(self.seed, law.name) for law in self.laws}
        return Point(symbols, matrices, cumulants, terms)

    def free_value(self) -> Exact:
        """A number for a symbol without assumptions."""
        return number(self._fresh())

    def stand_in(self, law: Law) -> Exact:
        """A matrix of numbers in place of a random letter."""
        rows, cols = (self.sizes[d] for d in law.shape)
        return self._matrix(rows, cols, symmetric=law.symmetric)

    def _of_laws_and_dimensions(self, dimensions: Iterable[Expr]) -> tuple[Symbol, ...]:
        """The symbols of dimensions and of the parameters of laws, which keep weight zero."""
        parameters = chain.from_iterable(law.args[1:] for law in self.laws)
        return tuple(dict.fromkeys(_symbols_of(chain(parameters, dimensions))))

    def _free(self, equivalent: Equivalent) -> Iterator[Symbol]:
        """Every symbol that no definition gives."""
        coefficients = _symbols_of(term.coefficient for term in equivalent.target.terms)
        defined = {d.symbol for d in equivalent.definitions}
        for symbol in dict.fromkeys((*self.unscaled, *equivalent.scalars, *coefficients)):
            if symbol not in defined:
                yield symbol

    def _scalar(self, symbol: Symbol) -> Exact:
        value = self._fresh()
        if symbol.is_imaginary:
            return number(0, value)
        if self._complex and not symbol.is_real:
            return number(value, positive_rational(self.rng))
        return number(-value if symbol.is_negative else value)

    def _fresh(self) -> Fraction:
        """A value that no other symbol has, so that no ratio of dimensions is one by chance."""
        value = positive_rational(self.rng)
        for _ in range(1000):
            if value not in self._taken:
                break
            value = positive_rational(self.rng)
        self._taken.append(value)
        return value

    def _dimensions(self, dimensions: list[Expr]) -> tuple[dict[Expr, int], dict[Expr, Fraction]]:
        """Sizes of the small matrices, and values of the dimensions.

        A rectangular deterministic letter joins two spaces, whose dimensions must then be in the
        ratio of the sizes; all others are free.
        """
        sizes: dict[Expr, int] = {}
        values: dict[Expr, Fraction] = {}
        for component in nx.connected_components(self._coupled(dimensions)):
            members = sorted(component, key=lambda d: (not d.is_Symbol, str(d)))
            joined = len(members) > 1
            small = {s: 2 + i for i, s in enumerate(dict.fromkeys(_symbols_of(members)))}
            for d in members:
                sizes[d] = int(d.subs(small)) if joined or d == 1 else 2
            plain = all(d.is_Symbol for d in members)
            scale = self._fresh() if plain else Fraction(1)
            if plain or joined:
                values.update({s: scale * size for s, size in small.items()})
        return sizes, values

    def _coupled(self, dimensions: list[Expr]) -> nx.Graph:
        """Dimensions are neighbours where the size of one fixes that of the other."""
        graph = nx.Graph()
        graph.add_nodes_from(dimensions)
        graph.add_edges_from(s.shape for s in self.matrices if s.shape[0] != s.shape[1])
        for dimension in dimensions:
            if not dimension.is_Symbol:
                graph.add_edges_from((dimension, s) for s in _symbols_of([dimension]))
        return graph

    def _given_sizes(self) -> dict[Expr, int]:
        sizes: dict[Expr, int] = {}
        for symbol in self.matrices:
            if symbol.name in self._given:
                value = self._given[symbol.name].re
                sizes[symbol.shape[0]], sizes[symbol.shape[1]] = value.nrows(), value.ncols()
        return sizes

    def _valued(self, commuting: Iterable[tuple[str, str]]) -> dict[str, Exact]:
        """A matrix for every deterministic letter; those that commute are affine in one of them."""
        group_of = _groups(commuting)
        seeds: dict[int, Exact] = {}
        matrices: dict[str, Exact] = {}
        for symbol in self.matrices:
            name = symbol.name
            rows, cols = (self.sizes[d] for d in symbol.shape)
            if name in self._given:
                matrices[name] = self._given[name]
            elif name in group_of and rows == cols:
                group = group_of[name]
                if group not in seeds:
                    seeds[group] = self._matrix(rows, rows, symmetric=True)
                matrices[name] = self._affine(seeds[group])
            else:
                matrices[name] = self._letter(symbol, rows, cols)
        return matrices

    def _affine(self, matrix: Exact) -> Exact:
        shift, slope = positive_rational(self.rng), positive_rational(self.rng)
        return number(shift) + number(slope) * matrix

    def _letter(self, symbol: MatrixSymbol, rows: int, cols: int) -> Exact:
        symmetric = bool(getattr(symbol, "symmetric", False))
        value = self._matrix(rows, cols, symmetric=symmetric)
        with_imaginary_part = symbol.name in self._conjugated or self._complex
        if with_imaginary_part and not getattr(symbol, "positive", False):
            return value + self._matrix(rows, cols, symmetric=symmetric) * number(0, 1)
        return value

    def _matrix(self, rows: int, cols: int, *, symmetric: bool) -> Exact:
        """Small rationals, invertible where square, symmetric or truly not."""
        while True:
            entries = {
                place: positive_rational(self.rng) * self.rng.choice((-1, 1))
                for place in product(range(rows), range(cols))
            }
            if symmetric:
                entries = {(i, j): entries[min(i, j), max(i, j)] for i, j in entries}
            value = fmpq_mat(rows, cols, [_flint(entry) for entry in entries.values()])
            if rows != cols:
                return Exact(value)
            by_chance = not symmetric and rows > 1 and value == value.transpose()
            if value.det() != 0 and not by_chance:
                return Exact(value)


@dataclass(frozen=True)
class _RandomCumulants:
    """Random free cumulants for a law that is given by no numbers."""

    seed: int
    name: str

    def __call__(self, n: int) -> Exact:
        return number(positive_rational(Random(f"{self.seed} {self.name} {n}")))


def positive_rational(rng: Random) -> Fraction:
    """A small positive rational, not one."""
    while True:
        value = Fraction(rng.randint(1, 9), rng.randint(1, 5))
        if value != 1:
            return value


def _symbols_of(expressions: Iterable[Basic]) -> Iterator[Symbol]:
    """The symbols of each expression in turn, by name."""
    for expression in expressions:
        yield from sorted(expression.atoms(Symbol), key=str)


def _conjugated(equivalent: Equivalent) -> set[str]:
    """The names of the letters that are conjugated somewhere in the expression."""
    every_leaf = chain.from_iterable(map(leaves, equivalent.target.trees))
    return {leaf.name for leaf in every_leaf if leaf.conjugated}


def _groups(commuting: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The number of the commuting family of each name."""
    graph = nx.Graph()
    graph.add_edges_from(commuting)
    group_of: dict[str, int] = {}
    for group, names in enumerate(nx.connected_components(graph)):
        group_of.update(dict.fromkeys(names, group))
    return group_of


def _exact_matrix(letter: MatrixSymbol, value: Any) -> Exact:
    """A user's matrix of integers, rationals or floats, as the rationals that these are."""
    rows = [_exact_row(row) for row in value]
    if len({len(row) for row in rows}) != 1:
        raise PlanarError(
            f"the value of {letter.name} is not a valid matrix; give a list of rows of one length."
        )
    return Exact(fmpq_mat(rows))


def _exact_row(row: Iterable[Any]) -> list[fmpq]:
    return [_flint(Fraction(x) if isinstance(x, float) else Fraction(str(x))) for x in row]


def _flint(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
