"""The graph of a program: matrices, and traces that come down from them to scalars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Any

from planar.kernels.program.nodes import Kind, Node, Shape
from planar.kernels.program.scalar_graph import Scalars

__all__ = ["Graph"]


@dataclass(frozen=True)
class Graph(Scalars):
    """Makes nodes in a normal form.

    Equal nodes are one, sums and products flat, zeros and ones gone, scalars outside of traces.
    """

    def negative(self, x: Node) -> Node:
        return self.product(self.number(-1), x)

    def letter(self, name: str, kind: Kind, shape: Shape) -> Node:
        return self.make("letter", (), kind, name, shape if kind == "m" else None)

    def diagonal(self, name: str) -> Node:
        """The diagonal of a letter in the eigenbasis of the spectral one."""
        return self.make("diagonal", (), "d", name)

    def dense(self, x: Node, shape: Any) -> Node:
        if x.kind == "m":
            return x
        return self.make("dense", (x.args[0] if x.kind == "e" else x,), "m", None, shape)

    def stack(self, rows: Iterable[Iterable[Node]]) -> Node:
        """A small dense matrix from its entries."""
        entries = [tuple(row) for row in rows]
        shape = (self.number(len(entries)), self.number(len(entries[0])))
        return self.make("stack", tuple(chain(*entries)), "m", len(entries), shape)

    def entry(self, matrix: Node, i: int, j: int) -> Node:
        return self.make("entry", (matrix,), "s", (i, j))

    def product(self, *factors: Node) -> Node:
        return reduce(self._times, factors)

    def _times(self, a: Node, b: Node) -> Node:
        a, b = (x.args[0] if x.kind == "e" and y.kind == "d" else x for x, y in ((a, b), (b, a)))
        match a.kind + b.kind:
            case "ss" | "sd" | "ds" | "dd":
                return self.mul(a, b)
            case "ee":
                return self.eye(self.mul(a.args[0], b.args[0]), a.shape)
            case "se" | "es":
                s, e = (a, b) if a.kind == "s" else (b, a)
                return self.eye(self.mul(s, e.args[0]), e.shape)
            case "em" | "sm":
                return self._scaled(a.args[0] if a.kind == "e" else a, b)
            case "me" | "ms":
                return self._scaled(b.args[0] if b.kind == "e" else b, a)
            case "dm":
                s, d = self._apart(a)
                return self._scaled(s, self.make("rows", (d, b), "m", None, b.shape))
            case "md":
                s, d = self._apart(b)
                return self._scaled(s, self.make("columns", (a, d), "m", None, a.shape))
            case _:
                return self._matrix_product(a, b)

    def _matrix_product(self, a: Node, b: Node) -> Node:
        s, a = self._unscaled(a)
        t, b = self._unscaled(b)
        assert a.shape
        assert b.shape
        return self._scaled(
            self.mul(s, t), self.make("matmul", (a, b), "m", None, (a.shape[0], b.shape[1]))
        )

    def _unscaled(self, matrix: Node) -> tuple[Node, Node]:
        if matrix.op == "scale":
            scalar, bare = matrix.args
            return scalar, bare
        return self.number(1), matrix

    def _scaled(self, s: Node, matrix: Node) -> Node:
        t, matrix = self._unscaled(matrix)
        s = self.mul(s, t)
        if s.op == "number" and s.data == 1:
            return matrix
        return self.make("scale", (s, matrix), "m", None, matrix.shape)

    def _apart(self, d: Node) -> tuple[Node, Node]:
        """A diagonal as a scalar times a product of diagonals."""
        if d.op != "mul":
            return self.number(1), d
        scalars = [x for x in d.args if x.kind == "s"]
        diagonals = [x for x in d.args if x.kind == "d"]
        return self.mul(*scalars), self.mul(*diagonals)

    def plus(self, terms: Iterable[Node], shape: Any = None) -> Node:
        """A sum of matrices of any kind, or of scalars."""
        parts = [t for t in terms if not _zero(t)]
        kinds = {t.kind for t in parts}
        if not parts:
            return self.number(0) if shape is None else self.eye(self.number(0), shape)
        if "m" in kinds:
            place = next(t.shape for t in parts if t.kind == "m")
            wide = [self.dense(t, place) for t in parts]
            return wide[0] if len(wide) == 1 else self.make("madd", tuple(wide), "m", None, place)
        if "d" in kinds or kinds == {"s"}:
            return self.add(*(t.args[0] if t.kind == "e" else t for t in parts))
        return self.eye(self.add(*(t.args[0] for t in parts)), parts[0].shape)

    def transpose(self, x: Node) -> Node:
        if x.kind != "m":
            return x
        assert x.shape
        if x.op == "transpose":
            return x.args[0]
        return self.make("transpose", (x,), "m", None, x.shape[::-1])

    def matrix_inverse(self, x: Node) -> Node:
        if x.kind == "e":
            return self.eye(self.inverse(x.args[0]), x.shape)
        return self.make("minverse", (x,), "m", None, x.shape) if x.kind == "m" else self.inverse(x)

    def matrix_power(self, x: Node, k: int) -> Node:
        if x.kind == "d":
            return self.power(x, k)
        base = self.matrix_inverse(x) if k < 0 else x
        return self.product(*[base] * abs(k))

    def mean(self, *factors: Node) -> Node:
        """Average over the spectrum of a product of diagonals, sums taken term by term."""
        value = self.mul(*factors)
        if value.op == "add" and value.kind == "d":
            return self.add(*(self.mean(t) for t in value.args))
        scalar, diagonal = self._apart(value)
        if diagonal.kind == "s":
            return self.mul(scalar, diagonal)
        parts: list[Node] = []
        for part in diagonal.args if diagonal.op == "mul" else (diagonal,):
            parts += [part.args[0]] * part.data if part.op == "power" else [part]
        return self.mul(scalar, self.make("mean", tuple(parts), "s"))

    def trace(self, size: Node, *factors: Node) -> Node:
        """Trace of a product, unnormalised; ``size`` is the dimension."""
        flat = list(chain.from_iterable(map(_flat, factors)))
        scalar = self.mul(*(x.args[0] if x.kind == "e" else x for x in flat if x.kind in "se"))
        matrices = [x for x in flat if x.kind in "dm"]
        if not matrices:
            return self.mul(scalar, size)
        if all(x.kind == "d" for x in matrices):
            return self.mul(scalar, size, self.mean(*matrices))
        start = next(i for i, x in enumerate(matrices) if x.kind == "m")
        scalars, bare = self._merged(matrices[start:] + matrices[:start])
        return self.mul(scalar, *scalars, self.make("trace", tuple(bare), "s"))

    def _merged(self, factors: list[Node]) -> tuple[list[Node], list[Node]]:
        """Factors of a trace, a matrix first, each diagonal taken into the matrix before it.

        Their scalars are apart.
        """
        merged = [factors[0]]
        for x in factors[1:]:
            if x.kind == "d":
                merged[-1] = self._times(merged[-1], x)
            else:
                merged.append(x)
        scalars, bare = zip(*map(self._unscaled, merged), strict=True)
        return list(scalars), list(bare)


def _flat(x: Node) -> list[Node]:
    """The factors of a product of matrices."""
    match x.op:
        case "matmul" | "scale" | "rows" | "columns":
            return list(chain.from_iterable(map(_flat, x.args)))
        case _:
            return [x]


def _zero(x: Node) -> bool:
    inner = x.args[0] if x.kind == "e" else x
    return inner.op == "number" and inner.data == 0
