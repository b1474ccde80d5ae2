"""How long a product may be: what derives in minutes is taken, what would run for hours refused.

The work of a product of random letters grows with the pairs of them that a diagram can join, that
of a product of resolvents faster, since each pair of these has a ladder of its own.
"""

from __future__ import annotations

from collections import Counter

from planar.expression.tree import Inv, Product, Sum, Target, Tree, leaves
from planar.foundations.errors import TooLargeError

__all__ = [
    "FACTORS",
    "INVERSES",
    "LETTERS",
    "RESOLVENTS",
    "TRACES",
    "WRITTEN",
    "refuse_long",
    "refuse_power",
    "refuse_traces",
]

WRITTEN = 4096
"""Factors of a power that is written out: a tree of more is too deep for what reads it."""

FACTORS = 256
"""Factors of one product: 256 deterministic ones take ten seconds, more take the cube of that."""

INVERSES = 128
"""Inverses of deterministic matrices in a row: 128 take half a minute, each after those before."""

LETTERS = 32
"""Of one random letter in a row, apart from its transpose: W^24 takes seconds, W^64 hours."""

RESOLVENTS = 20
"""Of random matrices in a row: 16 take a quarter of a minute, 24 many minutes."""


TRACES = 10_000
"""Of one product, whose expectations factorise: each is derived once and read each time."""


def refuse_power(base: object, factors: int, power: int) -> None:
    """Refuse a power before it is written out."""
    if factors * abs(power) > WRITTEN:
        raise TooLargeError(
            f"{_short(base)} to the power {power} is a product of {factors * abs(power)} factors; "
            f"a product has at most {WRITTEN}, so take a lower power."
        )


def refuse_traces(trace: object, power: int) -> None:
    """Refuse a power of a trace before it is written out."""
    if power > TRACES:
        raise TooLargeError(
            f"{_short(trace)} to the power {power} is a product of as many traces; a product has "
            f"at most {TRACES}, so take a lower power."
        )


def refuse_long(target: Target, expression: object) -> None:
    """Refuse products that are too long to be derived, with the length that is possible."""
    for tree in target.trees:
        for kind, count in sorted(_chain(tree).items(), key=lambda item: item[0] not in _KINDS):
            limit = _KINDS.get(kind, LETTERS)
            if count > limit:
                many = f"{count}{kind}" if kind in _KINDS else f"{count} letters {kind}"
                raise TooLargeError(
                    f"{_short(expression)} multiplies {many} in a row, and {limit} are possible; "
                    "take a lower power."
                )


_RANDOM, _PLAIN, _ALL = " resolvents of random matrices", " inverses", " factors"
_KINDS = {_RANDOM: RESOLVENTS, _PLAIN: INVERSES, _ALL: FACTORS}
"""What is counted beside letters, under names that no letter has."""


def _chain(tree: Tree) -> Counter[str]:
    """The random letters and the inverses on the longest way through a tree, by kind."""
    match tree:
        case Product(factors, _):
            return sum(map(_chain, factors), Counter[str]())
        case Sum(terms, _):
            longest = Counter[str]()
            for _, term in terms:
                longest |= _chain(term)
            return longest
        case Inv(argument):
            inside = _chain(argument)
            inside[_RANDOM if any(leaf.random for leaf in leaves(argument)) else _PLAIN] += 1
            return inside
        case _:
            return Counter({_ALL: 1, f"{tree}": 1} if tree.random else {_ALL: 1})


def _short(expression: object) -> str:
    """An expression in a sentence, cut where it is long."""
    text = str(expression)
    return f"`{text}`" if len(text) <= 80 else f"`{text[:77]}...`"
