"""The certificate: in exact arithmetic, the planar sum of an expression equals the series of its
closed form.

Planar formulas hold in every tracial algebra. So deterministic letters become small matrices of
random rationals, and dimensions free rationals; a formula that holds there order by order is no
accident.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, combinations
from random import Random
from typing import Any

import networkx as nx
from flint import fmpq, fmpq_mat
from sympy import Adjoint, Expr, MatrixSymbol, Symbol, conjugate

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Equivalent
from planar.ensembles.law import Law
from planar.evidence.verify.grading import Weights, gradings
from planar.evidence.verify.laurent import (
    Exact,
    FormalError,
    Point,
    Readings,
    Series,
    evaluate,
    number,
)
from planar.evidence.verify.left_side import Enumeration, PlanarSum
from planar.expression.tree import Tree, children, letters
from planar.formulas.quantities import Own, Quantity, Ridge
from planar.foundations.errors import PlanarError, Ungraded
from planar.foundations.printed import Printed
from planar.foundations.words import Letter

__all__ = [
    "Certificate",
    "Row",
    "Sample",
    "closed_form",
    "fixed_point",
    "same_as_written",
    "verify",
    "with_definitions",
]


@dataclass(frozen=True)
class Row:
    """One order: the number of diagrams, both values (the first entry that differs, else the first
    one).
    """

    order: int
    diagrams: int
    agree: bool
    enumerated: Expr
    series: Expr

    def __str__(self) -> str:
        relation = "=" if self.agree else "!="
        return f"order {self.order}: {self.diagrams} diagrams, {self.enumerated} {relation} {self.series}"


@dataclass(frozen=True)
class Certificate(Printed):
    """True where enumerated sum and series agree in every order. ``weights``: each symbol s stands
    for eps^w s.
    """

    order: int
    orders: tuple[Row, ...]
    seed: int
    weights: tuple[tuple[str, int], ...]

    def __bool__(self) -> bool:
        return all(row.agree for row in self.orders)

    def __str__(self) -> str:
        scaled = ", ".join(f"{name} ~ eps^{w}" for name, w in self.weights) or "nothing scaled"
        verdict = "agrees" if self else "disagrees"
        head = f"exact to order {self.order}: {verdict} (seed {self.seed}; {scaled})"
        return "\n".join([head, *map(str, self.orders)])


def verify(equivalent: Equivalent, order: int, *, seed: int = 0) -> Certificate:
    """Compare the enumerated planar sum with the closed form through ``order`` random letters,
    exactly.

    The order counts random letters beyond the first term of the series; an expression without an
    inverse is compared whole, as order 0.

    >>> from planar.derive import derive
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> N, P = dims("N P")
    >>> A, W = deterministic("A", N, positive=True), Wishart("W", N, P)
    >>> found = verify(derive(resolvent(A * W, Symbol("lambda"))), 5)
    >>> bool(found), [row.diagrams for row in found.orders]
    (True, [1, 1, 2, 5, 14, 42])

    Raises TooLargeError where that takes too many diagrams, PlanarError where the formula is no
    formal series.
    """
    if not isinstance(order, int) or order < 0:
        raise PlanarError(f"verify takes an order of 0 or more, got {order!r}.")
    sample = Sample(equivalent, seed)
    failure: FormalError | None = None
    for attempt, weights in enumerate(gradings(equivalent.target, sample.unscaled)):
        try:
            return _compared(equivalent, sample, weights, order, seed)
        except FormalError as error:
            failure = failure or error
        if attempt == 5:
            break
    if failure is None:
        raise Ungraded(
            f"cannot verify `{equivalent.lhs}`: no symbol can carry the orders; put a scalar symbol beside each random "
            "letter that is inverted, for example resolvent(W, lam)."
        )
    raise PlanarError(f"cannot verify `{equivalent.lhs}`: {failure}") from failure


def _compared(
    equivalent: Equivalent, sample: Sample, weights: Weights, order: int, seed: int
) -> Certificate:
    enumeration = Enumeration(sample.point(weights, order + 2), weights)
    left = enumeration.expectation(equivalent.target, order)
    first = min(left.diagrams)
    extra = 4
    while True:
        right = closed_form(equivalent, sample.point(weights, order + extra))
        if right.high > first + order:
            break
        if extra > order + 40:
            raise FormalError("the closed form loses too many orders by cancellation.")
        extra *= 2
    rows = tuple(_row(n, first + n, left, right) for n in range(order + 1 if weights else 1))
    scaled = tuple((str(k), w) for k, w in weights.items() if w)
    return Certificate(order, rows, seed, scaled)


def _row(n: int, power: int, left: PlanarSum, right: Series) -> Row:
    power = right.low if n == 0 and right.low < power else power
    ours, theirs = left.value.coefficient(power), right.coefficient(power)
    size = max(ours.re.nrows(), theirs.re.nrows()), max(ours.re.ncols(), theirs.re.ncols())
    entries = [(i, j) for i in range(size[0]) for j in range(size[1])]
    differing = [(i, j) for i, j in entries if ours.entry(i, j) != theirs.entry(i, j)]
    shown = (differing or entries)[0]
    return Row(
        n, left.diagrams.get(power, 0), not differing, ours.entry(*shown), theirs.entry(*shown)
    )


def same_as_written(one: Equivalent, other: Equivalent, *, seed: int = 0) -> bool:
    """Whether two formulas are equal term by term: exactly, for free values of every symbol.

    Their definitions must be of the same quantities, under whatever names.
    """
    known: dict[Quantity, Definition] = {
        d.quantity: d for d in one.definitions if not isinstance(d.quantity, Own)
    }
    if (
        len(one.definitions) != len(other.definitions)
        or {d.quantity for d in other.definitions} != known.keys()
    ):
        return False
    sample, rng = Sample(one, seed), Random(seed)
    values = {q: Series.of(0, [number(_positive(rng))], 4) for q in known}
    point, there = (
        sample.point({}, 4).with_symbols({d.symbol: values[d.quantity] for d in e.definitions})
        for e in (one, other)
    )
    pairs = [(one.rhs, other.rhs), *((known[d.quantity].expr, d.expr) for d in other.definitions)]
    return all(evaluate(a, point).agrees(evaluate(b, there), 1) for a, b in pairs)


# -- the closed form
# -----------------------------------------------------------------------------------------------


def closed_form(equivalent: Equivalent, point: Point) -> Series:
    """The right side, its definitions solved one after another; those that need each other
    together.
    """
    return evaluate(equivalent.rhs, with_definitions(equivalent.definitions, point))


def with_definitions(definitions: Sequence[Definition], point: Point) -> Point:
    """The point with every defined symbol solved for."""
    rows = Dependence(definitions)
    for part in rows.parts():
        block = [rows.rows[s] for s in part]
        if len(block) == 1 and block[0].symbol not in block[0].expr.free_symbols:
            point = point.with_symbols({block[0].symbol: evaluate(block[0].expr, point)})
        else:
            large = {d.symbol for d in block if isinstance(d.quantity, Ridge)}
            point = point.with_symbols(fixed_point(part, partial(_sweep, block), point, large))
    return point


Unknowns = dict[Symbol, Series]
Sweep = Callable[[Unknowns], Unknowns]


def fixed_point(
    symbols: Sequence[Symbol],
    sweeps: Callable[[Point], Sweep],
    point: Point,
    large: Collection[Symbol] = (),
) -> Unknowns:
    """The formal solution of ``x = sweep(x)`` by iteration; each sweep must gain an order.

    ``large`` are renormalised ridges, where these are known; ``sweeps`` gives the sweep at a point.
    A few terms are settled first, and serve as the start for more: the coefficients of a start that
    is far off would grow in all orders at once.
    """
    names = ", ".join(map(str, symbols))
    stages = [point.cut(terms) for terms in (2, 4, 8, 16, 32, 64) if terms < point.terms] + [point]
    for start in _starts(symbols, sweeps(stages[0]), stages[0], large):
        try:
            values: Unknowns | None = start
            for stage in stages:
                if values is not None:
                    values = _settled(
                        sweeps(stage), {s: v.exactly(stage.terms) for s, v in values.items()}, stage
                    )
            if values is not None and any(
                _contracts(sweeps(stage), values, stage) for stage in stages
            ):
                return values
        except FormalError:
            continue
    raise FormalError(
        f"the definition of {names} does not contract as a formal series, so it fixes no value order by order."
    )


def _sweep(block: Sequence[Definition], point: Point) -> Sweep:
    """Every definition of a block in turn."""
    readings = Readings(point, [d.symbol for d in block])

    def sweep(values: Unknowns) -> Unknowns:
        for symbol, value in values.items():
            readings.change(symbol, value)
        found = dict(values)
        for d in block:
            found[d.symbol] = readings.evaluate(d.expr)
            readings.change(d.symbol, found[d.symbol])
        return found

    return sweep


def _settled(sweep: Sweep, values: Unknowns, point: Point) -> Unknowns | None:
    for _ in range(len(values) * (point.terms + 4)):
        after = sweep(values)
        if all(after[s].agrees(values[s], after[s].high) for s in values):
            return after
        if max(v.bits for v in after.values()) > _RUNAWAY * point.terms:
            return None
        values = after
    return None


_RUNAWAY = 4000
"""Bits a term beyond which an iteration does not settle: where nothing contracts, every sweep
doubles them.
"""


def _contracts(sweep: Sweep, values: Unknowns, point: Point) -> bool:
    """Whether an error in the second term of every unknown is gone after as many sweeps as there
    are unknowns.

    What a few terms show holds of more; too few show nothing.
    """
    second = {s: v.low + 1 if v.coefficients else 2 for s, v in values.items()}
    shaken = {s: v.cut(point.terms) + point.one.shift(second[s]) for s, v in values.items()}
    try:
        for _ in range(len(values) + 1):
            shaken = sweep(shaken)
    except FormalError:
        return False
    return all(
        shaken[s].high > second[s] and shaken[s].agrees(v, second[s] + 1) for s, v in values.items()
    )


def _starts(
    symbols: Sequence[Symbol], sweep: Sweep, point: Point, large: Collection[Symbol]
) -> Iterator[Unknowns]:
    """Starting values: renormalised ridges large, all else of order one; unknowns zero; simple
    powers of eps.

    Of a few unknowns of which nothing is known any one may be a ridge, or several.
    """
    yield {s: point.one.shift(-1 if s in large else 0) for s in symbols}
    zero = Series.of(0, [], point.terms)
    with suppress(FormalError):
        yield sweep(dict.fromkeys(symbols, zero))
    for power in (0, -1, 1, -2):
        yield {s: point.one.shift(power) for s in symbols}
    if not large and len(symbols) <= _FEW:
        for some in chain.from_iterable(combinations(symbols, k) for k in range(1, len(symbols))):
            yield {s: point.one.shift(-1 if s in some else 0) for s in symbols}


_FEW = 4
"""Unknowns of the user's own up to which every choice of large ones is tried."""


# -- numbers for symbols
# -------------------------------------------------------------------------------------------


class Sample:
    """Random exact values for everything that an equivalent holds; eps enters by ``point``."""

    def __init__(
        self, equivalent: Equivalent, seed: int, given: Mapping[MatrixSymbol, Any] | None = None
    ) -> None:
        self.rng, self.seed = Random(seed), seed
        self._given = {
            letter.name: _exact_matrix(letter, value) for letter, value in (given or {}).items()
        }
        self.laws = [s for s in letters(equivalent.target) if isinstance(s, Law)]
        self.matrices = [s for s in letters(equivalent.target) if not isinstance(s, Law)]
        defined = {d.symbol for d in equivalent.definitions}
        dimensions = {d: None for s in letters(equivalent.target) for d in s.shape}
        held = [
            a
            for law in self.laws
            for argument in law.args[1:]
            for a in sorted(argument.atoms(Symbol), key=str)
        ]
        self.unscaled = tuple(
            dict.fromkeys(
                [*held, *(a for d in dimensions for a in sorted(d.atoms(Symbol), key=str))]
            )
        )
        free = {
            s: None
            for s in (*self.unscaled, *equivalent.scalars, *_coefficients(equivalent))
            if s not in defined
        }
        self._taken: list[Fraction] = []
        sizes, values = self._dimensions(list(dimensions))
        for symbol in (s for s in self.matrices if s.name in self._given):
            sizes[symbol.shape[0]], sizes[symbol.shape[1]] = (
                self._given[symbol.name].re.nrows(),
                self._given[symbol.name].re.ncols(),
            )
        leaves = [leaf for tree in equivalent.target.trees for leaf in _leaves(tree)]
        self._conjugated = {leaf.name for leaf in leaves if leaf.conjugated}
        self._complex = equivalent.lhs.has(Adjoint, conjugate) or equivalent.rhs.has(
            Adjoint, conjugate
        )
        self.symbols = {s: number(values[s]) if s in values else self._scalar(s) for s in free}
        self.sizes = sizes
        self.letters = self._valued(equivalent.commuting, sizes)

    def point(self, weights: Weights, terms: int) -> Point:
        """The values with every symbol scaled by its weight."""
        symbols = {s: Series.of(weights.get(s, 0), [v], terms) for s, v in self.symbols.items()}
        matrices = {
            name: Series.of(weights.get(name, 0), [v], terms) for name, v in self.letters.items()
        }
        return Point(
            symbols,
            matrices,
            {law.name: _Cumulants(self.seed, law.name) for law in self.laws},
            terms,
        )

    def _scalar(self, symbol: Symbol) -> Exact:
        value = self._fresh()
        if symbol.is_imaginary:
            return number(0, value)
        if self._complex and not symbol.is_real:
            return number(value, _positive(self.rng))
        return number(-value if symbol.is_negative else value)

    def free_value(self) -> Exact:
        """A number for a symbol of which nothing is assumed."""
        return number(self._fresh())

    def _fresh(self) -> Fraction:
        """A value that no other symbol has, so that no ratio of dimensions is one by chance."""
        value = _positive(self.rng)
        for _ in range(1000):
            if value not in self._taken:
                break
            value = _positive(self.rng)
        self._taken.append(value)
        return value

    def _dimensions(self, dimensions: list[Expr]) -> tuple[dict[Expr, int], dict[Expr, Fraction]]:
        """Sizes of the small matrices, and values of the dimensions.

        A rectangular deterministic letter joins two spaces, whose dimensions must then be in the
        ratio of the sizes; all others are free.
        """
        graph = nx.Graph()
        graph.add_nodes_from(dimensions)
        graph.add_edges_from(s.shape for s in self.matrices if s.shape[0] != s.shape[1])
        graph.add_edges_from(
            (d, s) for d in dimensions if not d.is_Symbol for s in sorted(d.atoms(Symbol), key=str)
        )
        sizes: dict[Expr, int] = {}
        values: dict[Expr, Fraction] = {}
        for part in nx.connected_components(graph):
            members = sorted(part, key=lambda d: (not d.is_Symbol, str(d)))
            joined = len(members) > 1
            symbols = list(
                dict.fromkeys(s for d in members for s in sorted(d.atoms(Symbol), key=str))
            )
            small = {s: 2 + i for i, s in enumerate(symbols)}
            for d in members:
                sizes[d] = int(d.subs(small)) if joined or d == 1 else 2
            plain = all(d.is_Symbol for d in members)
            scale = self._fresh() if plain else Fraction(1)
            if plain or joined:
                values.update({s: scale * small[s] for s in symbols})
        return sizes, values

    def _valued(
        self, commuting: Iterable[tuple[str, str]], sizes: dict[Expr, int]
    ) -> dict[str, Exact]:
        groups = nx.Graph()
        groups.add_edges_from(commuting)
        found: dict[str, Exact] = {}
        shared = {
            name: i for i, part in enumerate(nx.connected_components(groups)) for name in part
        }
        seeds: dict[int, Exact] = {}
        for symbol in self.matrices:
            rows, cols = (sizes[d] for d in symbol.shape)
            if symbol.name in self._given:
                found[symbol.name] = self._given[symbol.name]
            elif symbol.name in shared and rows == cols:
                group = shared[symbol.name]
                if group not in seeds:
                    seeds[group] = self._matrix(rows, rows, symmetric=True)
                found[symbol.name] = (
                    number(_positive(self.rng)) + number(_positive(self.rng)) * seeds[group]
                )
            else:
                found[symbol.name] = self._letter(symbol, rows, cols)
        return found

    def stand_in(self, law: Law) -> Exact:
        """A matrix of numbers in place of a random letter."""
        return self._matrix(
            self.sizes[law.shape[0]], self.sizes[law.shape[1]], symmetric=law.symmetric
        )

    def _letter(self, symbol: MatrixSymbol, rows: int, cols: int) -> Exact:
        symmetric = bool(getattr(symbol, "symmetric", False))
        value = self._matrix(rows, cols, symmetric=symmetric)
        wild = symbol.name in self._conjugated or self._complex
        if wild and not getattr(symbol, "positive", False):
            return value + self._matrix(rows, cols, symmetric=symmetric) * number(0, 1)
        return value

    def _matrix(self, rows: int, cols: int, *, symmetric: bool) -> Exact:
        """Small rationals, invertible where square, symmetric or truly not."""
        while True:
            entries = [
                [_positive(self.rng) * self.rng.choice((-1, 1)) for _ in range(cols)]
                for _ in range(rows)
            ]
            if symmetric:
                entries = [
                    [entries[min(i, j)][max(i, j)] for j in range(cols)] for i in range(rows)
                ]
            value = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in entries])
            skew = rows == cols > 1 and value == value.transpose()
            if rows != cols or (value.det() != 0 and (symmetric or not skew)):
                return Exact(value)


@dataclass(frozen=True)
class _Cumulants:
    """Random free cumulants for a law that is given by no numbers."""

    seed: int
    name: str

    def __call__(self, n: int) -> Exact:
        return number(_positive(Random(f"{self.seed} {self.name} {n}")))


def _exact_matrix(letter: MatrixSymbol, value: Any) -> Exact:
    """A user's matrix of integers, rationals or floats, as the rationals that these are."""
    rows = [
        [Fraction(str(x)) if not isinstance(x, float) else Fraction(x) for x in row]
        for row in value
    ]
    if len({len(row) for row in rows}) != 1:
        raise PlanarError(f"the value of {letter.name} is no matrix; give a list of rows.")
    return Exact(fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows]))


def _positive(rng: Random) -> Fraction:
    """A small positive rational, not one."""
    while True:
        value = Fraction(rng.randint(1, 9), rng.randint(1, 5))
        if value != 1:
            return value


def _leaves(tree: Tree) -> Iterator[Letter]:
    if isinstance(tree, Letter):
        yield tree
    for child in children(tree):
        yield from _leaves(child)


def _coefficients(equivalent: Equivalent) -> Iterator[Symbol]:
    """Symbols of the scalars that multiply whole terms."""
    for term in equivalent.target.terms:
        yield from sorted(term.coefficient.atoms(Symbol), key=str)
