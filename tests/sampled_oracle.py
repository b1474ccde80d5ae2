"""An expression at drawn matrices, by numpy alone: the second oracle of random expressions.

``fold`` walks over a SymPy tree; ``Arrays`` gives its nodes numbers, ``sampled`` draws the letters
of complex ensembles and returns mean and standard error. No code of planar runs but the classes
that say which law a letter has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sympy import (
    Add,
    Adjoint,
    BlockMatrix,
    Expr,
    Identity,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    Pow,
    Trace,
    Transpose,
    ZeroMatrix,
)

Array = np.ndarray[Any, Any]

ONCE = {"": "T", "T": "", "H": "C", "C": "H"}
"""A way of reading (plain, transposed, adjoint, conjugate) after a transpose."""

TWICE = {"": "H", "H": "", "T": "C", "C": "T"}
"""The same after an adjoint."""


class NoSampler(Exception):
    """A law that cannot be drawn from its definition."""


class Algebra(Protocol):
    """What the nodes of a tree become; a way is "" or "T", "H", "C" for a conjugate."""

    sizes: Mapping[Expr, int]
    scalars: Mapping[Expr, complex]

    def letter(self, letter: Any, way: str) -> Any: ...
    def constant(self, array: Array) -> Any: ...
    def add(self, terms: list[Any]) -> Any: ...
    def multiply(self, factors: list[Any]) -> Any: ...
    def invert(self, value: Any) -> Any: ...
    def embed(self, left: Array, value: Any, right: Array) -> Any: ...
    def trace(self, value: Any) -> complex: ...


def size(dimension: Expr, sizes: Mapping[Expr, int]) -> int:
    """A dimension, or an expression of some, as an integer."""
    return int(dimension.xreplace(dict(sizes)))


def fold(tree: Any, algebra: Algebra, way: str = "") -> Any:
    """The value of a matrix expression; transposes are taken at the leaves."""
    if isinstance(tree, Transpose):
        return fold(tree.arg, algebra, ONCE[way])
    if isinstance(tree, Adjoint):
        return fold(tree.arg, algebra, TWICE[way])
    if isinstance(tree, MatrixSymbol):
        return algebra.letter(tree, way)
    if isinstance(tree, Identity):
        return algebra.constant(np.eye(size(tree.shape[0], algebra.sizes), dtype=complex))
    if isinstance(tree, ZeroMatrix):
        return algebra.constant(np.zeros(_shape(tree, algebra, way), dtype=complex))
    if isinstance(tree, BlockMatrix):
        return _blocks(tree, algebra, way)
    if isinstance(tree, MatPow):
        base, power = fold(tree.args[0], algebra, way), int(tree.args[1])
        base = algebra.invert(base) if power < 0 else base
        return algebra.multiply([base] * abs(power))
    if isinstance(tree, (Add, MatAdd)):
        return algebra.add([fold(term, algebra, way) for term in tree.args])
    if isinstance(tree, (Mul, MatMul)):
        return _product(tree, algebra, way)
    raise TypeError(f"no rule for {type(tree).__name__}")


def _shape(tree: Any, algebra: Algebra, way: str) -> tuple[int, ...]:
    rows, cols = (size(d, algebra.sizes) for d in tree.shape)
    return (cols, rows) if way in ("T", "H") else (rows, cols)


def _product(tree: Any, algebra: Algebra, way: str) -> Any:
    matrices = [fold(f, algebra, way) for f in tree.args if getattr(f, "is_Matrix", False)]
    factor = 1.0 + 0j
    for part in tree.args:
        if not getattr(part, "is_Matrix", False):
            factor *= scalar(part, algebra)
    factor = np.conj(factor) if way in ("H", "C") else factor
    if way in ("T", "H"):
        matrices.reverse()
    rows = size(tree.shape[1 if way in ("T", "H") else 0], algebra.sizes)
    return algebra.multiply([algebra.constant(factor * np.eye(rows)), *matrices])


def _blocks(tree: BlockMatrix, algebra: Algebra, way: str) -> Any:
    heights = [size(d, algebra.sizes) for d in tree.rowblocksizes]
    widths = [size(d, algebra.sizes) for d in tree.colblocksizes]
    rows, cols = np.eye(sum(heights)), np.eye(sum(widths))
    terms = []
    for i, top in enumerate(np.cumsum([0, *heights[:-1]])):
        for j, left in enumerate(np.cumsum([0, *widths[:-1]])):
            part = fold(tree.blocks[i, j], algebra, way)
            into, out = rows[:, top : top + heights[i]], cols[left : left + widths[j]]
            pair = (out.T, part, into.T) if way in ("T", "H") else (into, part, out)
            terms.append(algebra.embed(*pair))
    return algebra.add(terms)


def scalar(tree: Any, algebra: Algebra) -> complex:
    """The value of a scalar expression, normalised traces included."""
    if tree in algebra.scalars:
        return complex(algebra.scalars[tree])
    if tree in algebra.sizes:
        return complex(algebra.sizes[tree])
    if tree.is_number:
        return complex(tree)
    if type(tree).__name__ == "tr":
        return algebra.trace(fold(tree.args[0], algebra)) / size(
            tree.args[0].shape[0], algebra.sizes
        )
    if isinstance(tree, Trace):
        return algebra.trace(fold(tree.args[0], algebra))
    if isinstance(tree, Add):
        return sum(scalar(term, algebra) for term in tree.args)
    if isinstance(tree, Mul):
        return complex(np.prod([scalar(factor, algebra) for factor in tree.args]))
    if isinstance(tree, Pow):
        return scalar(tree.args[0], algebra) ** complex(tree.args[1])
    if type(tree).__name__.lower() == "conjugate":
        return complex(np.conj(scalar(tree.args[0], algebra)))
    raise TypeError(f"no rule for {type(tree).__name__}")


@dataclass(frozen=True, eq=False)
class Arrays:
    """Matrices as arrays; the transpose of a random letter is its adjoint, as for real ones."""

    letters: Mapping[str, Array]
    scalars: Mapping[Expr, complex]
    sizes: Mapping[Expr, int]

    def letter(self, letter: Any, way: str) -> Array:
        array = self.letters[letter.name]
        if hasattr(letter, "free_cumulant"):
            return array.conj().T if way in ("T", "H") else array
        turned = array.T if way in ("T", "H") else array
        return turned.conj() if way in ("C", "H") else turned

    def constant(self, array: Array) -> Array:
        return array

    def add(self, terms: list[Array]) -> Array:
        return np.asarray(sum(terms))

    def multiply(self, factors: list[Array]) -> Array:
        product = factors[0]
        for factor in factors[1:]:
            product = product @ factor
        return product

    def invert(self, value: Array) -> Array:
        return np.linalg.inv(value)

    def embed(self, left: Array, value: Array, right: Array) -> Array:
        return left @ value @ right

    def trace(self, value: Array) -> complex:
        return complex(np.trace(value))


def gaussian(rng: np.random.Generator, rows: int, cols: int) -> Array:
    """Independent complex entries with E |x|^2 = 1."""
    pair = rng.standard_normal((2, rows, cols))
    return (pair[0] + 1j * pair[1]) / np.sqrt(2)


def unitary(rng: np.random.Generator, rows: int) -> Array:
    """A Haar distributed unitary matrix."""
    q, r = np.linalg.qr(gaussian(rng, rows, rows))
    return q * (np.diag(r) / np.abs(np.diag(r)))


def drawn(letter: Any, numbers: Arrays, rng: np.random.Generator) -> Array:
    """One matrix of a letter's law, from its definition."""
    rows, cols = (size(d, numbers.sizes) for d in letter.shape)
    law = LAWS.get(type(letter).__name__)
    if law is None:
        raise NoSampler(letter.name)
    return law(letter, numbers, rng, rows, cols)


def _wishart(letter: Any, numbers: Arrays, rng: np.random.Generator, rows: int, _: int) -> Array:
    samples = size(letter.args[3], numbers.sizes)
    x = gaussian(rng, samples, rows)
    return x.conj().T @ x / samples


def _ginibre(letter: Any, numbers: Arrays, rng: np.random.Generator, rows: int, cols: int) -> Array:
    variance = scalar(letter.args[3], numbers).real
    return gaussian(rng, rows, cols) * np.sqrt(variance)


def _goe(letter: Any, numbers: Arrays, rng: np.random.Generator, rows: int, _: int) -> Array:
    x = gaussian(rng, rows, rows)
    return (x + x.conj().T) / np.sqrt(2 * rows)


def _haar(letter: Any, numbers: Arrays, rng: np.random.Generator, rows: int, _: int) -> Array:
    return unitary(rng, rows)


def _projection(letter: Any, numbers: Arrays, rng: np.random.Generator, rows: int, _: int) -> Array:
    u = unitary(rng, rows)[:, : size(letter.args[3], numbers.sizes)]
    return u @ u.conj().T


def _rotated(letter: Any, numbers: Arrays, rng: np.random.Generator, rows: int, _: int) -> Array:
    """Of eigenvalues that share the dimension equally, or of a mean and a variance."""
    if letter.kind == "cumulants" and len(letter.args[4]) == 2:
        mean, variance = (scalar(k, numbers).real for k in letter.args[4])
        return mean * np.eye(rows) + np.sqrt(variance) * _goe(letter, numbers, rng, rows, rows)
    if letter.kind != "spectrum":
        raise NoSampler(letter.name)
    values, weights = letter.args[4]
    counts = [rows * float(w) for w in weights]
    if any(abs(c - round(c)) > 1e-9 for c in counts):
        raise NoSampler(f"{letter.name} does not divide {rows}")
    spectrum = np.repeat([float(b) for b in values], [round(c) for c in counts])
    u = unitary(rng, rows)
    return (u * spectrum) @ u.conj().T


LAWS: Mapping[str, Callable[..., Array]] = {
    "Wishart": _wishart,
    "Ginibre": _ginibre,
    "GOE": _goe,
    "HaarOrthogonal": _haar,
    "RandomProjection": _projection,
    "RotationInvariant": _rotated,
}


def random_letters(expression: Any) -> list[Any]:
    """The letters that have a law, by name."""
    letters = expression.atoms(MatrixSymbol)
    return sorted((x for x in letters if hasattr(x, "free_cumulant")), key=lambda x: x.name)


@dataclass(frozen=True, eq=False)
class Sample:
    """Mean and standard error, of a number or of the probes of a matrix."""

    mean: Array
    error: Array

    def strange(self, value: Array, errors: float = 5.0, relative: float = 1e-3) -> bool:
        """Whether a value lies off by both measures."""
        gap = np.abs(np.atleast_1d(value) - self.mean)
        scale = np.maximum(np.abs(self.mean), float(np.abs(self.mean).max()))
        return bool(((gap > errors * self.error) & (gap > relative * scale)).any())


def probes(value: Any) -> Array:
    """A number as it stands; of a matrix the sum of entries with smooth weights, and its trace."""
    array = np.atleast_2d(np.asarray(value))
    if array.size == 1:
        return array.reshape(1)
    rows, cols = (np.arange(1, n + 1) / n for n in array.shape)
    weights = np.cos(3 * rows)[:, None] * np.cos(2 * cols)[None, :] / array.size**0.5
    diagonal = np.diagonal(array)
    return np.array(
        [diagonal.mean(), (diagonal * rows[: len(diagonal)]).mean(), (weights * array).sum()]
    )


def sampled(
    expression: Any, values: Mapping[Any, Any], sizes: Mapping[Expr, int], trials: int, seed: int
) -> Sample:
    """Mean and standard error of the probes of an expression over drawn letters."""
    fixed = {k.name: np.asarray(v) for k, v in values.items() if isinstance(k, MatrixSymbol)}
    scalars = {k: v for k, v in values.items() if not isinstance(k, MatrixSymbol)}
    numbers, rng = Arrays(fixed, scalars, sizes), np.random.default_rng(seed)
    letters, draws = random_letters(expression), []
    for _ in range(trials):
        matrices = {x.name: drawn(x, numbers, rng) for x in letters}
        draw = Arrays({**fixed, **matrices}, scalars, sizes)
        matrix = getattr(expression, "is_Matrix", False)
        draws.append(probes(fold(expression, draw) if matrix else scalar(expression, draw)))
    stack = np.array(draws)
    return Sample(stack.mean(axis=0), stack.std(axis=0) / np.sqrt(max(trials - 1, 1)))
