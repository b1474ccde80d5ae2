"""Probes: fixed linear functionals in which a predicted matrix and a sampled one are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from planar.evidence.check.letter_arrays import dense, extent
from planar.evidence.check.tree_arrays import nodes
from planar.expression.numeric import Array
from planar.expression.tree import Target
from planar.expression.values import Values
from planar.foundations.errors import ShapeError
from planar.foundations.words import Letter

__all__ = ["Probes", "probes"]

_SEED = 2502
_MOST_LETTERS = 3


@dataclass(frozen=True, eq=False)
class Probes:
    """Linear functionals of an n x m matrix X.

    Probe k is the sum of ``tests[k] * X`` over all entries.
    """

    names: tuple[str, ...]
    tests: Array

    def of(self, value: object) -> Array:
        """Every probe of a matrix, or of a number where the target is a scalar."""
        rows, cols = self.tests.shape[1:]
        matrix = np.asarray(value)
        misshapen = matrix.ndim > 2 or (matrix.ndim == 2 and matrix.shape != (rows, cols))
        if misshapen or matrix.size != rows * cols:
            raise ShapeError(
                f"the predicted value has shape {matrix.shape}, expected {rows} x {cols}; "
                "give one that fits."
            )
        result: Array = np.einsum("kij,ij->k", self.tests, matrix.reshape(rows, cols))
        return result


def probes(target: Target, values: Values) -> Probes:
    """Fixed functionals of the target, the same for prediction and samples.

    A scalar is its own probe. An n x m matrix has the normalised trace (if square), traces against
    the letters of its shape and against two random test matrices, and two bilinear forms u.T X v.
    """
    if target.shape is None or all(extent(d, values) == 1 for d in target.shape):
        return Probes(("value",), np.ones((1, 1, 1)))
    rows, cols = (extent(d, values) for d in target.shape)
    square = target.shape[0] == target.shape[1]
    tests: dict[str, Array] = {"tr[X]": np.eye(rows) / rows} if square else {}
    for name, matrix in _insertions(target, values):
        tests[f"tr[{name}.T X]"] = matrix / (np.linalg.norm(matrix) * np.sqrt(rows))
    tests |= _random_tests(rows, cols, square)
    return Probes(tuple(tests), np.array(list(tests.values())))


def _random_tests(rows: int, cols: int, square: bool) -> dict[str, Array]:
    rng = np.random.default_rng(_SEED)
    gauss = rng.standard_normal((rows, cols)) / np.sqrt(rows)
    first = np.diag(rng.uniform(0, 2, rows)) if square else rng.standard_normal((rows, cols))
    u, v = _unit(rng, rows), _unit(rng, rows)
    if square:
        forms = np.outer(u, u), np.outer(u, v)
    else:
        forms = np.outer(u, _unit(rng, cols)), np.outer(v, _unit(rng, cols))
    return {
        "tr[T1 X]": first / rows,
        "tr[T2 X]": gauss / rows,
        "u1.T X v1": forms[0],
        "u2.T X v2": forms[1],
    }


def _insertions(target: Target, values: Values) -> Iterator[tuple[str, Array]]:
    """The first three deterministic letters of the target's shape that are not zero."""
    every_node = chain.from_iterable(map(nodes, target.trees))
    letters = (node for node in every_node if isinstance(node, Letter) and not node.random)
    names = {letter.name for letter in letters if letter.symbol.shape == target.shape}
    for name in sorted(names)[:_MOST_LETTERS]:
        matrix = dense(name, values)
        if matrix.any():
            yield name, matrix.conj()


def _unit(rng: np.random.Generator, n: int) -> Array:
    u = rng.standard_normal(n)
    result: Array = u / np.linalg.norm(u)
    return result
