"""How eps enters a formula without eps: integer weights for scalars and deterministic letters.

Scaling every symbol s to eps^w(s) s on both sides makes each random letter inside an inverse cost
one power of eps, as X -> eps X would. For ``(lam + A W)^-1`` the weight is -1 for lam; for ``(lam +
A + H)^-1`` it is -1 for lam and A.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NoReturn, TypeAlias

from sympy import Add, Expr, Symbol

from planar.expression.tree import Inv, Product, Sum, Target, Tree, children, leaves
from planar.formulas.traversal import Traversal
from planar.foundations.words import Letter

__all__ = ["Key", "Weights", "gradings", "lowest", "scalar_weight"]

Key: TypeAlias = "Symbol | str"
"""A scalar symbol, or the name of a deterministic letter."""

Weights = Mapping[Key, int]

_DEPTHS = (range(5), range(5, 7))


class _Unfit(Exception):
    """These weights do not grade the expression."""


def gradings(target: Target, fixed: Iterable[Key] = ()) -> Iterator[Weights]:
    """Weights under which a random letter in an inverse costs a power of eps, the best first.

    Every random letter inside an inverse costs at least one power.
    Best are those under which it costs exactly one in every term (the expression is homogeneous
    where random letters count -1); then small weights, on scalars rather than on letters, of the
    sign that makes resolvents contract. What ``fixed`` names (dimensions, parameters of laws,
    letters of known value) keeps weight zero.
    """
    inverses = tuple(dict.fromkeys(_random_inverses(target.trees)))
    unscaled = set(fixed)
    keys = dict.fromkeys(chain.from_iterable(map(_keys, inverses)))
    scaled = (key for key in keys if key not in unscaled)
    ordered = sorted(scaled, key=lambda key: (isinstance(key, str), str(key)))
    for depth in _DEPTHS:
        mixed: list[Weights] = []
        for weights in chain.from_iterable(_of_total(ordered, total) for total in depth):
            if _contracts(inverses, weights):
                if _homogeneous(inverses, weights):
                    yield weights
                else:
                    mixed.append(weights)
        yield from mixed


def _of_total(keys: list[Key], total: int) -> Iterator[Weights]:
    """All weights whose absolute values add up to ``total``, the best first."""
    for row in sorted(_vectors(len(keys), total), key=lambda row: _rank(keys, row)):
        yield dict(zip(keys, row, strict=True))


def lowest(tree: Tree, weights: Weights) -> tuple[int | None, int | None]:
    """Least power of eps of the part without random letters, and of the part with them.

    None where the part is absent.
    """
    match tree:
        case Letter(random=True):
            return None, 0
        case Letter():
            return weights.get(tree.name, 0), None
        case Sum(terms, _):
            parts = [(scalar_weight(c, weights), lowest(t, weights)) for c, t in terms if c != 0]
            plain = [weight + fixed for weight, (fixed, _) in parts if fixed is not None]
            noisy = [weight + random for weight, (_, random) in parts if random is not None]
            return min(plain, default=None), min(noisy, default=None)
        case Product(factors, _):
            return _of_product([lowest(f, weights) for f in factors])
        case Inv(argument):
            plain_part, random_part = lowest(argument, weights)
            if plain_part is None or (random_part is not None and random_part <= plain_part):
                raise _Unfit
            return -plain_part, None if random_part is None else random_part - 2 * plain_part


def _of_product(parts: list[tuple[int | None, int | None]]) -> tuple[int | None, int | None]:
    plain: int | None = 0
    noisy: int | None = None
    for d, r in parts:
        pairs = ((plain, r), (noisy, d), (noisy, r))
        noisy = min((x + y for x, y in pairs if x is not None and y is not None), default=None)
        plain = plain + d if plain is not None and d is not None else None
    return plain, noisy


def scalar_weight(expression: Expr, weights: Weights) -> int:
    """The least power of eps in a scalar."""
    return _ScalarWeight(weights)(expression)


class _ScalarWeight(Traversal[int]):
    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def symbol(self, expression: Symbol) -> int:
        return self.weights.get(expression, 0)

    def sum(self, expression: Expr) -> int:
        return min(map(self, expression.args))

    def product(self, expression: Expr) -> int:
        return sum(map(self, expression.args))

    def power(self, expression: Expr) -> int:
        if not expression.exp.is_Rational:
            return self.other(expression)
        weight = self(expression.base) * expression.exp
        return int(weight) if weight.is_Integer else self.other(expression)

    def conjugate(self, expression: Expr) -> int:
        return self(expression.args[0])

    def other(self, expression: Expr) -> int:
        """An expression without a symbol of non-zero weight has weight zero."""
        if any(self.weights.get(s, 0) for s in expression.free_symbols):
            self.unread(expression)
        return 0

    def unread(self, expression: Expr) -> NoReturn:
        raise _Unfit

    number = imaginary = trace = normalised_trace = undefined = function = other


def _contracts(inverses: Iterable[Inv], weights: Weights) -> bool:
    try:
        for inverse in inverses:
            lowest(inverse, weights)
    except _Unfit:
        return False
    return True


def _homogeneous(inverses: Iterable[Inv], weights: Weights) -> bool:
    try:
        for inverse in inverses:
            _weight(inverse, weights)
    except _Unfit:
        return False
    return True


def _weight(tree: Tree, weights: Weights) -> int:
    """The common weight of all terms where a random letter weighs -1."""
    match tree:
        case Letter():
            return -1 if tree.random else weights.get(tree.name, 0)
        case Product(factors, _):
            return sum(_weight(f, weights) for f in factors)
        case Inv(argument):
            return -_weight(argument, weights)
        case Sum(terms, _):
            weights_of_terms = set(_term_weights(terms, weights))
            if len(weights_of_terms) > 1:
                raise _Unfit
            return weights_of_terms.pop() if weights_of_terms else 0


def _term_weights(terms: Iterable[tuple[Expr, Tree]], weights: Weights) -> Iterator[int]:
    """The weight of every term of a sum; a coefficient that is a sum counts term by term."""
    for coefficient, tree in terms:
        if coefficient != 0:
            for summand in Add.make_args(coefficient):
                yield scalar_weight(summand, weights) + _weight(tree, weights)


def _random_inverses(trees: Iterable[Tree]) -> Iterator[Inv]:
    for tree in trees:
        yield from filter(_is_random, _inverses(tree))


def _inverses(tree: Tree) -> Iterator[Inv]:
    if isinstance(tree, Inv):
        yield tree
    for child in children(tree):
        yield from _inverses(child)


def _is_random(tree: Tree) -> bool:
    return any(leaf.random for leaf in leaves(tree))


def _keys(tree: Tree) -> Iterator[Key]:
    match tree:
        case Letter():
            if not tree.random:
                yield tree.name
        case Sum(terms, _):
            for c, t in terms:
                yield from sorted((s for s in c.free_symbols if isinstance(s, Symbol)), key=str)
                yield from _keys(t)
        case _:
            for child in children(tree):
                yield from _keys(child)


def _rank(keys: list[Key], row: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
    """Weights on scalars before weights on letters; scalars down, letters up."""
    on_letters = [w for key, w in zip(keys, row, strict=True) if isinstance(key, str)]
    on_scalars = [w for key, w in zip(keys, row, strict=True) if not isinstance(key, str)]
    against = sum(w < 0 for w in on_letters) + sum(w > 0 for w in on_scalars)
    return against, sum(w != 0 for w in on_letters), row


def _vectors(length: int, total: int) -> Iterator[tuple[int, ...]]:
    """Integer vectors whose absolute values add up to ``total``."""
    if length == 0:
        if total == 0:
            yield ()
        return
    for size in range(total + 1):
        for tail in _vectors(length - 1, total - size):
            yield (size, *tail)
            if size:
                yield (-size, *tail)
