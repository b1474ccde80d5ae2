"""A second generator of random expressions, from a seed, written without a look at the first.

Names are odd on purpose, letters non-symmetric, sides rectangular, several ensembles meet, and an
expression may be differentiated, restated, substituted into or taken to a limit (``Case.asked``).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sampled_oracle import Arrays, drawn, fold, random_letters
from sympy import (
    Adjoint,
    BlockMatrix,
    Expr,
    I,
    Identity,
    Inverse,
    MatrixSymbol,
    Rational,
    Symbol,
    ZeroMatrix,
)

from planar import (
    GOE,
    BiInvariant,
    Ginibre,
    HaarOrthogonal,
    RandomProjection,
    RotationInvariant,
    Wishart,
    deterministic,
    resolvent,
    tr,
)

Array = np.ndarray[Any, Any]

NAMES = (
    *("W12", "S", "kappa", "lambda_", "Sigma", "q", "df1", "df2", "gamma", "B_1", "x_", "Gamma"),
    *("kappa_2", "T", "Q", "s_W", "h", "eta", "one", "R", "p", "psi", "E", "N1", "I", "rho", "W1"),
    *("Omega", "c", "X2", "Y12", "mu", "kappa1", "sigma", "tau", "zeta", "O", "U", "omega", "g"),
    *(
        "Λ",
        "Φ",
        "α",
        "w",
        "v_",
        "df",
        "s",
        "S'",
        "Delta",
        "alpha",
        "beta",
        "tr",
        "kappa'",
        "H_0",
        "C",
        "R_B",
        "S1",
    ),
)

CORE, ENLARGED = 6, 96
"""Sizes of the first dimension: at the fixed point, and where matrices are drawn."""


@dataclass(frozen=True, eq=False)
class Case:
    """An expression with values, its sizes, and what is asked of the equivalent."""

    seed: int
    expression: Any
    values: Mapping[Any, Any]
    sizes: Mapping[Expr, int]
    asked: str = "value"
    about: tuple[Any, ...] = ()

    def enlarged(self, copies: int) -> tuple[Mapping[Any, Any], Mapping[Expr, int]]:
        """Values and sizes of the same problem, so many times as large."""
        values = {k: _copied(k, v, copies) for k, v in self.values.items()}
        return values, {d: n * copies for d, n in self.sizes.items()}

    def given(self, copies: int = 1) -> dict[Any, Any]:
        """The values as planar takes them."""
        values, sizes = self.enlarged(copies)
        used = self.expression.free_symbols | self.expression.atoms(Symbol)
        return {**values, **{d: n for d, n in sizes.items() if d in used}}


def _copied(key: Any, value: Any, copies: int) -> Any:
    if not isinstance(key, MatrixSymbol):
        return value
    if 1 in key.shape:
        spread = np.ones((copies, 1) if key.shape[1] == 1 else (1, copies))
        return np.kron(value, spread / copies**0.5)
    return np.kron(value, np.eye(copies))


@dataclass
class Draft:
    """What a case is made of while it grows: names, letters, values."""

    rng: random.Random
    numbers: np.random.Generator
    names: list[str]
    dims: tuple[Any, Any, Any]
    sizes: dict[Expr, int]
    values: dict[Any, Any] = field(default_factory=dict)

    def name(self) -> str:
        return self.names.pop()

    def number(self) -> Any:
        """A scalar beside a letter: a rational, a complex number, or a symbol with a value."""
        kind = self.rng.randrange(5)
        if kind == 0:
            return Rational(self.rng.randint(1, 5), self.rng.randint(1, 4))
        if kind == 1:
            return 1 + I * Rational(self.rng.randint(1, 3), 4)
        if kind == 2:
            return -Rational(self.rng.randint(1, 3), 2)
        return self.scalar(self.rng.choice([0.6, 1.3, -0.4, 0.5 + 0.4j]))

    def scalar(self, value: complex, positive: bool = False) -> Any:
        symbol = Symbol(self.name(), positive=True) if positive else Symbol(self.name())
        self.values[symbol] = value
        return symbol

    def positive(self, d: Any) -> Any:
        n = self.sizes[d]
        letter, x = deterministic(self.name(), d, positive=True), self.numbers.standard_normal
        y = x((n, 2 * n))
        self.values[letter] = y @ y.T / (2 * n) + 0.1 * np.eye(n)
        return letter

    def symmetric(self, d: Any) -> Any:
        n = self.sizes[d]
        letter, x = deterministic(self.name(), d, symmetric=True), self.numbers.standard_normal
        y = x((n, n))
        self.values[letter] = (y + y.T) / (2 * n) ** 0.5
        return letter

    def plain(self, rows: Any, cols: Any) -> Any:
        n, m = self.sizes[rows], self.sizes[cols]
        letter = deterministic(self.name(), rows, cols)
        y = self.numbers.standard_normal((n, m)) / max(n, m) ** 0.5
        if self.rng.random() < 0.15:
            y = y + 1j * self.numbers.standard_normal((n, m)) / max(n, m) ** 0.5
        self.values[letter] = y + (0.7 * np.eye(n) if n == m else 0)
        return letter

    def vector(self, d: Any) -> Any:
        letter = deterministic(self.name(), d, 1)
        self.values[letter] = (
            self.numbers.standard_normal((self.sizes[d], 1)) / self.sizes[d] ** 0.5
        )
        return letter

    def square_law(self, d: Any) -> Any:
        """A random letter that is its own transpose."""
        other = self.rng.choice([x for x in self.dims if x != d])
        kind = self.rng.randrange(7)
        if kind < 2:
            return Wishart(self.name(), d, other)
        if kind == 2:
            return GOE(self.name(), d)
        if kind == 3 and self.sizes[other] < self.sizes[d]:
            return RandomProjection(self.name(), d, other)
        if kind == 4:
            return RotationInvariant(self.name(), d, cumulants=[1, Rational(1, 2)])
        if kind == 5 and self.sizes[d] % 2 == 0:
            return RotationInvariant(self.name(), d, spectrum=self.rng.choice([[1, 3], [-1, 2]]))
        return Wishart(self.name(), d, other)

    def positive_law(self, d: Any) -> Any:
        other = self.rng.choice([x for x in self.dims if x != d])
        kind = self.rng.randrange(4)
        if kind == 0 and self.sizes[other] < self.sizes[d]:
            return RandomProjection(self.name(), d, other)
        if kind == 1 and self.sizes[d] % 2 == 0:
            return RotationInvariant(self.name(), d, spectrum=self.rng.choice([[1, 3], [0, 2]]))
        return Wishart(self.name(), d, other)

    def ginibre(self, rows: Any, cols: Any) -> Any:
        variance = self.rng.choice([None, None, 1 / cols, Rational(1, 2) / rows])
        return Ginibre(self.name(), rows, cols, variance=variance)

    def other(self, d: Any) -> Any:
        return self.rng.choice([x for x in self.dims if x != d])


def positive_core(draft: Draft, d: Any) -> Any:
    """A matrix whose spectrum is positive: covariances, Gram sides, products of two such."""
    w, a, e = draft.positive_law, draft.positive, draft.other(d)
    x = draft.ginibre
    kinds: list[Callable[[], Any]] = [
        lambda: w(d),
        lambda: a(d) * w(d),
        lambda: w(d) * a(d),
        lambda: w(d) + a(d),
        lambda: w(d) + Rational(1, 2) * w(d),
        lambda: _gram(x(e, d)),
        lambda: _gram(x(e, d) * a(d)),
        lambda: _gram(x(e, d) + draft.plain(e, d)),
        lambda: _around(x(e, d), a(e)),
        lambda: _around(x(e, d), w(e)),
        lambda: _around(draft.plain(e, d), w(e)),
        lambda: _around(HaarOrthogonal(draft.name(), d), a(d)),
        lambda: _around(HaarOrthogonal(draft.name(), d), a(d)) + a(d),
        lambda: _around(GOE(draft.name(), d), a(d)),
        lambda: w(d) ** 2,
        lambda: _gram(x(e, d)) * a(d),
        lambda: _gram(x(d, e).T) * a(d) * w(d),
        lambda: _gram(x(e, d) * x(d, d)),
        lambda: w(d) + Inverse(Identity(d) + w(d)),
        lambda: a(d) * w(d) + Rational(2) * Identity(d),
        lambda: _around(a(d), w(d)),
        lambda: a(d),
        lambda: inverse_wishart(draft, d) + a(d) * 0,
        lambda: inverse_wishart(draft, d) + a(d),
        lambda: a(d) * inverse_wishart(draft, d),
        lambda: _gram(BiInvariant(draft.name(), e, d, cumulants=[1, Rational(-1, 10)])),
        lambda: _gram(BiInvariant(draft.name(), e, d, cumulants=[1, Rational(1, 5)])) + a(d),
        lambda: tr(w(d)) * a(d) + w(d),
    ]
    return draft.rng.choice(kinds)()


def inverse_wishart(draft: Draft, d: Any) -> Any:
    """The inverse of a Wishart matrix of more samples than its size, else a Wishart matrix."""
    larger = [x for x in draft.dims if draft.sizes[x] > draft.sizes[d]]
    letter = Wishart(draft.name(), d, draft.rng.choice(larger or [draft.other(d)]))
    return Inverse(letter) if larger else letter


def _gram(x: Any) -> Any:
    return x.T * x


def _around(x: Any, middle: Any) -> Any:
    return x.T * middle * x


def hermitian_core(draft: Draft, d: Any) -> Any:
    """A self-adjoint matrix, whose resolvent takes a complex shift."""
    law, sym = draft.square_law, draft.symmetric
    w, _, o = law(d), draft.plain(d, d), HaarOrthogonal(draft.name(), d)
    x = Ginibre(draft.name(), d)
    kinds: list[Callable[[], Any]] = [
        lambda: law(d) + sym(d),
        lambda: law(d) - law(d),
        lambda: o + o.T,
        lambda: o * sym(d) * o.T - w,
        lambda: x + x.T + sym(d),
        lambda: w * (s := sym(d)) + s * w,
        lambda: I * (w * (s := sym(d)) - s * w),
        lambda: w * (h := law(d)) + h * w,
        lambda: I * (x - x.T),
        lambda: sym(d) * w * sym(d) * 0 + w - 2 * Identity(d),
        lambda: w**3 - w,
        lambda: w - (x + Identity(d)).T * (x + Identity(d)),
    ]
    return draft.rng.choice(kinds)()


def general_core(draft: Draft, d: Any) -> Any:
    """Any square matrix, whose resolvent takes a large shift."""
    law, e = draft.square_law, draft.other(d)
    w, h, m, o = law(d), law(d), draft.plain(d, d), HaarOrthogonal(draft.name(), d)
    x, y = draft.ginibre(d, e), draft.ginibre(e, d)
    kinds: list[Callable[[], Any]] = [
        lambda: w * m - m * w,
        lambda: o * m,
        lambda: o + m * w,
        lambda: x * y,
        lambda: x * draft.plain(e, d) + w,
        lambda: h * w,
        lambda: w * h - h * w,
        lambda: m + o * w,
        lambda: m.T * w * m * h,
        lambda: Adjoint(m) * w + h,
        lambda: o - o.T,
        lambda: draft.number() * w + draft.number() * m * h,
        lambda: o * o + m,
        lambda: x * y - w,
        lambda: w * m * w,
        lambda: Ginibre(draft.name(), d) * m,
    ]
    return draft.rng.choice(kinds)()


def block_core(draft: Draft, d: Any) -> tuple[Any, Any]:
    """A Hermitian block matrix and its size."""
    e = draft.other(d)
    x = draft.ginibre(e, d)
    corner = draft.rng.choice([ZeroMatrix(e, e), draft.symmetric(e), -Identity(e)])
    first = draft.rng.choice([draft.positive(d), draft.square_law(d), ZeroMatrix(d, d)])
    return BlockMatrix([[first, x.T], [x, corner]]), (d, e)


def _norm(draft: Draft, core: Any) -> float:
    """The norm of one drawn matrix, so that a shift can lie outside the spectrum."""
    fixed = {k: _copied(k, v, 8) for k, v in draft.values.items()}
    sizes = {d: n * 8 for d, n in draft.sizes.items()}
    letters = {k.name: v for k, v in fixed.items() if isinstance(k, MatrixSymbol)}
    scalars = {k: v for k, v in fixed.items() if not isinstance(k, MatrixSymbol)}
    numbers = Arrays(letters, scalars, sizes)
    matrices = {x.name: drawn(x, numbers, draft.numbers) for x in random_letters(core)}
    value = fold(core, Arrays({**letters, **matrices}, scalars, sizes))
    return float(np.linalg.norm(value, 2))


def inverse(draft: Draft, d: Any) -> Any:
    """A resolvent off its spectrum."""
    kind = draft.rng.random()
    if kind < 0.55:
        core, value = positive_core(draft, d), draft.rng.choice([0.3, 0.7, 1.5])
        return resolvent(core, draft.scalar(value, positive=True))
    if kind < 0.8:
        core = hermitian_core(draft, d)
        return resolvent(core, draft.scalar(draft.rng.choice([0.4 + 1.1j, -0.3 + 0.9j, 1.5j])))
    core = general_core(draft, d)
    return resolvent(core, draft.scalar(round(1.25 * _norm(draft, core) + 0.2, 3)))


def polynomial(draft: Draft, d: Any) -> Any:
    """A product of a few letters, random and not."""
    law, e = draft.square_law, draft.other(d)
    w, m = law(d), draft.plain(d, d)
    x = draft.ginibre(e, d)
    kinds: list[Callable[[], Any]] = [
        lambda: m,
        lambda: m.T * w,
        lambda: w * m * w,
        lambda: x.T * draft.plain(e, e) * x,
        lambda: x.T * draft.plain(e, d),
        lambda: w**2 + draft.number() * m,
        lambda: m * w - w * m.T,
        lambda: Identity(d) - w,
        lambda: (w - m) ** 2,
        lambda: HaarOrthogonal(draft.name(), d) * m,
    ]
    return draft.rng.choice(kinds)()


def product(draft: Draft, d: Any) -> Any:
    """One to three resolvents, letters between them; a resolvent may return transposed."""
    count = draft.rng.choice([1, 1, 1, 2, 2, 3])
    first = inverse(draft, d)
    factors = [first]
    for _ in range(count - 1):
        if draft.rng.random() < 0.6:
            factors.append(polynomial(draft, d) if draft.rng.random() < 0.5 else draft.plain(d, d))
        again = draft.rng.random()
        factors.append(first if again < 0.3 else first.T if again < 0.45 else inverse(draft, d))
    if draft.rng.random() < 0.35:
        factors.insert(0, draft.plain(d, d))
    if draft.rng.random() < 0.35:
        factors.append(_shared(draft, first, d))
    whole = factors[0]
    for factor in factors[1:]:
        whole = whole * factor
    return whole


def _shared(draft: Draft, first: Any, d: Any) -> Any:
    """A letter of the resolvent once more outside it, or another matrix."""
    own = [x for x in random_letters(first) if x.shape == (d, d)]
    return draft.rng.choice(own) if own else polynomial(draft, d)


def blocked(draft: Draft, d: Any) -> Any:
    """The trace, or one block, of a resolvent of blocks."""
    core, (n, m) = block_core(draft, d)
    inv = resolvent(core, draft.scalar(0.3 + 1.2j))
    if draft.rng.random() < 0.4:
        return tr(inv)
    left = BlockMatrix([[Identity(n), ZeroMatrix(n, m)]])
    right = BlockMatrix([[ZeroMatrix(m, n), Identity(m)]])
    if draft.rng.random() < 0.5:
        return tr(left * inv * left.T * draft.plain(n, n))
    return left * inv * right.T * draft.plain(m, n)


def rectangular(draft: Draft, d: Any) -> Any:
    """Gram sides: (l + X.T X)^-1 X.T or the resolvent of the other side between X."""
    e = draft.other(d)
    x, a = draft.ginibre(e, d), draft.positive(d)
    shift = draft.scalar(draft.rng.choice([0.3, 0.8]), positive=True)
    side = resolvent(x * a * x.T, shift)
    kinds: list[Callable[[], Any]] = [
        lambda: x.T * side * x,
        lambda: x.T * side * draft.plain(e, e) * side * x,
        lambda: resolvent(a * x.T * x, shift) * x.T * draft.plain(e, d),
        lambda: x.T * side * x * draft.plain(d, d) * x.T * side * x,
        lambda: x.T * side * draft.plain(e, d) * resolvent(_gram(x) * a, shift),
    ]
    return draft.rng.choice(kinds)()


def shape(draft: Draft, d: Any) -> Any:
    """An expression of any of the shapes."""
    kind = draft.rng.random()
    if kind < 0.09:
        return blocked(draft, d)
    if kind < 0.2:
        matrix = rectangular(draft, d)
    elif kind < 0.3:
        matrix = polynomial(draft, d) * polynomial(draft, d)
    elif kind < 0.36:
        matrix = draft.number() * product(draft, d) + draft.number() * polynomial(draft, d)
    else:
        matrix = product(draft, d)
    return _outside(draft, d, matrix)


def _outside(draft: Draft, d: Any, matrix: Any) -> Any:
    kind = draft.rng.random()
    if kind < 0.45:
        return matrix
    if kind < 0.7:
        return tr(matrix)
    if kind < 0.82:
        return draft.vector(d).T * matrix * draft.vector(d)
    if kind < 0.9:
        return draft.number() * tr(matrix) * tr(polynomial(draft, d)) + draft.number()
    return draft.number() * matrix * tr(polynomial(draft, d))


def _asked(draft: Draft, expression: Any) -> tuple[str, tuple[Any, ...]]:
    """What is asked of the equivalent, with the symbols that it is about."""
    kind = draft.rng.random()
    used = expression.free_symbols
    scalars = sorted((s for s in draft.values if isinstance(s, Symbol) and s in used), key=str)
    if kind < 0.08:
        return "restate", ()
    if kind < 0.16 and scalars:
        return "diff", (draft.rng.choice(scalars),)
    shifts = [s for s in scalars if s.is_positive]
    if kind < 0.22 and len(shifts) > 1:
        return "subs", tuple(draft.rng.sample(shifts, 2))
    ratios = [d for d in draft.dims[1:] if _only_samples(expression, d)]
    if kind < 0.32 and ratios:
        return "infinite", (draft.rng.choice(ratios),)
    if kind < 0.38 and shifts:
        return "ridgeless", (draft.rng.choice(shifts),)
    return "value", ()


def _only_samples(expression: Any, dimension: Any) -> bool:
    """Whether a dimension is but the number of samples of Wishart letters."""
    letters = expression.atoms(MatrixSymbol)
    samples = {x.args[3] for x in letters if isinstance(x, Wishart)}
    others = [x for x in letters if not isinstance(x, Wishart)]
    elsewhere = any(dimension in x.free_symbols for x in others)
    sized = any(dimension in i.free_symbols for i in expression.atoms(Identity, ZeroMatrix))
    return (
        dimension in samples
        and not elsewhere
        and not sized
        and not any(dimension in x.shape for x in letters)
    )


def case(seed: int) -> Case:
    """The case of a seed."""
    rng, numbers = random.Random(seed), np.random.default_rng(seed)
    names = list(dict.fromkeys(NAMES))
    rng.shuffle(names)
    labels = rng.choice([("N", "P", "K"), ("n", "D", "M"), ("L", "N", "d"), ("P", "N", "q_")])
    dims = tuple(Symbol(x, positive=True, integer=True) for x in labels)
    sizes = dict(zip(dims, (CORE, rng.choice([4, 8, 10]), rng.choice([2, 3, 5])), strict=True))
    clean = [x for x in names if x not in labels]
    draft = Draft(rng, numbers, clean, (dims[0], dims[1], dims[2]), sizes)
    expression = shape(draft, dims[0])
    letters = expression.atoms(MatrixSymbol)
    used = letters | expression.atoms(Symbol)
    values = {k: v for k, v in draft.values.items() if k in used}
    return Case(seed, expression, values, sizes, *_asked(draft, expression))
