"""Random expressions over random ensembles, with values; every one is given by its seed.

>>> print(case(8))
from random_expressions import case; case(8)  # (lambda*I + J*O1**2 + O1.T**2*J.T)**(-1)

``case(seed)`` holds an expression and small values, ``case(seed, size=10)`` the same expression at
ten times the size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from sympy import (
    Add,
    I,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    Pow,
    Rational,
    Trace,
    Transpose,
    preorder_traversal,
    symbols,
)

import planar
from planar import resolvent, tr

Array = Any
N, P, K, L, D1, D2, D3 = planar.dims("N P K L D1 D2 D3")
POSITIVE = symbols("lambda mu nu rho", positive=True)
COMPLEX = symbols("z y x t")
LAWS = (
    "Wishart",
    "GOE",
    "RandomProjection",
    "spectrum",
    "cumulants",
    "r_transform",
    "Ginibre",
    "square Ginibre",
    "HaarOrthogonal",
    "BiInvariant",
    "square BiInvariant",
)
SYMMETRIC = LAWS[:6]
SHAPES = (
    *("plain", "plain", "plain", "word", "sum", "sum"),
    *("commutator", "anticommutator", "power", "nested", "nested word", "features", "pair"),
)


# -- laws that can be drawn ------------------------------------------------------------------------


def _gauss(rng: np.random.Generator, rows: int, cols: int) -> Array:
    pair = rng.standard_normal((2, rows, cols))
    return (pair[0] + 1j * pair[1]) / np.sqrt(2)


@dataclass(frozen=True)
class Semicircle:
    """kappa_1 = mean, kappa_2 = variance."""

    mean: float
    variance: float

    def __call__(self, rng: np.random.Generator, n: int) -> Array:
        x = _gauss(rng, n, n)
        return self.mean * np.eye(n) + np.sqrt(self.variance / (2 * n)) * (x + x.conj().T)


@dataclass(frozen=True)
class MarchenkoPastur:
    """kappa_n = ratio^(n-1)."""

    ratio: float

    def __call__(self, rng: np.random.Generator, n: int) -> Array:
        x = _gauss(rng, round(n / self.ratio), n)
        return x.conj().T @ x / len(x)


@dataclass(frozen=True)
class Rectangle:
    """Independent entries with c_1 = E (X X.T)_ii."""

    row: float

    def __call__(self, rng: np.random.Generator, rows: int, cols: int) -> Array:
        return np.sqrt(self.row / cols) * _gauss(rng, rows, cols)


# -- one expression --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """An expression with values; ``tags`` are the features that it covers, ``letters`` the
    occurrences of random letters.
    """

    seed: int
    expression: Any
    values: Mapping[Any, Any] = field(repr=False)
    tags: frozenset[str]
    letters: int
    drawable: bool

    def __str__(self) -> str:
        return f"from random_expressions import case; case({self.seed})  # {self.expression}"


@lru_cache(maxsize=4096)
def case(seed: int, size: int = 1) -> Case:
    """The expression of a seed, at values whose dimensions are ``size`` times those of the
    smallest.
    """
    return _Builder(seed).case(size)


def coverage(cases: Iterable[Case]) -> str:
    """A table feature -> count, most frequent first."""
    counts = Counter(tag for c in cases for tag in c.tags)
    return "\n".join(
        f"{count:6d}  {tag}"
        for tag, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


Move = tuple[Any, Any, Any]
"""From a space to a space by a letter or its transpose."""


class _Builder:
    """Draws a world of letters, then an expression over it, then parameters off the spectrum."""

    def __init__(self, seed: int) -> None:
        self.seed, self.rng = seed, Random(f"planar {seed}")
        self.sizes = {N: self.rng.randint(3, 6)}
        self.sizes |= {d: self.rng.randint(3, 6) for d in (P, K)} | {
            d: self.rng.randint(2, 12) for d in (L, D1, D2, D3)
        }
        self.fresh = [D1, D2, D3]
        self.shifts: dict[Any, complex] = {}
        self.near = self.rng.random() < 0.2
        self.random: list[Any] = []
        self.fixed: list[Any] = []
        self._letters()
        self.moves = [m for x in self.random for m in _moves(x)]
        self.steps = [m for x in self.fixed for m in _moves(x)]

    # -- the world

    def _letters(self) -> None:
        first = LAWS[self.seed % len(LAWS)]
        more = self.rng.choices(LAWS, k=self.rng.choice((0, 1, 1, 2)))
        names = dict(zip("WHQBCRXGOZY", LAWS, strict=True))
        for law in (first, *more):
            name = next(n for n, kind in names.items() if kind == law)
            name += "" if all(x.name != name for x in self.random) else str(len(self.random))
            self.random.append(self._law(law, name))
        spaces = list(dict.fromkeys(s for x in self.random for s in x.shape))
        for s in spaces:
            self.fixed += (
                self._fixed(s) if s in (N, P, K) and (s == N or self.rng.random() < 0.6) else []
            )
        pairs = [(s, t) for s in spaces for t in spaces if str(s) < str(t) and {s, t} <= {N, P, K}]
        if pairs and self.rng.random() < 0.3:
            self.fixed.append(planar.deterministic("T", *self.rng.choice(pairs)))

    def _fixed(self, s: Any) -> list[Any]:
        suffix = "" if s == N else str(s).lower()
        make = planar.deterministic
        every = [make("A" + suffix, s, positive=True), make("M" + suffix, s), make("E" + suffix, s)]
        every += [make("F" + suffix, s, symmetric=True), make("J" + suffix, s)]
        return self.rng.sample(every, self.rng.choice((0, 1, 2, 2, 3)))

    def _law(self, law: str, name: str) -> Any:
        rng, s = self.rng, N
        if rng.random() < 0.15 and law != "Ginibre":
            s = P
        match law:
            case "Wishart":
                return planar.Wishart(name, s, self._dimension())
            case "GOE":
                return planar.GOE(name, s)
            case "RandomProjection":
                rank = self._dimension()
                self.sizes[rank] = rng.randint(1, self.sizes[s] - 1)
                return planar.RandomProjection(name, s, rank)
            case "spectrum":
                return planar.RotationInvariant(
                    name, s, spectrum=rng.choice(([1, 3], [0, 1, 2], [-1, 1], [1, 1, 3, 4]))
                )
            case "cumulants":
                return self._cumulants(name, s)
            case "r_transform":
                ratio = Rational(rng.choice((1, 2, 3)), 2)
                drawn = MarchenkoPastur(float(ratio))
                return planar.RotationInvariant(
                    name, s, r_transform=lambda h: 1 / (1 - ratio * h), sampler=drawn
                )
            case "HaarOrthogonal":
                return planar.HaarOrthogonal(name, s)
        return self._rectangle(law, name, s)

    def _dimension(self) -> Any:
        return self.fresh.pop() if self.fresh and self.rng.random() < 0.7 else L

    def _cumulants(self, name: str, s: Any) -> Any:
        mean, variance = (
            self.rng.choice((0, 1, Rational(-1, 2))),
            self.rng.choice((1, 2, Rational(1, 2))),
        )
        if self.rng.random() < 0.3:
            return planar.RotationInvariant(name, s, cumulants=[mean, variance, Rational(1, 3)])
        drawn = Semicircle(float(mean), float(variance))
        return planar.RotationInvariant(name, s, cumulants=[mean, variance], sampler=drawn)

    def _rectangle(self, law: str, name: str, s: Any) -> Any:
        rows, cols = (
            self.rng.choice(((P, N), (N, P), (K, N), (N, K), (K, P), (L, N)))
            if "square" not in law
            else (s, s)
        )
        if not {rows, cols} & {x for letter in self.random for x in letter.shape} and self.random:
            rows, cols = (P, N) if self.rng.random() < 0.5 else (N, P)
        if "Ginibre" in law:
            variance = self.rng.choice((None, None, 1 / cols, 2 / (rows + cols)))
            return planar.Ginibre(
                name, rows, cols, **({} if variance is None else {"variance": variance})
            )
        c = self.rng.choice((1, 2, Rational(1, 2)))
        if self.rng.random() < 0.6:
            return planar.BiInvariant(
                name, rows, cols, cumulants=[c, self.rng.choice((Rational(-1, 3), Rational(1, 4)))]
            )
        return planar.BiInvariant(name, rows, cols, cumulants=[c], sampler=Rectangle(float(c)))

    # -- words

    def word(
        self,
        start: Any,
        end: Any,
        letters: tuple[int, int],
        *,
        chance: float = 0.45,
        once: bool = False,
    ) -> Any | None:
        """A random product from one space to another with so many random letters, each ``once`` if
        asked for; else None.
        """
        for _ in range(60):
            here, factors, count = start, [], 0
            for _ in range(3 * letters[1] + 2):
                if here == end and count >= letters[0] and self.rng.random() < 0.6:
                    break
                random = self.rng.random() >= chance
                options = [m for m in (self.moves if random else self.steps) if m[0] == here]
                if once:
                    options = [m for m in options if m[2] not in factors]
                if not options or (random and count >= letters[1]):
                    continue
                _, here, letter = self.rng.choice(options)
                factors.append(letter)
                count += random
            if here == end and letters[0] <= count <= letters[1] and factors:
                return MatMul(*factors)
        return None

    def letter_at(self, s: Any) -> Any:
        """A short word with one or two random letters that returns to a space."""
        found = self.word(s, s, (1, 2), chance=0.15)
        return found if found is not None else self.word(s, s, (1, 2), chance=0.6)

    def coefficient(self) -> Any:
        return self.rng.choice((1, 1, 1, 2, -1, Rational(1, 2), Rational(3, 2)))

    # -- resolvents

    def argument(self, s: Any, budget: int) -> Any | None:
        """What stands beside the shift; random letters at most about ``budget``."""
        kind = self.rng.choice(SHAPES)
        if kind == "plain":
            return self.word(s, s, (1, 3), once=True)
        if kind == "features":
            return self._features(s)
        if kind in ("commutator", "anticommutator") and budget >= 4:
            return self._bracket(s, kind)
        if kind == "power" and budget >= 2:
            return self._power(s, budget)
        if kind in ("nested", "nested word"):
            return self._nested(s, kind)
        if kind == "pair":
            return self._pair(s)
        count = 1 if kind == "word" else self.rng.choice((2, 2, 3))
        words = [self.word(s, s, (1, max(1, budget // count))) for _ in range(count)]
        found = [self.coefficient() * w for w in words if w is not None]
        flat = [x for x in self.fixed if x.shape == (s, s)]
        if found and flat and self.rng.random() < 0.25:
            found.append(self.rng.choice(flat))
        return MatAdd(*found).doit(deep=False) if found else None

    def _bracket(self, s: Any, kind: str) -> Any | None:
        a, b = self.letter_at(s), self.word(s, s, (0, 1))
        if a is None or b is None or a == b:
            return None
        return a * b + b * a if kind == "anticommutator" else I * (a * b - b * a)

    def _power(self, s: Any, budget: int) -> Any | None:
        parts = [
            w
            for w in (self.word(s, s, (1, max(1, budget // 4))) for _ in range(2))
            if w is not None
        ]
        if not parts:
            return None
        base = (
            parts[0] + parts[1]
            if len(parts) == 2 and parts[0] != parts[1] and budget >= 4
            else parts[0]
        )
        return MatPow(base, 2 if self.rng.random() < 0.8 or budget < 6 else 3)

    def _nested(self, s: Any, kind: str) -> Any | None:
        inner = self.letter_at(s)
        outer = self.word(s, s, (0, 1)) if kind == "nested" else self.letter_at(s)
        if inner is None or outer is None:
            return None
        inverse = resolvent(inner, self.shift(inner, s, literal=self.rng.random() < 0.5))
        return inverse * outer if self.rng.random() < 0.5 else outer * inverse

    def _features(self, s: Any) -> Any | None:
        """X A X.T, X.T X, F F.T X.T X and the like: letters beside their own transposes."""
        options = [m for m in self.moves if m[0] == s and _transposed(m[2]) != m[2]]
        if not options:
            return None
        _, t, x = self.rng.choice(options)
        between = [
            m
            for m in self.moves
            if m[0] == t and _transposed(m[2]) != m[2] and m[2] not in (x, _transposed(x))
        ]
        middle = self.word(t, t, (0, 0), chance=1) if self.rng.random() < 0.5 else None
        if between and self.rng.random() < 0.5:
            y = self.rng.choice(between)[2]
            middle = y * _transposed(y) if middle is None else y * _transposed(y) * middle
        pair = x * _transposed(x) if middle is None else x * middle * _transposed(x)
        return self._multiplied(pair, s)

    def _multiplied(self, pair: Any, s: Any) -> Any:
        more = self.word(s, s, (0, 1)) if self.rng.random() < 0.4 else None
        return pair if more is None else pair * more if self.rng.random() < 0.5 else more * pair

    def _pair(self, s: Any) -> Any | None:
        """O + O.T, X A O.T + its transpose, O A O.T + F."""
        found = self.word(s, s, (1, 2), chance=0.3)
        if found is None:
            return None
        turned = found.T
        return found + turned if turned != found else found * found

    def shift(self, argument: Any, s: Any, *, literal: bool = False) -> Any:
        """A new parameter (or a number) with a value that keeps the resolvent off the spectrum."""
        value = self._off(argument, s)
        if literal and complex(value).imag == 0:
            return Rational(round(4 * value.real) or 1, 4)
        pool = POSITIVE if complex(value).imag == 0 and value.real > 0 else COMPLEX
        free = [x for x in pool if x not in self.shifts]
        if not free:
            return self.rng.choice([x for x in self.shifts if x in pool])
        self.shifts[free[0]] = value.real if complex(value).imag == 0 else value
        return free[0]

    def _off(self, argument: Any, s: Any) -> complex:
        """A point off the spectrum, judged on one drawn matrix."""
        drawn = Realisation(
            self.values(1), max(1, 36 // self.sizes[s]), np.random.default_rng(self.seed)
        )
        matrix = drawn.matrix(argument)
        norm = float(np.linalg.norm(matrix, 2)) + 1e-3
        phase = self.rng.choice((1, 1, 1, 1, -1, 1j, -1j, np.exp(0.8j), np.exp(-2.2j)))
        factor = self.rng.uniform(0.35, 0.8) if self.near else self.rng.uniform(1.1, 2.5)
        for _ in range(30):
            value = complex(phase * factor * norm)
            if (
                np.linalg.norm(matrix + value * np.eye(len(matrix)), -2)
                > (0.3 if self.near else 0.7) * abs(value) * 0.5
            ):
                break
            factor *= 1.2
        return round(value.real, 3) + 1j * round(value.imag, 3)

    # -- products of resolvents

    def chain(self, count: int, *, closed: bool) -> Any | None:
        """``count`` resolvents with letters between them."""
        spaces = list(dict.fromkeys(m[0] for m in self.moves))
        start = here = self.rng.choice(spaces)
        budget = {1: 6, 2: 4, 3: 3, 4: 2}[count]
        factors: list[Any] = []
        argument = None
        for k in range(count):
            if k:
                step = self._between(here, count)
                if step is not None:
                    factors.append(step[0])
                    argument, here = (argument, here) if step[1] == here else (None, step[1])
            argument = self._next(argument, here, budget)
            if argument is None:
                return None
            factors.append(resolvent(argument, self.shift(argument, here)))
        if self.rng.random() < 0.3 or (closed and here != start):
            last = self.word(here, start if closed else self.rng.choice(spaces), (0, 1))
            if last is None and closed and here != start:
                last = self.word(here, start, (1, 2))
            if last is None and closed and here != start:
                return None
            factors += [last] if last is not None else []
        return MatMul(*factors)

    def _between(self, here: Any, count: int) -> tuple[Any, Any] | None:
        if self.rng.random() < 0.25:
            return None
        spaces = list(dict.fromkeys(m[0] for m in self.moves))
        end = here if self.rng.random() < 0.7 else self.rng.choice(spaces)
        most = 2 if count < 4 else 1
        found = self.word(here, end, (0, 0) if self.rng.random() < 0.5 else (1, most))
        return None if found is None else (found, end)

    def _next(self, before: Any, s: Any, budget: int) -> Any | None:
        """Another argument, the one before, or its transpose."""
        if before is not None and self.rng.random() < 0.6:
            return before if self.rng.random() < 0.5 else before.T
        for _ in range(8):
            found = self.argument(s, budget)
            if found is not None and _holds_random(found):
                return found
        return None

    # -- targets

    def expression(self) -> Any:
        kind = self.rng.choice(
            ("matrix", "matrix", "trace", "trace", "trace", "sums", "products", "vectors")
        )
        count = self.rng.choice((1, 1, 1, 2, 2, 2, 2, 3, 3, 4))
        for _ in range(200):
            self.shifts = {}
            found = self._target(kind, count)
            if found is None or not _holds_random(found) or _letters_in(found) > 14:
                continue
            if _paired(found) or self.rng.random() < 0.1:
                return found
        raise AssertionError(f"no expression was found for seed {self.seed}")

    def _target(self, kind: str, count: int) -> Any | None:
        match kind:
            case "matrix":
                found = self.chain(count, closed=False)
                if found is not None and self.rng.random() < 0.2:
                    more = self.word(found.shape[0], found.shape[1], (0, 1))
                    return found if more is None else found + self.coefficient() * more
                return found
            case "vectors":
                found = self.chain(min(count, 2), closed=False)
                return None if found is None else self._bilinear(found)
            case "trace":
                found = self.chain(count, closed=True)
                return None if found is None else tr(found)
        parts = [self.chain(k, closed=True) for k in (1, self.rng.choice((1, 2)))]
        if any(p is None for p in parts):
            return None
        if kind == "sums":
            return self.coefficient() * tr(parts[0]) + self.coefficient() * tr(parts[1])
        return self._product(parts)

    def _product(self, parts: list[Any]) -> Any:
        rng = self.rng
        if rng.random() < 0.4:
            return tr(parts[0]) * parts[1]
        found = tr(parts[0]) * tr(parts[1])
        return (
            found + rng.choice((tr(parts[0]) ** 2, Trace(parts[1]) / parts[1].shape[0], 3))
            if rng.random() < 0.5
            else found
        )

    def _bilinear(self, inner: Any) -> Any | None:
        rows, cols = inner.shape
        if not {rows, cols} <= {N, P, K}:
            return None
        w = planar.deterministic("w", rows, 1)
        v = w if rows == cols and self.rng.random() < 0.5 else planar.deterministic("v", cols, 1)
        return w.T * inner * v

    # -- values

    def values(self, size: int) -> dict[Any, Any]:
        """Numbers for everything that might occur; ``case`` keeps what does."""
        rng = np.random.default_rng(self.seed)
        sizes = {d: n * size for d, n in self.sizes.items()}
        vectors = [planar.deterministic(name, s, 1) for name in "wv" for s in (N, P, K)]
        arrays = {
            x: _array(x, tuple(sizes.get(d, 1) for d in x.shape), rng)
            for x in (*self.fixed, *vectors)
        }
        return {**arrays, **sizes, **self.shifts}

    def case(self, size: int) -> Case:
        found = self.expression()
        letters = {
            x
            for x in preorder_traversal(found)
            if getattr(x, "is_Matrix", False) and hasattr(x, "name")
        }
        held = {s for x in letters for a in x.args[1:] for s in a.free_symbols} | found.free_symbols
        values = {k: v for k, v in self.values(size).items() if k in letters or k in held}
        drawable = all(_drawable(x) for x in letters)
        return Case(
            self.seed,
            found,
            values,
            frozenset(_tags(found, values, self.near)),
            _letters_in(found),
            drawable,
        )


def _array(letter: Any, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Values of norm about one, well-conditioned where square."""
    rows, cols = shape
    if rows == cols and letter.positive:
        x = rng.standard_normal((rows, 2 * rows))
        return x @ x.T / (2 * rows)
    if rows != cols:
        return rng.standard_normal(shape) / np.sqrt(max(shape))
    x = rng.standard_normal(shape) / np.sqrt(2 * rows)
    return (x + x.T) / 2 + 0.5 * np.eye(rows) if letter.symmetric else 0.6 * np.eye(rows) + x


def _transposed(x: Any) -> Any:
    return x.args[0] if isinstance(x, Transpose) else x.T


def _moves(x: Any) -> list[Move]:
    forward = (x.shape[0], x.shape[1], x)
    return [forward] if x == x.T else [forward, (x.shape[1], x.shape[0], x.T)]


def _is_random(x: Any) -> bool:
    return hasattr(x, "free_cumulant")


def _holds_random(x: Any) -> bool:
    return any(_is_random(y) for y in preorder_traversal(x))


def _paired(x: Any) -> bool:
    """Whether each letter that must alternate with its transpose does occur with it."""
    nodes = list(preorder_traversal(x))
    turned = [y.args[0] for y in nodes if isinstance(y, Transpose) and _is_random(y.args[0])]
    plain = Counter(y for y in nodes if _is_random(y))
    return all(not y.alternating or 0 < turned.count(y) < n for y, n in plain.items())


def _letters_in(x: Any) -> int:
    """Occurrences of random letters, powers counted out."""
    if _is_random(x):
        return 1
    times = abs(int(x.args[1])) if isinstance(x, MatPow | Pow) and x.args[1].is_Integer else 1
    return times * sum(_letters_in(a) for a in x.args if not a.is_Atom)


def _drawable(x: Any) -> bool:
    """Whether a letter can be sampled."""
    if not _is_random(x) or type(x).__name__ not in ("RotationInvariant", "BiInvariant"):
        return True
    return any(hasattr(a, "function") for a in x.args) or getattr(x, "kind", "") == "spectrum"


# -- features --------------------------------------------------------------------------------------


def _tags(expression: Any, values: Mapping[Any, Any], near: bool) -> Iterable[str]:
    nodes = list(preorder_traversal(expression))
    random = {x for x in nodes if _is_random(x)}
    inverses = [x for x in nodes if isinstance(x, Inverse) and _holds_random(x)]
    inner = [y for x in inverses for y in preorder_traversal(x.args[0]) if isinstance(y, Inverse)]
    top = len(inverses) - len(inner)
    yield f"resolvents: {top if top < 4 else '4 or more'}"
    yield f"ensembles: {len(random)}"
    yield f"spaces: {len({s for x in random for s in x.shape})}"
    for x in random:
        yield _law_tag(x)
        yield from (
            ["variance given"]
            if type(x).__name__ == "Ginibre" and x.variance != 1 / x.shape[0]
            else []
        )
    yield from (name for name, found in _features(nodes, inverses, inner).items() if found)
    scalars = [
        v for k, v in values.items() if not getattr(k, "is_Matrix", False) and not k.is_integer
    ]
    yield from ["complex parameter"] if any(np.iscomplex(v) for v in scalars) else []
    yield from (
        ["negative parameter"]
        if any(np.isreal(v) and v.real < 0 for v in map(complex, scalars))
        else []
    )
    yield "near the spectrum" if near else "far from the spectrum"
    yield _kind(expression)
    if any(x.shape[0] != x.shape[1] or x.alternating for x in random):
        yield "alternating"


def _law_tag(x: Any) -> str:
    name = type(x).__name__
    if name == "RotationInvariant":
        return f"law: {x.kind}"
    if name in ("Ginibre", "BiInvariant"):
        return f"law: {name}, {'square' if x.shape[0] == x.shape[1] else 'rectangular'}"
    return f"law: {name}"


def _kind(expression: Any) -> str:
    if isinstance(expression, tr):
        return "target: trace"
    if not expression.is_Matrix:
        return "target: sum or product of traces"
    if expression.shape == (1, 1):
        return "target: bilinear form"
    return "target: trace times matrix" if expression.has(tr, Trace) else "target: matrix"


def _features(nodes: list[Any], inverses: list[Any], inner: list[Any]) -> dict[str, bool]:
    fixed = [
        x
        for x in nodes
        if isinstance(x, Transpose) and not _is_random(x.args[0]) and x.shape[0] != 1
    ]
    products = [x for x in nodes if isinstance(x, MatMul)]
    outer = [x for x in inverses if x not in inner]
    return {
        "nested inverse": bool(inner),
        "power": any(isinstance(x, MatPow) and not isinstance(x, Inverse) for x in nodes),
        "commutator": any(isinstance(x, MatMul) and I in x.args for x in nodes)
        or any(x == I for x in nodes),
        "sum in a resolvent": any(
            isinstance(x.args[0], MatAdd) and len(x.args[0].args) > 2 for x in outer
        ),
        "a self-energy matrix": any(_twice(x.args[0]) for x in outer),
        "random letter between resolvents": any(_between(x, random=True) for x in products),
        "deterministic letter between resolvents": any(_between(x, random=False) for x in products),
        "transposed deterministic letter": bool(fixed),
        "X and X.T in one resolvent": any(_with_transpose(x.args[0]) for x in outer),
        "resolvents over two spaces": len({x.shape for x in outer}) > 1,
        "rectangular deterministic letter": any(getattr(x, "name", "") == "T" for x in nodes),
        "Gram or feature side": any(x.shape[0] != N for x in outer),
        "equal resolvents": len(outer) > len(set(outer)),
    }


def _twice(x: Any) -> bool:
    """Whether a letter stands twice, as itself or as its transpose."""
    counts: Counter[Any] = Counter()

    def visit(y: Any, times: int) -> None:
        if _is_random(y) or (isinstance(y, Transpose) and _is_random(y.args[0])):
            counts[y] += times
        else:
            power = abs(int(y.args[1])) if isinstance(y, MatPow) else 1
            for a in y.args:
                visit(a, times * power)

    visit(x, 1)
    return max(counts.values()) > 1


def _with_transpose(x: Any) -> bool:
    return any(isinstance(y, Transpose) and _is_random(y.args[0]) for y in preorder_traversal(x))


def _between(product: Any, *, random: bool) -> bool:
    places = [i for i, x in enumerate(product.args) if isinstance(x, Inverse | MatPow)]
    return any(
        _holds_random(x) is random for i, j in pairwise(places) for x in product.args[i + 1 : j]
    )


# -- drawn matrices --------------------------------------------------------------------------------


class Realisation:
    """One draw of every random letter, and the expression in it; deterministic letters stand
    ``copies`` times.

    Letters are complex: ``.T`` of a random one is its adjoint, of a deterministic one the plain
    transpose.
    """

    def __init__(self, values: Mapping[Any, Any], copies: int, rng: np.random.Generator) -> None:
        self.copies, self.rng = copies, rng
        self.arrays = {k: v for k, v in values.items() if np.ndim(v) == 2}
        self.numbers = {k: v for k, v in values.items() if np.ndim(v) != 2}
        for letter, array in self.arrays.items():
            self.numbers |= dict(
                zip([d for d in letter.shape if d.is_Symbol], array.shape, strict=False)
            )
        self.drawn: dict[Any, Array] = {}

    def size(self, d: Any) -> int:
        return self.copies * int(self.numbers[d] if d in self.numbers else d.subs(self.numbers))

    def letter(self, x: Any) -> Array:
        if x not in self.drawn:
            sizes = {
                d: self.size(d) for a in x.args[1:] for d in a.free_symbols if d in self.numbers
            }
            sizes |= {d: self.size(d) for d in x.shape}
            stand_in = x if _drawable(x) else _stand_in(x)
            self.drawn[x] = stand_in.sample(self.rng, sizes, real=False)
        return self.drawn[x]

    def matrix(self, x: Any) -> Array:
        match x:
            case _ if _is_random(x):
                return self.letter(x)
            case _ if x in self.arrays:
                return np.kron(np.eye(self.copies), self.arrays[x])
            case Identity():
                return np.eye(self.size(x.shape[0]))
            case MatAdd():
                return reduce(lambda a, b: a + b, map(self.matrix, x.args))
            case MatMul():
                scalars = np.prod([self.scalar(a) for a in x.args if not a.is_Matrix])
                return scalars * reduce(
                    lambda a, b: a @ b, [self.matrix(a) for a in x.args if a.is_Matrix]
                )
            case Inverse():
                return np.linalg.inv(self.matrix(x.args[0]))
            case MatPow():
                return np.linalg.matrix_power(self.matrix(x.args[0]), int(x.args[1]))
            case Transpose() if _is_random(x.args[0]):
                return self.letter(x.args[0]).conj().T
            case Transpose() if x.args[0] in self.arrays:
                return self.matrix(x.args[0]).T
        raise AssertionError(f"{type(x).__name__} is not read")

    def scalar(self, x: Any) -> Any:
        match x:
            case Add():
                return sum(map(self.scalar, x.args))
            case Mul():
                return np.prod([self.scalar(a) for a in x.args])
            case Pow() if x.has(tr, Trace):
                return self.scalar(x.args[0]) ** int(x.args[1])
            case tr():
                inner = self.matrix(x.args[0])
                return np.trace(inner) / len(inner)
            case Trace():
                return np.trace(self.matrix(x.args[0])) / self.copies
        return complex(x.subs(self.numbers))

    def value(self, x: Any) -> Any:
        """A number, or the mean of the diagonal blocks."""
        if not x.is_Matrix:
            return self.scalar(x)
        found = self.matrix(x)
        rows, cols = (n // self.copies for n in found.shape)
        return (
            np.einsum("aiaj->ij", found.reshape(self.copies, rows, self.copies, cols)) / self.copies
        )


def _stand_in(x: Any) -> Any:
    """A letter of about the size of one that cannot be drawn, to judge where its spectrum lies."""
    if type(x).__name__ == "BiInvariant":
        c = 1.5 * float(x.cumulants[0])
        return planar.BiInvariant(
            x.name, x.shape[0], x.shape[1], cumulants=[c], sampler=Rectangle(c)
        )
    mean, variance = (float(k) for k in x.args[4][:2])
    return planar.RotationInvariant(
        x.name, x.shape[0], cumulants=[1], sampler=Semicircle(mean, 2 * variance)
    )


def sampled(c: Case, copies: int, trials: int, seed: int = 0) -> tuple[Any, Any]:
    """Mean and standard error of the expression of a case over complex draws."""
    rng = np.random.default_rng(seed)
    found = np.array(
        [Realisation(c.values, copies, rng).value(c.expression) for _ in range(trials)]
    )
    return found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(trials)
