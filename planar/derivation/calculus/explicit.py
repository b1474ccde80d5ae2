"""Implicit laws of degree two or less in radicals, on the sheet of the physical branch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from sympy import (
    Dummy,
    Expr,
    I,
    Identity,
    MatrixSymbol,
    Poly,
    S,
    Symbol,
    Trace,
    cancel,
    expand,
    factor_list,
    fraction,
    resultant,
    together,
)

from planar.derivation.calculus.radicals import Radical, Values, at, quadratic_root, written
from planar.derivation.definitions import Definition, Dependence, characters, marked
from planar.derivation.equivalent import Equivalent
from planar.formulas.chalk import chalk
from planar.formulas.quantities import Ratio
from planar.foundations.errors import PlanarError

__all__ = ["explicit"]

Stated = TypeVar("Stated", bound=Equivalent)
_ZERO = 1e-9
_LONGEST = 3
"""Unknowns that are eliminated from one another; more take too long."""


def explicit(equivalent: Stated, scalars: Sequence[Symbol], values: Values) -> Stated:
    """The equivalent with radicals in place of implicit definitions of degree two or less.

    ``values`` are those of every symbol at several points of the physical branch; ``scalars`` are
    the symbols in which roots may be cut, those preferred first. Definitions of higher degree stay
    where others become explicit, with a sentence among the assumptions.

    Raises ``PlanarError`` where there are implicit definitions and none becomes explicit.
    """
    reader = _Reader(equivalent, scalars, values)
    rows: dict[Symbol, Definition] = {}
    refused: list[str] = []
    for part in reader.dependence.parts():
        block = [reader.dependence.rows[s] for s in part]
        try:
            solved = reader.solved(block) if block[0].implicit else {}
        except _NotExplicit as reason:
            refused.append(str(reason))
            solved = {}
        rows |= {d.symbol: replace(d, expr=solved.get(d.symbol, d.expr)) for d in block}
    if refused and not reader.radicals:
        raise PlanarError(
            f"`{equivalent.lhs}` has no formula in radicals: {refused[0]}; keep the implicit "
            "definitions, of which evaluate and compile give numbers."
        )
    definitions = marked(rows[d.symbol] for d in equivalent.definitions)
    stated: dict[str, Any] = {
        "definitions": definitions,
        "derived": equivalent.derived or equivalent,
        "assumptions": (*equivalent.assumptions, *refused),
    }
    return _shortest(replace(equivalent, **stated), reader)


class _NotExplicit(Exception):
    """Why a definition stays implicit, in half a sentence."""


def _shown(matrix: Expr) -> Expr:
    """A trace as one divides it by the size, a letter as it is."""
    return matrix / matrix.args[0].shape[0] if isinstance(matrix, Trace) else matrix


class _Reader:
    """The definitions of an equivalent, solved one cycle after another.

    ``radicals`` are the roots found: each unknown as ``u + w R``.
    """

    def __init__(self, equivalent: Equivalent, scalars: Sequence[Symbol], values: Values) -> None:
        self.dependence = Dependence(equivalent.definitions)
        self.scalars, self.values = scalars, values
        self.radicals: dict[Symbol, Radical] = {}
        self.named = {
            d.symbol: d.expr
            for d in self.dependence.ordered()
            if not d.implicit and not isinstance(d.quantity, Ratio)
        }

    def without_names(self, expression: Expr) -> Expr:
        """The expression in sizes, ratios, scalars and unknowns alone."""
        while expression.free_symbols & self.named.keys():
            expression = expression.xreplace(self.named)
        return expression

    def all_solved(self, expression: Expr) -> bool:
        """Whether an expression holds no unknown but those in radicals."""
        unknowns = expression.free_symbols & self.dependence.cyclic
        return unknowns <= self.radicals.keys()

    def solved(self, block: Sequence[Definition]) -> dict[Symbol, Expr]:
        """The unknowns of one cycle from which the others follow."""
        unknowns = Dependence(block).feedback()
        followers = {d.symbol: d.expr for d in block if d.symbol not in unknowns}
        equations = [self._equation(d, followers) for d in block if d.symbol in unknowns]
        zero = {s: S.Zero for s in unknowns if np.max(np.abs(self.values[s])) < _ZERO}
        equations = [e for e in (expand(e.xreplace(zero)) for e in equations) if e != 0]
        left = [s for s in unknowns if s not in zero]
        if len(left) > _LONGEST:
            names = ", ".join(map(chalk, left))
            raise _NotExplicit(f"{len(left)} unknowns, {names}, stay coupled")
        self.radicals |= dict.fromkeys(zero, (S.Zero, S.Zero, S.One))
        self.named |= followers
        return zero | {s: self._root(self._alone(equations, s, left), s) for s in left}

    def _equation(self, definition: Definition, followers: dict[Symbol, Expr]) -> Expr:
        """The polynomial of one definition in the unknowns."""
        right = definition.expr
        while right.free_symbols & followers.keys():
            right = right.xreplace(followers)
        right = self.without_names(right)
        matrices = sorted(right.atoms(Trace), key=str) or sorted(right.atoms(MatrixSymbol), key=str)
        if matrices:
            name, trace = chalk(definition.symbol), chalk(_shown(matrices[0]))
            raise _NotExplicit(
                f"{name} is defined through the trace {trace}, which holds a whole spectrum"
            )
        if not right.is_rational_function():
            raise _NotExplicit(f"the definition of {chalk(definition.symbol)} is not rational")
        return fraction(together(definition.symbol - right))[0]

    def _alone(
        self, equations: Sequence[Expr], unknown: Symbol, unknowns: Sequence[Symbol]
    ) -> Poly:
        """The irreducible polynomial of one unknown, the others eliminated."""
        rows = [self._factor(e, unknowns) for e in equations]
        for other in (s for s in unknowns if s != unknown):
            held = sorted((e for e in rows if e.has(other)), key=lambda e: Poly(e, other).degree())
            free = [e for e in rows if not e.has(other)]
            pairs = [resultant(held[0], e, other) for e in held[1:]]
            rows = [*free, *(self._factor(r, unknowns) for r in pairs if r != 0)]
        if not rows:
            raise _NotExplicit(f"{chalk(unknown)} is not determined by its equations alone")
        return Poly(rows[0], unknown)

    def _factor(self, expression: Expr, unknowns: Sequence[Symbol]) -> Expr:
        """The irreducible factor that vanishes on the physical branch."""
        options = {"gaussian": True} if expression.has(I) else {}
        factors = [f for f, _ in factor_list(expression, **options)[1] if f.has(*unknowns)]
        return min(factors, key=self._size)

    def _size(self, expression: Expr) -> float:
        """The largest size of a polynomial at the points, relative to its terms."""
        parts = [at(term, self.values) for term in expand(expression).as_ordered_terms()]
        total, size = sum(parts), sum(np.abs(p) for p in parts)
        return float(np.max(np.abs(total) / np.where(size > 0, size, 1)))

    def _root(self, polynomial: Poly, unknown: Symbol) -> Expr:
        """The unknown in radicals."""
        degree = polynomial.degree()
        if degree == 1:
            a, b = polynomial.all_coeffs()
            self.radicals[unknown] = (cancel(-b / a), S.Zero, S.One)
            return self.radicals[unknown][0]
        if degree > 2:
            raise _NotExplicit(
                f"{chalk(unknown)} is a root of an irreducible polynomial of degree {degree}"
            )
        found = quadratic_root(polynomial, self.scalars, self.values)
        if found is None:
            raise _NotExplicit(
                f"no product of square roots follows {chalk(unknown)}, of degree 2, on its sheet "
                "in all of the complex plane"
            )
        self.radicals[unknown] = found
        return written(found, self.values)


def _shortest(equivalent: Stated, reader: _Reader) -> Stated:
    """The shorter of the formula with its names, and that with the one root put in."""
    forms = (_pruned(e) for e in _forms(equivalent, reader))
    return min(forms, key=lambda form: characters(form.rhs, form.definitions))


def _forms(equivalent: Stated, reader: _Reader) -> Iterator[Stated]:
    yield equivalent
    rhs = reader.without_names(equivalent.rhs)
    roots = {s: radical for s, radical in reader.radicals.items() if rhs.has(s)}
    cuts = {root for _, w, root in roots.values() if w != 0}
    if len(cuts) == 1 and reader.all_solved(rhs) and not rhs.has(MatrixSymbol, Identity):
        yield replace(equivalent, rhs=written(_linear(rhs, roots, cuts.pop()), reader.values))


def _linear(expression: Expr, roots: Mapping[Symbol, Radical], root: Expr) -> Radical:
    """A rational function of unknowns ``u + w R`` as one such expression."""
    mark = Dummy("R")
    square = Poly(mark**2 - expand(root**2), mark)
    put = {s: u + w * mark for s, (u, w, _) in roots.items()}
    parts = fraction(together(expression.xreplace(put)))
    above, below = (Poly(part, mark).rem(square) for part in parts)
    conjugate = below.compose(Poly(-mark, mark))
    norm = (below * conjugate).rem(square).as_expr()
    product = (above * conjugate).rem(square)
    parts = (cancel(product.coeff_monomial(m) / norm) for m in (1, mark))
    return *parts, root


def _pruned(equivalent: Stated) -> Stated:
    """Without the definitions that the right-hand side does not need."""
    needed = Dependence(equivalent.definitions).below(equivalent.rhs.atoms(Symbol))
    kept = marked(d for d in equivalent.definitions if d.symbol in needed)
    closed = equivalent.closed or not any(d.implicit for d in kept)
    return replace(equivalent, definitions=kept, closed=closed)
