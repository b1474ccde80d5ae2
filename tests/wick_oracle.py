"""Gaussian expectations twice over, sharing no code with planar or with each other, in exact
numbers.

``by_entries`` writes every entry of every random matrix as a variable, multiplies out, and replaces
each power by the moment of one Gaussian variable. ``by_pairings`` sums over all Wick pairings, each
a contraction of indices.

A word is a string of letters with a prime for the transpose (of a random letter that is complex:
the adjoint), as in "A W B' X X'". ``random`` gives the random ones, ``fixed`` the deterministic
ones as integer arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, prod
from typing import Any

import numpy as np
from sympy import (
    QQ,
    Add,
    Identity,
    ImmutableMatrix,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    Pow,
    Rational,
    Transpose,
    ZeroMatrix,
    eye,
    factorial2,
    ring,
    zeros,
)

__all__ = ["Gauss", "by_entries", "by_pairings", "exact"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Gauss:
    """Independent entries, ``rows x cols``; ``kind`` is "iid", "hermitian" (E |H_ij|^2 = variance
    off the diagonal) or "wishart", where the letter is X.T X times the variance and X is rows x
    cols with entries of variance one.
    """

    kind: str
    rows: int
    cols: int
    variance: Fraction


# -- entries ---------------------------------------------------------------------------------------


def by_entries(
    traces: Sequence[str],
    word: str | None,
    random: Mapping[str, Gauss],
    fixed: Mapping[str, Array],
    real: bool,
) -> Any:
    """E of the product of unnormalised traces, times the word where there is one, as a Fraction or
    an array of them.
    """
    names = [
        f"{name}_{i}_{j}{bar}"
        for name, g in random.items()
        for i in range(g.rows)
        for j in range(g.cols)
        for bar in "zb"
    ]
    polynomials, *gens = ring(names, QQ)
    variable = dict(zip(names, gens, strict=True))
    moments: list[tuple[int, int, Fraction, bool]] = []
    matrices: dict[str, Array] = {}
    for name, g in random.items():
        entries = np.empty((2, g.rows, g.cols), dtype=object)
        for i in range(g.rows):
            for j in range(g.cols):
                low, high = (min(i, j), max(i, j)) if g.kind == "hermitian" else (i, j)
                flip = g.kind == "hermitian" and i > j
                plain = real or (g.kind == "hermitian" and i == j)
                z, b = (
                    f"{name}_{low}_{high}{'b' if bar and not plain else 'z'}"
                    for bar in (flip, not flip)
                )
                entries[0, i, j], entries[1, i, j] = variable[z], variable[b]
                double = 2 if g.kind == "hermitian" and real and i == j else 1
                one = Fraction(1) if g.kind == "wishart" else g.variance * double
                if not flip:
                    moments.append(
                        (
                            names.index(f"{name}_{low}_{high}z"),
                            names.index(f"{name}_{low}_{high}b"),
                            one,
                            plain,
                        )
                    )
        x, adjoint = entries[0], entries[1].T
        matrices[name], matrices[name + "'"] = x, adjoint
        if g.kind == "wishart":
            matrices[name] = matrices[name + "'"] = adjoint.dot(x)
    for name, m in fixed.items():
        lifted = np.array([[polynomials(int(v)) for v in row] for row in m], dtype=object).reshape(
            m.shape
        )
        matrices[name], matrices[name + "'"] = lifted, lifted.T

    def product(text: str) -> Array:
        first, *rest = (matrices[letter] for letter in text.split())
        for m in rest:
            first = first.dot(m)
        return first

    def mean(polynomial: Any) -> Fraction:
        total = Fraction(0)
        for exponents, c in polynomial.terms():
            total += Fraction(int(c.numerator), int(c.denominator)) * prod(
                _moment(exponents[z], exponents[b], v, plain) for z, b, v, plain in moments
            )
        return total * scale

    letters = [letter.rstrip("'") for text in (*traces, word or "") for letter in text.split()]
    scale = prod(
        (random[x].variance for x in letters if x in random and random[x].kind == "wishart"),
        start=Fraction(1),
    )
    scalar = prod((np.trace(product(text)) for text in traces), start=polynomials(1))
    return (
        mean(scalar)
        if word is None
        else np.vectorize(lambda p: mean(scalar * p), otypes=[object])(product(word))
    )


def _moment(z: int, b: int, variance: Fraction, plain: bool) -> Fraction:
    if plain:
        return variance ** (z // 2) * int(factorial2(z - 1)) if z % 2 == 0 else Fraction(0)
    return variance**z * factorial(z) if z == b else Fraction(0)


# -- pairings --------------------------------------------------------------------------------------


def by_pairings(
    traces: Sequence[str],
    word: str | None,
    random: Mapping[str, Gauss],
    fixed: Mapping[str, Array],
    real: bool,
) -> Any:
    """The same by Wick's theorem: every pairing identifies indices, and what is left is one
    contraction of tensors.
    """
    legs: list[tuple[str, int, int, bool]] = []
    tensors: list[tuple[Array, int, int]] = []
    sizes: dict[int, int] = {}
    factor = Fraction(1)
    ends: tuple[int, ...] = ()
    for k, text in enumerate((*traces, *(() if word is None else (word,)))):
        expanded = [x for letter in text.split() for x in _legs(letter, random)]
        start = len(sizes)
        sizes |= {start + i: 0 for i in range(len(expanded) + 1)}
        last = start + len(expanded) if k == len(traces) else start
        for i, letter in enumerate(expanded):
            a, b = start + i, start + i + 1 if i + 1 < len(expanded) else last
            name = letter.rstrip("'")
            turned = letter.endswith("'") and not (
                name in random and random[name].kind == "hermitian"
            )
            row, col = (b, a) if turned else (a, b)
            if name in random:
                legs.append((name, row, col, turned))
                sizes[row], sizes[col] = random[name].rows, random[name].cols
            else:
                tensors.append((fixed[name], row, col))
                sizes[row], sizes[col] = fixed[name].shape
        ends = (start, last)
        for letter in text.split():
            kind = random.get(letter.rstrip("'"))
            factor *= kind.variance if kind and kind.kind == "wishart" else 1
    total: Any = 0
    for weight, identified in _pairings(legs, random, real):
        total = total + weight * _contract(tensors, sizes, identified, () if word is None else ends)
    return total * factor


def _legs(letter: str, random: Mapping[str, Gauss]) -> list[str]:
    name = letter.rstrip("'")
    return [name + "'", name] if name in random and random[name].kind == "wishart" else [letter]


def _pairings(
    legs: list[tuple[str, int, int, bool]], random: Mapping[str, Gauss], real: bool
) -> Iterator[tuple[Fraction, list[tuple[int, int]]]]:
    if not legs:
        yield Fraction(1), []
        return
    (name, r, c, turned), *others = legs
    g = random[name]
    variance = Fraction(1) if g.kind == "wishart" else g.variance
    for i, (other, r2, c2, turned2) in enumerate(others):
        if other != name:
            continue
        ways = []
        if g.kind == "hermitian":
            ways = [[(r, c2), (c, r2)]] + ([[(r, r2), (c, c2)]] if real else [])
        elif real or turned != turned2:
            ways = [[(r, r2), (c, c2)]]
        for weight, more in _pairings(others[:i] + others[i + 1 :], random, real) if ways else ():
            for way in ways:
                yield weight * variance, way + more


def _contract(
    tensors: list[tuple[Array, int, int]],
    sizes: dict[int, int],
    identified: list[tuple[int, int]],
    ends: tuple[int, ...],
) -> Any:
    """Sum over all indices but the ends; indices that stand on no tensor count their size."""
    parent = {i: i for i in sizes}

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for a, b in identified:
        parent[root(a)] = root(b)
    used = {root(i) for _, a, b in tensors for i in (a, b)} | {root(i) for i in ends}
    touched = {root(i) for i in sizes if sizes[i]} - used
    free = prod(
        sizes[min(i for i in sizes if root(i) == one and sizes[i])] for one in sorted(touched)
    )
    number = {one: k for k, one in enumerate(sorted(used))}
    operands: list[Any] = [
        x for m, a, b in tensors for x in (m, [number[root(a)], number[root(b)]])
    ]
    if ends and root(ends[0]) == root(ends[1]):
        ones = np.eye(sizes[ends[0]], dtype=int)
        fresh = len(number)
        operands += [ones, [number[root(ends[0])], fresh]]
        out = [number[root(ends[0])], fresh]
    else:
        out = [number[root(i)] for i in ends]
    if not operands:
        return free
    result = np.einsum(*operands, out)
    return free * (result.astype(object) if ends else int(result))


# -- the result of planar --------------------------------------------------------------------------


def exact(expression: Any, values: Mapping[Any, Any]) -> Any:
    """A SymPy expression over dimensions, letters and tr(...) in exact numbers; ``values`` are
    integers and SymPy matrices.
    """
    if expression in values:
        return values[expression]
    if expression.is_number and not expression.is_Matrix:
        return expression
    parts = (
        [exact(a, values) for a in expression.args] if not isinstance(expression, Identity) else []
    )
    match expression:
        case Identity():
            return ImmutableMatrix(eye(int(exact(expression.shape[0], values))))
        case ZeroMatrix():
            return ImmutableMatrix(zeros(*(int(size) for size in parts)))
        case Add() | MatAdd() | Mul() | MatMul():
            total = parts[0]
            for part in parts[1:]:
                total = total + part if isinstance(expression, Add | MatAdd) else total * part
            return total
        case Pow() | MatPow():
            return (
                Rational(parts[0]) ** parts[1]
                if not getattr(parts[0], "is_Matrix", False)
                else parts[0] ** parts[1]
            )
        case Transpose():
            return parts[0].T
        case _ if type(expression).__name__ == "tr":
            return parts[0].trace() / parts[0].rows
    raise AssertionError(f"{type(expression).__name__} is no part of an expectation")
