"""SymPy expressions of an equivalent as nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NoReturn

from sympy import (
    Abs,
    And,
    Expr,
    Identity,
    MatAdd,
    MatrixSymbol,
    Piecewise,
    Rational,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    cos,
    exp,
    im,
    log,
    sin,
    true,
)
from sympy import re as real_part
from sympy.logic.boolalg import Boolean

from planar.formulas.traversal import MatrixTraversal, Traversal, apart
from planar.foundations.errors import PlanarError
from planar.kernels.program.graph import Graph
from planar.kernels.program.nodes import Kind, Node, Shape

__all__ = ["Reader"]

_FUNCTIONS = {
    exp: "exp",
    log: "log",
    sin: "sin",
    cos: "cos",
    Abs: "abs",
    real_part: "real",
    im: "imag",
}


@dataclass(frozen=True)
class Reader:
    """Reads expressions into a graph.

    ``symbol`` gives the node of a scalar symbol; ``names`` are those of the program. ``spectral``
    is the letter that is held by its eigenvalues, if there is one; what was declared to commute
    with it, ``shared``, has its eigenbasis and is held by its diagonal there.
    """

    graph: Graph
    names: Mapping[str, str]
    spectral: MatrixSymbol | None
    symbol: Callable[[Symbol], Node]
    shared: frozenset[str] = frozenset()

    @cached_property
    def scalar(self) -> Traversal[Node]:
        """The node of a scalar expression; raises ``PlanarError`` where it has no numeric form."""
        return _Scalars(self)

    @cached_property
    def matrix(self) -> Traversal[Node]:
        """The node of a matrix expression: a multiple of the identity, a diagonal or dense."""
        return _Matrices(self)

    def shape(self, expression: Expr) -> Shape:
        """Rows and columns as nodes."""
        rows, columns = expression.shape
        return self.scalar(rows), self.scalar(columns)

    def trace(self, inside: Expr) -> Node:
        """The unnormalised trace; of a letter among diagonals only its diagonal counts."""
        size = self.scalar(inside.shape[0])
        if isinstance(inside, MatAdd):
            return self.graph.add(*map(self.trace, inside.args))
        scalars, factors = apart(inside)
        insertions = [self._insertion(a) for a in factors]
        if sum(n is not None for n in insertions) == 1:
            pairs = zip(factors, insertions, strict=True)
            diagonals = [self.matrix(a) if n is None else n for a, n in pairs]
            if all(n.kind in "ed" for n in diagonals):
                return self.graph.trace(size, *map(self.scalar, scalars), *diagonals)
        return self.graph.trace(size, *map(self.scalar, scalars), *map(self.matrix, factors))

    def _insertion(self, factor: Expr) -> Node | None:
        """The diagonal of a square letter other than the spectral one."""
        letter = factor.args[0] if isinstance(factor, Transpose) else factor
        if self.spectral is None or not isinstance(letter, MatrixSymbol):
            return None
        if letter.name in {self.spectral.name, *self.shared}:
            return None
        if letter.shape != self.spectral.shape:
            return None
        return self.graph.diagonal(self.names[letter.name])


class _Scalars(Traversal[Node]):
    """The nodes of scalars."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.graph = reader, reader.graph

    def symbol(self, expression: Symbol) -> Node:
        return self.reader.symbol(expression)

    def imaginary(self, _: Expr) -> Node:
        return self.graph.number(1j)

    def number(self, expression: Expr) -> Node:
        if isinstance(expression, Rational):
            return self.graph.number(Fraction(int(expression.p), int(expression.q)))
        return self.graph.number(float(expression))

    def trace(self, expression: Trace) -> Node:
        return self.reader.trace(expression.args[0])

    def sum(self, expression: Expr) -> Node:
        return self.graph.add(*map(self, expression.args))

    def product(self, expression: Expr) -> Node:
        return self.graph.mul(*map(self, expression.args))

    def power(self, expression: Expr) -> Node:
        (base, power), g = expression.args, self.graph
        if power.is_Integer:
            return g.power(self(base), int(power))
        if (2 * power).is_Integer:
            return g.power(g.call("sqrt", self(base)), int(2 * power))
        return g.call("power", self(base), self(power))

    def conjugate(self, expression: Expr) -> Node:
        return self.graph.conjugate(self(expression.args[0]))

    def function(self, expression: Expr) -> Node:
        if isinstance(expression, Piecewise):
            return self._cases(expression)
        if expression.func not in _FUNCTIONS:
            self.unread(expression)
        return self.graph.call(_FUNCTIONS[expression.func], *map(self, expression.args))

    def _cases(self, expression: Piecewise) -> Node:
        """Each value times one where its condition holds and no one before it, else zero.

        Infinity is ``x/(1 - x)`` for that number x.
        """
        g, unmet = self.graph, self.graph.number(1)
        terms = list[Node]()
        for value, condition in expression.args:
            inside = g.mul(unmet, *map(self._indicator, And.make_args(condition)))
            unmet = g.add(unmet, g.negative(inside))
            if value.is_infinite is True:
                terms.append(g.mul(inside, g.inverse(g.add(g.number(1), g.negative(inside)))))
            else:
                terms.append(g.mul(inside, self(value)))
        return g.add(*terms)

    def _indicator(self, condition: Boolean) -> Node:
        """One where a strict inequality holds, else zero."""
        if condition == true:
            return self.graph.number(1)
        g = self.graph
        above = g.call("real", self(condition.gts - condition.lts))
        half = g.number(Fraction(1, 2))
        return g.add(half, g.mul(half, g.call("copysign", g.number(1), above)))

    def unread(self, expression: Expr) -> NoReturn:
        raise PlanarError(
            f"no kernel for `{expression}`: {type(expression).__name__} has no numeric form; "
            "give the law by r_transform=..., cumulants=... or spectrum=..."
        )


class _Matrices(MatrixTraversal[Node]):
    """The nodes of matrices."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.graph = reader, reader.graph

    def identity(self, expression: Identity) -> Node:
        return self.graph.eye(self.graph.number(1), self.reader.shape(expression))

    def zero(self, expression: ZeroMatrix) -> Node:
        shape = self.reader.shape(expression)
        return self.graph.dense(self.graph.eye(self.graph.number(0), shape), shape)

    def letter(self, expression: MatrixSymbol) -> Node:
        reader, name = self.reader, self.reader.names[expression.name]
        if expression.name in reader.shared:
            return self.graph.diagonal(name)
        spectral = reader.spectral is not None and expression.name == reader.spectral.name
        kind: Kind = "d" if spectral else "m"
        return self.graph.letter(name, kind, reader.shape(expression))

    def transpose(self, expression: Expr) -> Node:
        return self.graph.transpose(self(expression.args[0]))

    def adjoint(self, expression: Expr) -> Node:
        return self.graph.conjugate(self.transpose(expression))

    def inverse(self, expression: Expr) -> Node:
        return self.graph.matrix_inverse(self(expression.args[0]))

    def power(self, expression: Expr) -> Node:
        return self.graph.matrix_power(self(expression.args[0]), int(expression.args[1]))

    def product(self, expression: Expr) -> Node:
        scalars, matrices = apart(expression)
        return self.graph.product(*map(self.reader.scalar, scalars), *map(self, matrices))

    def sum(self, expression: Expr) -> Node:
        return self.graph.plus(list(map(self, expression.args)), self.reader.shape(expression))

    def unread(self, expression: Expr) -> NoReturn:
        raise PlanarError(f"no kernel for the matrix `{expression}` ({type(expression).__name__}).")
