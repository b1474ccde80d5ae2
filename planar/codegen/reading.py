"""SymPy expressions of an equivalent as nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sympy import (
    Abs,
    Add,
    Adjoint,
    Expr,
    I,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    Number,
    NumberSymbol,
    Pow,
    Rational,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    conjugate,
    cos,
    exp,
    im,
    log,
    sin,
)
from sympy import re as real_part

from planar.codegen.nodes import Graph, Kind, Node
from planar.errors import PlanarError
from planar.expression.symbols import Conjugate

__all__ = ["Reader"]

_FUNCTIONS = {exp: "exp", log: "log", sin: "sin", cos: "cos", Abs: "abs", real_part: "real", im: "imag"}


@dataclass(frozen=True)
class Reader:
    """Reads expressions into a graph. ``symbol`` gives the node of a scalar symbol; ``names`` are those of the program.

    ``spectral`` is the letter that is held by its eigenvalues, if there is one; what was declared to commute with it,
    ``shared``, has its eigenbasis and is held by its diagonal there.
    """

    graph: Graph
    names: Mapping[str, str]
    spectral: MatrixSymbol | None
    symbol: Callable[[Symbol], Node]
    shared: frozenset[str] = frozenset()

    def scalar(self, expression: Expr) -> Node:
        """The node of a scalar expression; raises ``PlanarError`` where it has no numeric form."""
        g = self.graph
        match expression:
            case Symbol():
                return self.symbol(expression)
            case _ if expression == I:
                return g.number(1j)
            case Rational():
                return g.number(Fraction(int(expression.p), int(expression.q)))
            case Number() | NumberSymbol():
                return g.number(float(expression))
            case Trace():
                return self.trace(expression.args[0])
            case Add():
                return g.add(*map(self.scalar, expression.args))
            case Mul():
                return g.mul(*map(self.scalar, expression.args))
            case Pow():
                return self._power(*expression.args)
            case conjugate() | Conjugate():
                return g.conjugate(self.scalar(expression.args[0]))
            case _ if expression.func in _FUNCTIONS:
                return g.call(_FUNCTIONS[expression.func], *map(self.scalar, expression.args))
            case _:
                raise PlanarError(
                    f"no kernel for `{expression}`: {type(expression).__name__} has no numeric form; "
                    "give the law by r_transform=..., cumulants=... or spectrum=..."
                )

    def _power(self, base: Expr, power: Expr) -> Node:
        g = self.graph
        if power.is_Integer:
            return g.power(self.scalar(base), int(power))
        if (2 * power).is_Integer:
            return g.power(g.call("sqrt", self.scalar(base)), int(2 * power))
        return g.call("power", self.scalar(base), self.scalar(power))

    def matrix(self, expression: Expr) -> Node:
        """The node of a matrix expression: a multiple of the identity, a diagonal or dense."""
        g = self.graph
        match expression:
            case Identity():
                return g.eye(g.number(1), self.shape(expression))
            case ZeroMatrix():
                return g.dense(g.eye(g.number(0), self.shape(expression)), self.shape(expression))
            case MatrixSymbol() if expression.name in self.shared:
                return g.diagonal(self.names[expression.name])
            case MatrixSymbol():
                kind: Kind = "d" if self.spectral is not None and expression.name == self.spectral.name else "m"
                return g.letter(self.names[expression.name], kind, self.shape(expression))
            case Transpose():
                return g.transpose(self.matrix(expression.args[0]))
            case Adjoint():
                return g.conjugate(g.transpose(self.matrix(expression.args[0])))
            case Inverse():
                return g.matrix_inverse(self.matrix(expression.args[0]))
            case MatPow():
                return g.matrix_power(self.matrix(expression.args[0]), int(expression.args[1]))
            case MatMul():
                scalars = [self.scalar(a) for a in expression.args if not a.is_Matrix]
                return g.product(*scalars, *(self.matrix(a) for a in expression.args if a.is_Matrix))
            case MatAdd():
                return g.plus([self.matrix(a) for a in expression.args], self.shape(expression))
            case _:
                raise PlanarError(f"no kernel for the matrix `{expression}` ({type(expression).__name__}).")

    def shape(self, expression: Expr) -> tuple[Node, Node]:
        """Rows and columns as nodes."""
        rows, columns = expression.shape
        return self.scalar(rows), self.scalar(columns)

    def trace(self, inside: Expr) -> Node:
        """The unnormalised trace; of a letter among diagonals only its diagonal counts."""
        size = self.scalar(inside.shape[0])
        if isinstance(inside, MatAdd):
            return self.graph.add(*map(self.trace, inside.args))
        factors = [a for a in inside.args if a.is_Matrix] if isinstance(inside, MatMul) else [inside]
        scalars = [self.scalar(a) for a in inside.args if not a.is_Matrix] if isinstance(inside, MatMul) else []
        nodes = [self._insertion(a) for a in factors]
        if sum(n is not None for n in nodes) == 1:
            rest = [self.matrix(a) if n is None else n for a, n in zip(factors, nodes, strict=True)]
            if all(n.kind in "ed" for n in rest):
                return self.graph.trace(size, *scalars, *rest)
        return self.graph.trace(size, *scalars, *map(self.matrix, factors))

    def _insertion(self, factor: Expr) -> Node | None:
        """The diagonal of a square letter other than the spectral one."""
        letter = factor.args[0] if isinstance(factor, Transpose) else factor
        if self.spectral is None or not isinstance(letter, MatrixSymbol) or letter.name in {self.spectral.name, *self.shared}:
            return None
        if letter.shape != self.spectral.shape:
            return None
        return self.graph.diagonal(self.names[letter.name])
