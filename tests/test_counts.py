"""The number of diagrams of every expression, by order and class, against the closed form of its
generating function.

Where every letter, every free cumulant and every bare resolvent counts one, and no term has a sign,
the planar sum counts its diagrams: the closed form that planar derives for that expression is their
generating function.
"""

from __future__ import annotations

from functools import cache, reduce
from typing import Any

import pytest
from expressions import stated
from sympy import Expr, Identity, Inverse, S, Symbol

import planar
from planar import BiInvariant, Law, RotationInvariant, Wishart, derive, tr
from planar.diagrams import count_diagrams, diagrams
from planar.evidence.verify.closed_form import closed_form
from planar.evidence.verify.random_data import Sample
from planar.expression.reading import read
from planar.expression.tree import Inv, Product, Sum, Tree, children, leaves
from planar.foundations.words import Letter

STATED = stated()
N, EPS = planar.dims("N"), Symbol("eps", positive=True)
ORDER = 5


class Alternating(Law):
    """Every alternating free cumulant is one: R(z) = z + z^3 + ... = z/(1 - z^2)."""

    alternating = True

    def free_cumulant(self, n: int) -> Expr:
        return S(1 - n % 2)

    def relation(self) -> Any:
        return ((S.One, "S"), (S.NegativeOne, "H"), (S.NegativeOne, "HHS"))

    def r_transform(self, z: Expr) -> Expr:
        return z / (1 - z**2)

    def written(self) -> str:
        return "counts one a block"


def unit(letter: Letter, copy: int) -> Expr:
    """A letter whose cumulants are one wherever those of the given one are not zero."""
    law, name = letter.symbol, f"{letter.name}{copy if copy >= 0 else ''}"
    held = [law.free_cumulant(n) != 0 for n in range(1, 2 * ORDER + 1)]
    if law.alternating:
        every = all(held[1::2])
        found = (
            Alternating(name, N, N)
            if every
            else BiInvariant(name, N, N, [int(x) for x in held[1::2]])
        )
        return found.T if letter.transposed else found
    return (
        Wishart(name, N, N)
        if all(held)
        else RotationInvariant(name, N, cumulants=[int(x) for x in held])
    )


class Counting:
    """The expression that counts; ``apart`` gives each outermost resolvent letters of its own."""

    def __init__(self, *, apart: bool = False) -> None:
        self.apart, self.passed = apart, 0

    def of(self, tree: Tree, home: int = -1) -> Expr:
        match tree:
            case Letter():
                return EPS * unit(tree, home if self.apart else -1) if tree.random else Identity(N)
            case Product(factors, _):
                return reduce(lambda a, b: a * b, (self.of(f, home) for f in factors), Identity(N))
            case Sum(terms, _):
                return reduce(lambda a, b: a + b, (self.of(t, home) for _, t in terms))
            case Inv(argument):
                here = home
                if home < 0:
                    here, self.passed = self.passed, self.passed + 1
                return Inverse((1 + constant(argument)) * Identity(N) - self.of(argument, here))


def constant(tree: Tree) -> int:
    """How many terms have no random letter."""
    match tree:
        case Letter():
            return int(not tree.random)
        case Product(factors, _):
            return reduce(lambda a, b: a * b, map(constant, factors), 1)
        case Sum(terms, _):
            return sum(constant(t) for _, t in terms)
        case Inv():
            return 1


@cache
def series(expression: Expr) -> list[int]:
    """Coefficients of the closed form of its trace."""
    equivalent = derive(tr(expression))
    point = Sample(equivalent, 0).point({EPS: 1}, ORDER + 6)
    found = closed_form(equivalent, point.with_symbols({EPS: point.one.shift(1)}))
    return [found.coefficient(n).entry(0, 0) for n in range(ORDER + 1)]


def trees(name: str) -> list[Tree]:
    target = read(STATED[name])
    parts = [
        t
        for term in target.terms
        for t in (*term.traces, *([term.matrix] if term.matrix is not None else []))
    ]
    return list(dict.fromkeys(parts))


def resolvents(tree: Tree) -> list[Inv]:
    if isinstance(tree, Inv):
        return [tree]
    return [x for child in children(tree) for x in resolvents(child)]


def outside(tree: Tree) -> bool:
    """Whether a random letter stands in no inverse."""
    if isinstance(tree, Letter):
        return tree.random
    return not isinstance(tree, Inv) and any(outside(child) for child in children(tree))


def single(tree: Inv) -> bool:
    """Whether every term of an inverse has at most one random letter, and no inverse in it."""
    terms = (
        [t for _, t in tree.argument.terms] if isinstance(tree.argument, Sum) else [tree.argument]
    )
    return all(sum(leaf.random for leaf in leaves(t)) <= 1 and not resolvents(t) for t in terms)


@pytest.mark.parametrize("name", STATED)
def test_the_number_of_diagrams_has_the_derived_generating_function(name: str) -> None:
    for tree in trees(name):
        counts = [count_diagrams(tree, n) for n in range(ORDER + 1)]
        whole = series(Counting().of(tree))
        assert counts == whole
        low = next(n for n in range(ORDER + 1) if n == ORDER or sum(counts[: n + 2]) > 500)
        assert [sum(1 for _ in diagrams(tree, n)) for n in range(low + 1)] == counts[: low + 1]
        if isinstance(tree, Sum) or outside(tree):
            continue
        apart = series(Counting(apart=True).of(tree))
        ladders = [count_diagrams(tree, n, "ladder") for n in range(ORDER + 1)]
        assert ladders == [a - b for a, b in zip(whole, apart, strict=True)]
        parts = resolvents(tree)
        if parts and len(parts) <= 2 and all(map(single, parts)):
            found = [count_diagrams(tree, n, "irreducible") for n in range(ORDER + 1)]
            assert (
                found[1:] == irreducible(whole, [series(Counting().of(part)) for part in parts])[1:]
            )


def irreducible(whole: list[int], parts: list[list[int]]) -> list[int]:
    """I = 1 - 1/F for one resolvent; of a product F F' (1 + I) the rung that holds both ends, and
    those of each alone.
    """
    alone = [[-x for x in inverse(part)] for part in parts]
    if len(parts) == 1:
        return alone[0]
    joined = times(times(whole, inverse(parts[0])), inverse(parts[1]))
    return [a + b + c for a, b, c in zip(*alone, joined, strict=True)]


def times(a: list[int], b: list[int]) -> list[int]:
    return [sum(a[k] * b[n - k] for k in range(n + 1)) for n in range(len(a))]


def inverse(a: list[int]) -> list[int]:
    found = [1]
    for n in range(1, len(a)):
        found.append(-sum(a[k] * found[n - k] for k in range(1, n + 1)))
    return found


def test_some_of_them_by_hand() -> None:
    """Catalan numbers for one resolvent of a Wishart matrix, n + 1 times that for two, and
    Catalan(n - 1) irreducible ones.
    """
    one, two = trees("one-point: Wishart")[0], trees("two-point: Wishart")[0]
    assert [count_diagrams(one, n) for n in range(6)] == [1, 1, 2, 5, 14, 42]
    assert [count_diagrams(one, n, "irreducible") for n in range(1, 6)] == [1, 1, 2, 5, 14]
    assert [count_diagrams(two, n) for n in range(5)] == [1, 2, 6, 20, 70]
