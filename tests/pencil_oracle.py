"""The planar value of an expression by one dense fixed point over the whole of it; shares no code
with the derivation.

Every sub-expression with random letters is a triple (u, Q, v) with ``expression = u Q^-1 v``, where

    Q = Q_det - sum over occurrences o of e_{r_o} X e_{c_o}^T .

A sum, a product and an inverse of triples are triples again (Higman's trick; for the inverse, the
Schur complement of [[0, u], [v, Q]] is minus the expression). For the occurrences of one letter,
H[o, o'] = Tr G[c_o, r_o'] / d with G the dressed Q^-1 and d the number of rows of the letter, and
the self-energy from r_o to c_o' is the (o, o') entry of S = R(H), a function of the whole matrix H:
ladders of several resolvents come out of the same equation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import accumulate
from typing import Any

import numpy as np
from sympy import (
    Add,
    Adjoint,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    Poly,
    Pow,
    Symbol,
    Trace,
    Transpose,
    fraction,
    together,
)

from planar import tr

Array = Any
Closure = Callable[[Array, Array], Array]
"""``S, H -> S``: the fixed point over S, at fixed H, is R(H). Both may be stacks of matrices."""


class Unsettled(Exception):
    """The fixed point was not found, or lies off the physical branch: there is no number."""


# -- the laws --------------------------------------------------------------------------------------


def _inverse(x: Array) -> Array:
    return np.linalg.inv(x)


def _polynomial(coefficients: Sequence[complex], h: Array) -> Array:
    """``sum of coefficients[n] h^n`` for matrices h."""
    one = np.broadcast_to(np.eye(h.shape[-1]), h.shape)
    return reduce(
        lambda s, k: s @ h + k * one, reversed(coefficients), np.zeros(h.shape, dtype=complex)
    )


def _spectrum(values: Sequence[float], weights: Sequence[float]) -> Closure:
    """``mean of 1/(1 + H (S - b)) = 1``, as S = mean of b/(1 + H (S - b)) over the same mean of
    one.
    """

    def step(s: Array, h: Array) -> Array:
        one = np.eye(h.shape[-1])
        parts = [
            w * _inverse(one + h @ (s - b * one)) for b, w in zip(values, weights, strict=True)
        ]
        return sum(b * part for b, part in zip(values, parts, strict=True)) @ _inverse(
            sum(parts[1:], parts[0])
        )

    return step


@dataclass(frozen=True)
class Ensemble:
    """What the oracle needs to know of a letter: its map, R(0), its reference size, whether X and
    X.T must alternate.
    """

    step: Closure
    mean: float
    rows: float
    alternating: bool = False


def ensemble(letter: Any, number: Callable[[Any], Any]) -> Ensemble:
    """The law of a letter, read off its declared parameters; ``number`` evaluates scalars and
    dimensions.
    """
    rows, cols = (number(d) for d in letter.shape)
    match type(letter).__name__:
        case "Wishart":
            q = rows / number(letter.samples)
            return Ensemble(lambda _, h: _inverse(np.eye(h.shape[-1]) - q * h), 1, rows)
        case "GOE":
            return Ensemble(lambda _, h: h, 0, rows)
        case "RandomProjection":
            p = number(letter.rank) / rows
            return Ensemble(lambda s, h: p * _inverse(np.eye(h.shape[-1]) - h + h @ s), p, rows)
        case "HaarOrthogonal":
            return Ensemble(lambda s, h: _inverse(np.eye(h.shape[-1]) + h @ s) @ h, 0, rows, True)
        case "Ginibre":
            kappa = rows * number(letter.variance)
            return Ensemble(lambda _, h: kappa * h, 0, rows, True)
        case "BiInvariant":
            kappas = [number(c) * (rows / cols) ** n for n, c in enumerate(letter.cumulants, 1)]
            odd = [x for kappa in kappas for x in (0, kappa)]
            return Ensemble(lambda _, h: _polynomial(odd, h), 0, rows, True)
        case "RotationInvariant":
            return _rotation_invariant(letter, rows, number)
    raise AssertionError(f"the oracle does not know the law of {letter}")


def _rotation_invariant(letter: Any, rows: float, number: Callable[[Any], Any]) -> Ensemble:
    match letter.kind:
        case "spectrum":
            values, weights = ([number(x) for x in column] for column in letter.args[4])
            return Ensemble(
                _spectrum(values, weights),
                sum(b * w for b, w in zip(values, weights, strict=True)),
                rows,
            )
        case "cumulants":
            kappas = [number(k) for k in letter.args[4]]
            return Ensemble(lambda _, h: _polynomial(kappas, h), kappas[0], rows)
        case "r_transform":
            x = Symbol("x")
            num, den = (
                [number(c) for c in reversed(Poly(p, x).all_coeffs())]
                for p in fraction(together(letter.args[4](x)))
            )
            return Ensemble(
                lambda _, h: _polynomial(num, h) @ _inverse(_polynomial(den, h)),
                num[0] / den[0],
                rows,
            )
    raise AssertionError(f"the oracle needs a law with numbers, {letter} has none")


# -- the linearisation -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Triple:
    """``u Q^-1 v``; blocks of Q, u and v are held where they are not zero, letters apart."""

    spaces: tuple[Any, ...]
    blocks: Mapping[tuple[int, int], Array]
    letters: tuple[tuple[int, int, Any, bool], ...]
    u: Mapping[int, Array]
    v: Mapping[int, Array]

    def moved(self, by: int) -> Triple:
        return Triple(
            self.spaces,
            {(i + by, j + by): x for (i, j), x in self.blocks.items()},
            tuple((i + by, j + by, x, t) for i, j, x, t in self.letters),
            {i + by: x for i, x in self.u.items()},
            {i + by: x for i, x in self.v.items()},
        )

    def turned(self, conjugate: bool) -> Triple:
        """Transpose or adjoint; a random letter's transpose is its adjoint."""

        def t(x: Array) -> Array:
            return x.conj().T if conjugate else x.T

        return Triple(
            self.spaces,
            {(j, i): t(x) for (i, j), x in self.blocks.items()},
            tuple((j, i, x, not flipped) for i, j, x, flipped in self.letters),
            {i: t(x) for i, x in self.v.items()},
            {i: t(x) for i, x in self.u.items()},
        )


Value = Any
"""An array where an expression holds no random letter, else a triple."""


def _scaled(c: Any, x: Value) -> Value:
    return (
        Triple(x.spaces, x.blocks, x.letters, {i: c * y for i, y in x.u.items()}, x.v)
        if isinstance(x, Triple)
        else c * x
    )


def _constant(x: Value, space: Any) -> Triple:
    if isinstance(x, Triple):
        return x
    one = np.eye(x.shape[1])
    return Triple((space,), {(0, 0): one}, (), {0: x}, {0: one})


def _product(x: Value, y: Value) -> Value:
    if not isinstance(x, Triple):
        if not isinstance(y, Triple):
            return x @ y
        return Triple(y.spaces, y.blocks, y.letters, {i: x @ z for i, z in y.u.items()}, y.v)
    if not isinstance(y, Triple):
        return Triple(x.spaces, x.blocks, x.letters, x.u, {i: z @ y for i, z in x.v.items()})
    y = y.moved(len(x.spaces))
    joint = {(i, j): -left @ right for i, left in x.v.items() for j, right in y.u.items()}
    return Triple(
        x.spaces + y.spaces, {**x.blocks, **y.blocks, **joint}, x.letters + y.letters, x.u, y.v
    )


def _sum(x: Value, y: Value, space: Any) -> Value:
    if not isinstance(x, Triple) and not isinstance(y, Triple):
        return x + y
    x = _constant(x, space)
    y = _constant(y, space).moved(len(x.spaces))
    return Triple(
        x.spaces + y.spaces,
        {**x.blocks, **y.blocks},
        x.letters + y.letters,
        {**x.u, **y.u},
        {**x.v, **y.v},
    )


def _inverted(x: Value, space: Any) -> Value:
    if not isinstance(x, Triple):
        return np.linalg.inv(x)
    x = x.moved(1)
    border = {(0, j): y for j, y in x.u.items()} | {(i, 0): y for i, y in x.v.items()}
    one = np.eye(next(iter(x.u.values())).shape[0])
    return Triple((space, *x.spaces), {**x.blocks, **border}, x.letters, {0: -one}, {0: one})


class Reader:
    """Reads a SymPy expression at given values: arrays for letters, numbers for scalars and
    dimensions.

    The size of a block is that of the arrays over its space (one where there are none); the
    *dimension* of a space is what ``values`` say, else that same size. The two may differ:
    dimensions enter by their ratios alone.
    """

    def __init__(self, expression: Any, values: Mapping[Any, Any]) -> None:
        self.values = {k: v for k, v in values.items() if np.ndim(v) != 2}
        self.arrays = {k: np.asarray(v) for k, v in values.items() if np.ndim(v) == 2}
        self.sizes: dict[Any, int] = {}
        for letter, array in self.arrays.items():
            self.sizes |= dict(zip(letter.shape, array.shape, strict=True))
        self.values = {**{d: n for d, n in self.sizes.items() if d.is_Symbol}, **self.values}

    def number(self, x: Any) -> Any:
        found = complex(self.values[x] if x in self.values else x.subs(self.values))
        return found if found.imag else found.real

    def size(self, space: Any) -> int:
        return 1 if space == 1 else self.sizes.get(space, 1)

    def matrix(self, x: Any) -> Value:
        match x:
            case _ if x in self.arrays:
                return self.arrays[x]
            case Identity():
                return np.eye(self.size(x.shape[0]))
            case MatAdd():
                return reduce(lambda a, b: _sum(a, b, x.shape[1]), map(self.matrix, x.args))
            case MatMul():
                scalar = np.prod([self.scalar(a) for a in x.args if not a.is_Matrix])
                return _scaled(
                    scalar, reduce(_product, (self.matrix(a) for a in x.args if a.is_Matrix))
                )
            case Inverse():
                return _inverted(self.matrix(x.args[0]), x.shape[0])
            case MatPow():
                base, power = self.matrix(x.args[0]), int(x.args[1])
                return reduce(
                    _product, [base if power > 0 else _inverted(base, x.shape[0])] * abs(power)
                )
            case Transpose() | Adjoint():
                inner, conjugate = self.matrix(x.args[0]), isinstance(x, Adjoint)
                if isinstance(inner, Triple):
                    return inner.turned(conjugate)
                return inner.conj().T if conjugate else inner.T
            case _ if hasattr(x, "free_cumulant"):
                return self.letter(x)
        raise AssertionError(f"{type(x).__name__} is not in the promised language")

    def letter(self, x: Any) -> Triple:
        rows, cols = (self.size(d) for d in x.shape)
        one = {(0, 0): np.eye(rows), (1, 1): np.eye(cols)}
        return Triple(x.shape, one, ((0, 1, x, False),), {0: np.eye(rows)}, {1: np.eye(cols)})

    def scalar(self, x: Any) -> Any:
        match x:
            case Add():
                return sum(map(self.scalar, x.args))
            case Mul():
                return np.prod([self.scalar(a) for a in x.args])
            case Pow() if x.has(tr, Trace):
                return self.scalar(x.args[0]) ** int(x.args[1])
            case tr() | Trace():
                inner = np.asarray(self.settled(x.args[0]))
                size = self.number(x.args[0].shape[0]) if isinstance(x, Trace) else 1
                return size * np.trace(inner) / len(inner)
        return self.number(x)

    def settled(self, x: Any) -> Array:
        found = self.matrix(x)
        return FixedPoint(found, self).value() if isinstance(found, Triple) else found


# -- the fixed point -------------------------------------------------------------------------------


@dataclass
class Family:
    """The occurrences of one letter: S as a matrix over them, colours (+1 for X, -1 for X.T), and
    the law.
    """

    law: Ensemble
    members: list[int] = field(default_factory=list)
    colours: list[int] = field(default_factory=list)
    part: slice = field(default_factory=lambda: slice(0))

    def pairs(self, equal: bool) -> list[tuple[int, int]]:
        """Places (x, y) whose spaces fit: all of a symmetric letter, else those of equal (or of
        opposite) colours.
        """
        every = [(x, y) for x in range(len(self.members)) for y in range(len(self.members))]
        return [
            (x, y)
            for x, y in every
            if not self.law.alternating or (self.colours[x] == self.colours[y]) is equal
        ]


class FixedPoint:
    """S = R(H), H = traces of G; G between occurrences is K = K0 (1 - Sigma K0)^-1 with K0 that of
    Q_det.
    """

    def __init__(self, triple: Triple, reader: Reader) -> None:
        self.triple, self.reader = triple, reader
        self.offsets = [0, *accumulate(reader.size(s) for s in triple.spaces)]
        self.q = self._dense()
        self.families = self._families()
        bare = np.linalg.inv(self.q)
        if not np.isfinite(bare).all() or np.linalg.cond(self.q) > 1e12:
            raise Unsettled("the expression has no value without its random letters")
        self.rows = [self._node(i) for i, _, _, _ in triple.letters]
        self.cols = [self._node(j) for _, j, _, _ in triple.letters]
        self.bare = bare[np.ix_(np.concatenate(self.cols), np.concatenate(self.rows))]
        self.weights = self._weights()
        self.row_at = [0, *accumulate(map(len, self.rows))]
        self.col_at = [0, *accumulate(map(len, self.cols))]
        self._index()

    def _node(self, i: int) -> Array:
        return np.arange(self.offsets[i], self.offsets[i + 1])

    def _dense(self) -> Array:
        q = np.zeros((self.offsets[-1], self.offsets[-1]), dtype=complex)
        for (i, j), x in self.triple.blocks.items():
            q[np.ix_(self._node(i), self._node(j))] += x
        return q

    def _families(self) -> list[Family]:
        found: dict[str, Family] = {}
        for place, (_, _, letter, flipped) in enumerate(self.triple.letters):
            if letter.name not in found:
                found[letter.name] = Family(ensemble(letter, self.reader.number))
            family = found[letter.name]
            if flipped and not family.law.alternating and not letter.symmetric:
                raise AssertionError(f"the law of {letter.name} says nothing of its transpose")
            family.members.append(place)
            family.colours.append(-1 if flipped else 1)
        start = 0
        for family in found.values():
            family.part = slice(start, start := start + len(family.members) ** 2)
        self.unknowns = start
        return list(found.values())

    def _weights(self) -> dict[int, float]:
        """Factors that turn the trace of a block behind an occurrence into Tr / d at the dimension
        of its space.
        """
        found = {}
        for family in self.families:
            for o in family.members:
                space = self.triple.spaces[self.triple.letters[o][1]]
                found[o] = self.reader.number(space) / self.reader.size(space) / family.law.rows
        return found

    def _index(self) -> None:
        """Where S stands in Sigma, and which entries of K make up H."""
        put, source, take, target, weight = [], [], [], [], []
        width, height = self.bare.shape[0], self.bare.shape[1]
        for family in self.families:
            for x, y in family.pairs(equal=False):
                o, p = family.members[x], family.members[y]
                unknown = family.part.start + x * len(family.members) + y
                for n in range(len(self.rows[o])):
                    put.append((self.row_at[o] + n) * width + self.col_at[p] + n)
                    source.append(unknown)
                for n in range(len(self.cols[o])):
                    take.append((self.col_at[o] + n) * height + self.row_at[p] + n)
                    target.append(unknown)
                    weight.append(self.weights[o])
        self.put, self.source = np.array(put, dtype=int), np.array(source, dtype=int)
        self.take, self.target, self.weight = (
            np.array(take, dtype=int),
            np.array(target, dtype=int),
            np.array(weight),
        )

    # -- the map

    def sigma(self, s: Array) -> Array:
        found = np.zeros((self.bare.shape[1], self.bare.shape[0]), dtype=complex)
        found.ravel()[self.put] = s[self.source]
        return found

    def dressed(self, s: Array) -> Array:
        return self.bare @ np.linalg.inv(np.eye(self.bare.shape[1]) - self.sigma(s) @ self.bare)

    def overlap(self, k: Array) -> Array:
        h = np.zeros(self.unknowns, dtype=complex)
        np.add.at(h, self.target, self.weight * k.ravel()[self.take])
        return h

    def step(self, s: Array) -> Array:
        h, new = self.overlap(self.dressed(s)), np.empty_like(s)
        for family in self.families:
            n = len(family.members)
            new[family.part] = family.law.step(
                s[family.part].reshape(n, n), h[family.part].reshape(n, n)
            ).ravel()
        return new

    def start(self) -> Array:
        return np.concatenate(
            [(f.law.mean * np.eye(len(f.members), dtype=complex)).ravel() for f in self.families]
        )

    # -- the solution

    def solve(self, sweeps: int = 4000) -> Array:
        """Damped Picard iteration from R(0), which chooses the branch, then Newton steps that must
        each help.
        """
        s, change = self.start(), np.inf
        for sweep in range(sweeps):
            gap = self.step(s) - s
            change = np.abs(gap).max() / (1 + np.abs(s).max())
            if not np.isfinite(change):
                raise Unsettled("the iteration left the numbers")
            s = s + 0.5 * gap
            if change < 1e-13 or (sweep % 100 == 99 and change < 1e-5):
                break
        return self.polished(s, change)

    def polished(self, s: Array, change: float) -> Array:
        for _ in range(6):
            if change < 2e-15:
                break
            trial = self.newton(s)
            now = np.abs(self.step(trial) - trial).max() / (1 + np.abs(trial).max())
            if not now < change:
                break
            s, change = trial, now
        if not change < 1e-12:
            raise Unsettled(f"a residual of {change:.1e} is left")
        return s

    def newton(self, s: Array) -> Array:
        """One step with difference quotients; the map is holomorphic."""
        residual, jacobian = self.step(s) - s, np.empty((len(s), len(s)), dtype=complex)
        for i in range(len(s)):
            h = 1e-6 * (1 + abs(s[i]))
            ahead, behind = s.copy(), s.copy()
            ahead[i] += h
            behind[i] -= h
            jacobian[:, i] = (self.step(ahead) - self.step(behind)) / (2 * h)
        return s - np.linalg.solve(jacobian - np.eye(len(s)), residual)

    def value(self) -> Array:
        s = self.solve()
        if not (gamma := self.gamma(s)) < 1:
            raise Unsettled(f"gamma of the resolvent with its adjoint is {gamma:.3g}")
        return self.sandwiched(s)

    def sandwiched(self, s: Array) -> Array:
        """u G v with the whole dense G."""
        q, sigma = self.q.copy(), self.sigma(s)
        for o, rows in enumerate(self.rows):
            for p, cols in enumerate(self.cols):
                q[np.ix_(rows, cols)] -= sigma[
                    self.row_at[o] : self.row_at[o + 1], self.col_at[p] : self.col_at[p + 1]
                ]
        u, v = self.triple.u, self.triple.v
        left = np.zeros((len(next(iter(u.values()))), len(q)), dtype=complex)
        right = np.zeros((len(q), next(iter(v.values())).shape[1]), dtype=complex)
        for i, x in u.items():
            left[:, self._node(i)] += x
        for i, x in v.items():
            right[self._node(i)] += x
        return left @ np.linalg.solve(q, right)

    # -- the branch

    def gamma(self, s: Array) -> float:
        """The largest real part among the eigenvalues of the ladder of the pencil with its adjoint;
        below one off the spectrum.

        Off the diagonal of [[S, S_x], [0, S^*]], S_x = R(H)_x is linear in H_x, and H_x in S_x
        through K S_x K^*. Where an eigenvalue passes through one, 1/(1 - ladder) is infinite and
        the resolvent unbounded. Laws with negative cumulants (Haar, projection) bring eigenvalues
        below minus one, which are harmless: the spectral radius would refuse too much.
        """
        k = self.dressed(s)
        h = self.overlap(k)
        loops = self.loops(k)
        for family in self.families:
            n = len(family.members)
            rung = _rung(
                family.law.step, s[family.part].reshape(n, n), h[family.part].reshape(n, n)
            )
            loops[family.part] = rung @ loops[family.part]
        return float(np.linalg.eigvals(loops).real.max()) if self.unknowns else 0.0

    def loops(self, k: Array) -> Array:
        """H_x as a linear map of S_x: H_x[o, p] = sum over a, b of Tr(K[o, a] S_x[a, b] K[p, b]^*)
        / d.
        """
        big = max(len(x) for x in (*self.rows, *self.cols))
        count = len(self.rows)
        padded = np.zeros((count, count, big, big), dtype=complex)
        for o in range(count):
            for p in range(count):
                block = k[self.col_at[o] : self.col_at[o + 1], self.row_at[p] : self.row_at[p + 1]]
                padded[o, p, : block.shape[0], : block.shape[1]] = block
        every = np.einsum("oaij,pbij->opab", padded, padded.conj())
        found = np.zeros((self.unknowns, self.unknowns), dtype=complex)
        places = [(f, x, y) for f in self.families for x, y in f.pairs(equal=True)]
        for f, x, y in places:
            for g, a, b in places:
                i, j = f.part.start + x * len(f.members) + y, g.part.start + a * len(g.members) + b
                found[i, j] = (
                    self.weights[f.members[x]]
                    * every[f.members[x], f.members[y], g.members[a], g.members[b]]
                )
        return found


def _rung(step: Closure, s: Array, h: Array) -> Array:
    """The linear map H_x -> S_x of a law, also where only ``S = step(S, H)`` is known of it."""
    n = len(s)
    unit = np.eye(n * n).reshape(n * n, n, n)

    def above(s_x: Array, h_x: Array) -> Array:
        doubled = [np.zeros((n * n, 2 * n, 2 * n), dtype=complex) for _ in range(2)]
        for whole, x, x_above in zip(doubled, (s, h), (s_x, h_x), strict=True):
            whole[:, :n, :n], whole[:, n:, n:], whole[:, :n, n:] = x, x.conj().T, x_above
        return step(*doubled)[:, :n, n:].reshape(n * n, n * n).T

    zero = np.zeros_like(unit)
    return np.linalg.solve(np.eye(n * n) - above(unit, zero), above(zero, unit))


def planar_value(expression: Any, values: Mapping[Any, Any]) -> Any:
    """The planar value of an expression: an array, or a number for a scalar. Raises ``Unsettled``
    instead of guessing.
    """
    reader = Reader(expression, values)
    for space in expression.shape if expression.is_Matrix else ():
        reader.sizes.setdefault(space, int(reader.number(space)))
    try:
        with np.errstate(all="ignore"):
            return reader.settled(expression) if expression.is_Matrix else reader.scalar(expression)
    except np.linalg.LinAlgError as error:
        raise Unsettled(f"singular: {error}") from None
