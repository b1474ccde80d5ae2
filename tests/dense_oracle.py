"""The equivalent of an expression as one dense fixed point, at any size, exact to rounding.

An expression is realised as L Q^-1 R with Q affine in its letters; E Q^-1 = (Q0 - Sigma)^-1 with
the self-energy of each letter a matrix over its places, S = R(B H) B. Newton follows its solution
while the random letters grow from zero, so that it is the sum of the planar diagrams.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sampled_oracle import Array, fold, scalar, size
from sympy import Expr, MatrixSymbol


class NoPath(Exception):
    """The solution could not be followed; there is nothing to compare with."""


@dataclass(frozen=True, eq=False)
class Place:
    """A random letter (or its transpose) with a factor at a block of Q."""

    letter: Any
    turned: bool
    row: int
    col: int
    factor: complex = -1.0


@dataclass(frozen=True, eq=False)
class Realised:
    """L Q^-1 R; Q is its constant part and the places of random letters in it."""

    left: Array
    q: Array
    right: Array
    places: tuple[Place, ...] = ()

    def moved(self, by: int) -> tuple[Place, ...]:
        return tuple(replace(p, row=p.row + by, col=p.col + by) for p in self.places)


def _diagonal(*blocks: Array) -> Array:
    rows, cols = (sum(b.shape[k] for b in blocks) for k in (0, 1))
    whole, i, j = np.zeros((rows, cols), dtype=complex), 0, 0
    for b in blocks:
        whole[i : i + b.shape[0], j : j + b.shape[1]] = b
        i, j = i + b.shape[0], j + b.shape[1]
    return whole


@dataclass(frozen=True, eq=False)
class Realisations:
    """The algebra of realisations; traces are expectations, which factorise."""

    letters: Mapping[str, Array]
    scalars: Mapping[Expr, complex]
    sizes: Mapping[Expr, int]
    memory: list[list[Array]] = field(default_factory=list)
    """States of the expectations in the order in which they were taken."""
    near: tuple[list[Array], ...] = ()
    """The same at nearby scalars, from which Newton starts."""

    def letter(self, letter: Any, way: str) -> Realised:
        if not hasattr(letter, "free_cumulant"):
            array = np.asarray(self.letters[letter.name], dtype=complex)
            turned = array.T if way in ("T", "H") else array
            return self.constant(turned.conj() if way in ("C", "H") else turned)
        rows, cols = (size(d, self.sizes) for d in letter.shape)
        turned = way in ("T", "H")
        rows, cols = (cols, rows) if turned else (rows, cols)
        left, right = np.eye(rows, rows + cols), np.eye(rows + cols)[:, rows:]
        own = Place(letter, turned and letter != letter.T, 0, rows)
        return Realised(left + 0j, np.eye(rows + cols) + 0j, right + 0j, (own,))

    def constant(self, array: Array) -> Realised:
        return Realised(array + 0j, np.eye(array.shape[1]) + 0j, np.eye(array.shape[1]) + 0j)

    def add(self, terms: list[Realised]) -> Realised:
        places, offset = [], 0
        for term in terms:
            places += term.moved(offset)
            offset += len(term.q)
        left = np.hstack([t.left for t in terms])
        right = np.vstack([t.right for t in terms])
        return Realised(left, _diagonal(*(t.q for t in terms)), right, tuple(places))

    def multiply(self, factors: list[Realised]) -> Realised:
        product = factors[0]
        for factor in factors[1:]:
            product = _times(product, factor)
        return product

    def invert(self, value: Realised) -> Realised:
        n, k = len(value.q), value.left.shape[0]
        q = np.block([[value.q, value.right], [value.left, np.zeros((k, k))]])
        left = np.hstack([np.zeros((k, n)), np.eye(k)]) + 0j
        return Realised(left, q, -left.T, value.places)

    def embed(self, left: Array, value: Realised, right: Array) -> Realised:
        return replace(value, left=left @ value.left, right=value.right @ right)

    def trace(self, value: Realised) -> complex:
        return complex(np.trace(expectation(value, self)))


def _times(f: Realised, g: Realised) -> Realised:
    if not f.places and np.array_equal(f.q, np.eye(len(f.q))):
        return replace(g, left=f.left @ f.right @ g.left)
    if not g.places and np.array_equal(g.q, np.eye(len(g.q))):
        return replace(f, right=f.right @ g.left @ g.right)
    n, m = len(f.q), len(g.q)
    q = np.block([[f.q, -f.right @ g.left], [np.zeros((m, n)), g.q]])
    left = np.hstack([f.left, np.zeros((f.left.shape[0], m))])
    right = np.vstack([np.zeros((n, g.right.shape[1])), g.right])
    return Realised(left, q, right, f.places + g.moved(n))


Relation = Callable[[Array, Array], Array]
"""F(S, M) = 0 of S = R(M), on matrices."""


def relation(letter: Any, numbers: Realisations) -> tuple[Relation, complex]:
    """The law of a letter from its definition, and R(0)."""
    rows, cols = (size(d, numbers.sizes) for d in letter.shape)
    kind = type(letter).__name__
    if kind == "Wishart":
        q = rows / float(letter.args[3].xreplace(dict(numbers.sizes)))
        return (lambda s, m: s - np.eye(len(m)) - q * m @ s), 1.0
    if kind == "Ginibre":
        strength = rows * scalar(letter.args[3], numbers)
        return (lambda s, m: s - strength * m), 0.0
    if kind == "GOE":
        return (lambda s, m: s - m), 0.0
    if kind == "HaarOrthogonal":
        return (lambda s, m: s - m + s @ m @ s), 0.0
    if kind == "RandomProjection":
        p = size(letter.args[3], numbers.sizes) / rows
        return (lambda s, m: s - m @ s + s @ m @ s - p * np.eye(len(m))), p
    if kind == "BiInvariant":
        pairs = [
            (2 * k + 1, scalar(c, numbers) * (rows / cols) ** (k + 1))
            for k, c in enumerate(letter.args[3])
        ]
        return (lambda s, m: s - _polynomial(pairs, m)), 0.0
    if letter.kind == "cumulants":
        pairs = [(k, scalar(c, numbers)) for k, c in enumerate(letter.args[4])]
        return (lambda s, m: s - _polynomial(pairs, m)), pairs[0][1]
    if letter.kind == "spectrum":
        return _of_spectrum(letter)
    raise NoPath(letter.name)


def _polynomial(pairs: list[tuple[int, complex]], m: Array) -> Array:
    return np.asarray(sum(c * np.linalg.matrix_power(m, k) for k, c in pairs))


def _of_spectrum(letter: Any) -> tuple[Relation, complex]:
    """The mean over eigenvalues b of (S - b) (1 + M (S - b))^-1 vanishes."""
    values, weights = (np.array([float(x) for x in column]) for column in letter.args[4])

    def mean(s: Array, m: Array) -> Array:
        one = np.eye(len(m))
        terms = ((s - b * one, w) for b, w in zip(values, weights, strict=True))
        return np.asarray(sum(w * d @ np.linalg.inv(one + m @ d) for d, w in terms))

    return mean, float(values @ weights)


@dataclass(frozen=True, eq=False)
class Group:
    """The places of one letter: its relation, and which overlaps do not vanish."""

    places: tuple[Place, ...]
    law: Relation
    mean: complex
    rows: tuple[int, ...]
    cols: tuple[int, ...]
    normalised: int
    allowed: Array

    @property
    def inside(self) -> Array:
        """Which self-energies do not vanish: those that go back where they began."""
        return self.allowed

    @property
    def factors(self) -> Array:
        return np.diag([-p.factor for p in self.places])


def _group(letter: Any, places: tuple[Place, ...], numbers: Realisations) -> Group:
    rows, cols = (size(d, numbers.sizes) for d in letter.shape)
    turned = np.array([p.turned for p in places])
    alternating = bool(letter.alternating)
    allowed = (
        turned[:, None] != turned[None, :] if alternating else np.ones((len(places),) * 2, bool)
    )
    heights = tuple(cols if p.turned else rows for p in places)
    widths = tuple(rows if p.turned else cols for p in places)
    return Group(places, *relation(letter, numbers), heights, widths, rows, allowed)


class System:
    """Self-energies of all letters at a strength of the random letters, by Newton."""

    def __init__(self, realised: Realised, numbers: Realisations) -> None:
        self.realised = realised
        letters = dict.fromkeys(p.letter for p in realised.places)
        self.groups = [
            _group(x, tuple(p for p in realised.places if p.letter == x), numbers) for x in letters
        ]

    def start(self) -> list[Array]:
        return [g.mean * np.eye(len(g.places)) + 0j for g in self.groups]

    def propagator(self, state: list[Array], strength: float) -> Array:
        q = self.realised.q.copy()
        for g, s in zip(self.groups, state, strict=True):
            energy = strength * s @ g.factors
            for i, a in enumerate(g.places):
                for j, b in enumerate(g.places):
                    n = g.rows[i]
                    if g.cols[j] == n and energy[i, j] != 0:
                        q[a.row : a.row + n, b.col : b.col + n] -= energy[i, j] * np.eye(n)
        return np.linalg.inv(q)

    def block(self, green: Array, g: Group, i: int, h: Group, j: int) -> Array:
        """From behind place i of one letter to before place j of another."""
        a, b = g.places[i], h.places[j]
        return green[a.col : a.col + g.cols[i], b.row : b.row + h.rows[j]]

    def overlap(self, green: Array, g: Group) -> Array:
        k = len(g.places)
        h = np.zeros((k, k), dtype=complex)
        for i, j in zip(*np.nonzero(g.allowed), strict=True):
            h[i, j] = np.trace(self.block(green, g, i, g, j)) / g.normalised
        return h

    def residual(self, state: list[Array], overlaps: list[Array], strength: float) -> Array:
        parts = []
        for g, s, h in zip(self.groups, state, overlaps, strict=True):
            parts.append(g.law(s, strength * g.factors @ h).ravel())
        return np.concatenate(parts)

    def step(self, state: list[Array], strength: float) -> tuple[list[Array], float]:
        """One step of Newton, and its size."""
        green = self.propagator(state, strength)
        overlaps = [self.overlap(green, g) for g in self.groups]
        value = self.residual(state, overlaps, strength)
        columns = self._columns(state, overlaps, green, strength, value)
        change = np.linalg.solve(np.array(columns).T, -value)
        moved, at = [], 0
        for s in state:
            moved.append(s + change[at : at + s.size].reshape(s.shape))
            at += s.size
        return moved, float(np.abs(change).max(initial=0.0))

    def _columns(
        self, state: list[Array], overlaps: list[Array], green: Array, strength: float, at: Array
    ) -> list[Array]:
        eps, columns = 1e-7, []
        for k, g in enumerate(self.groups):
            for i, j in np.ndindex(state[k].shape):
                bumped = [s.copy() for s in state]
                bumped[k][i, j] += eps
                change = strength * -g.places[j].factor
                moved = [
                    h + eps * self._slope(green, other, g, i, j, change)
                    for h, other in zip(overlaps, self.groups, strict=True)
                ]
                columns.append((self.residual(bumped, moved, strength) - at) / eps)
        return columns

    def _slope(
        self, green: Array, other: Group, g: Group, i: int, j: int, change: complex
    ) -> Array:
        """dH of another letter where S_ij of this one grows."""
        k = len(other.places)
        slope = np.zeros((k, k), dtype=complex)
        if g.rows[i] != g.cols[j]:
            return slope
        for a, b in zip(*np.nonzero(other.allowed), strict=True):
            left = self.block(green, other, a, g, i)
            right = self.block(green, g, j, other, b)
            slope[a, b] = np.einsum("xy,yx->", left, right) * change / other.normalised
        return slope


def followed(system: System) -> list[Array]:
    """The solution at full strength, from zero in steps that Newton takes easily."""
    state, strength, step = system.start(), 0.0, 0.125
    last: tuple[float, list[Array]] | None = None
    while strength < 1:
        target = min(1.0, strength + step)
        guess = _guess(state, strength, last, target)
        moved = _newton(system, guess, target)
        if moved is None:
            step /= 2
            if step < 2e-4:
                raise NoPath("the path ends")
            continue
        last, state, strength, step = (strength, state), moved, target, step * 1.5
    return state


def _guess(
    state: list[Array], at: float, last: tuple[float, list[Array]] | None, target: float
) -> list[Array]:
    if last is None:
        return state
    ratio = (target - at) / (at - last[0])
    return [s + ratio * (s - old) for s, old in zip(state, last[1], strict=True)]


def _newton(system: System, guess: list[Array], strength: float) -> list[Array] | None:
    scale = 1 + max((float(np.abs(s).max(initial=0.0)) for s in guess), default=0.0)
    state, sizes = guess, []
    for _ in range(9):
        try:
            state, change = system.step(state, strength)
        except np.linalg.LinAlgError:
            return None
        sizes.append(change / scale)
        if not np.isfinite(change) or sizes[0] > 0.05:
            return None
        if sizes[-1] < 1e-12 or (len(sizes) > 3 and sizes[-1] < 1e-10):
            return state
    return None


def expectation(realised: Realised, numbers: Realisations) -> Array:
    """The equivalent of a realisation as an array."""
    if not realised.places:
        return np.asarray(realised.left @ np.linalg.solve(realised.q, realised.right))
    system = System(realised, numbers)
    turn = len(numbers.memory)
    if numbers.near:
        state = _newton(system, numbers.near[turn], 1.0)
    else:
        state = followed(system)
    if state is None:
        raise NoPath("the step from nearby is too long")
    numbers.memory.append(state)
    green = system.propagator(state, 1.0)
    return np.asarray(realised.left @ green @ realised.right)


def fixed_point(expression: Any, values: Mapping[Any, Any], sizes: Mapping[Expr, int]) -> Any:
    """The equivalent of an expression, an array or a number; ``NoPath`` where there is no path."""
    return _once(expression, values, sizes, ())[0]


def _once(
    expression: Any, values: Mapping[Any, Any], sizes: Mapping[Expr, int], near: Any
) -> tuple[Any, tuple[list[Array], ...]]:
    fixed = {k.name: np.asarray(v) for k, v in values.items() if isinstance(k, MatrixSymbol)}
    scalars = {k: v for k, v in values.items() if not isinstance(k, MatrixSymbol)}
    algebra = Realisations(fixed, scalars, sizes, [], near)
    if getattr(expression, "is_Matrix", False):
        value: Any = expectation(fold(expression, algebra), algebra)
    else:
        value = scalar(expression, algebra)
    return value, tuple(algebra.memory)


def along(
    expression: Any,
    values: Mapping[Any, Any],
    sizes: Mapping[Expr, int],
    symbol: Any,
    points: Sequence[complex],
) -> list[Any]:
    """The equivalent at points of one scalar, each followed from the one before."""
    results, near, at = [], (), complex(values[symbol])
    _, near = _once(expression, values, sizes, near)
    for point in points:
        path = [point] if abs(point - at) < 0.05 * abs(at) else _between(at, complex(point))
        for place in path:
            value, near = _once(expression, {**values, symbol: place}, sizes, near)
        results.append(value)
        at = complex(point)
    return results


def _between(start: complex, end: complex) -> list[complex]:
    """Geometric steps from one point to another."""
    count = int(np.ceil(abs(np.log(abs(end / start))) / 0.2)) + 1
    return [start * (end / start) ** (k / count) for k in range(1, count + 1)]
