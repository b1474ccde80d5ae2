"""The first lines of a derivation: geometric series of the inverses, first planar diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import chain

from sympy import Expr, Identity, Inverse, MatMul, Mul, S

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof.parts import Line
from planar.diagrams import Diagram, count_diagrams, diagrams
from planar.diagrams.atoms import matrix
from planar.expression.tree import Inv, Product, Sum, Target, Tree, children, leaves, shape
from planar.formulas.chalk import chalk
from planar.foundations.errors import PlanarError
from planar.foundations.words import Letter

__all__ = [
    "expansions",
    "first_diagrams",
    "first_orders",
    "joint",
    "random_inverses",
    "written_tree",
]

FEW = 12
"""No more diagrams than these are written out or drawn."""
ORDERS = 2


def random_inverses(tree: Tree) -> Iterator[Inv]:
    """The outermost inverses that hold random letters: the resolvents of the expression."""
    if isinstance(tree, Inv) and _holds_random(tree):
        yield tree
    elif not isinstance(tree, Inv):
        for child in children(tree):
            yield from random_inverses(child)


def expansions(inverses: tuple[Inv, ...]) -> tuple[Line, ...]:
    """``(D + X)^-1 = G0 - G0 X G0 + G0 X G0 X G0 - ...`` for each inverse.

    X is the sum of all terms with a random letter.
    """
    return tuple(line for inverse in inverses if (line := _expansion(inverse)) is not None)


def _expansion(inverse: Inv) -> Line | None:
    argument = inverse.argument
    terms = argument.terms if isinstance(argument, Sum) else ((S.One, argument),)
    fixed = [(c, t) for c, t in terms if not _holds_random(t)]
    random = [(c, t) for c, t in terms if (c, t) not in fixed]
    if not fixed or any(_holds_inverse(t) for _, t in random):
        return None
    size = shape(inverse)[0]
    bare = _inverted(fixed, size)
    x = reduce(lambda a, b: a + b, (c * written_tree(t) for c, t in random))
    first, second = MatMul(-1, *_flat(bare, x, bare)), MatMul(*_flat(bare, x, bare, x, bare))
    terms = (bare, first.doit(deep=False), second.doit(deep=False))
    return Line.series(written_tree(inverse), terms, "expansion", more=True, order=ORDERS)


def _holds_random(tree: Tree) -> bool:
    return any(leaf.random for leaf in leaves(tree))


def _holds_inverse(tree: Tree) -> bool:
    return any(isinstance(node, Inv) for node in _nodes(tree))


def _inverted(fixed: list[tuple[Expr, Tree]], size: Expr) -> Expr:
    scalars = [c for c, t in fixed if isinstance(t, Product) and not t.factors]
    if len(scalars) == len(fixed):
        return MatMul(1 / sum(scalars, S.Zero), Identity(size))
    return Inverse(reduce(lambda a, b: a + b, (c * written_tree(t) for c, t in fixed)))


def _flat(*factors: Expr) -> list[Expr]:
    """The factors of a product, identities and nested products dissolved."""
    flat: list[Expr] = []
    for factor in factors:
        parts = factor.args if isinstance(factor, MatMul) else (factor,)
        flat += [p for p in parts if not isinstance(p, Identity)]
    return flat


def _nodes(tree: Tree) -> Iterator[Tree]:
    yield tree
    for child in children(tree):
        yield from _nodes(child)


def written_tree(tree: Tree) -> Expr:
    """The tree as a SymPy matrix expression."""
    match tree:
        case Letter():
            return matrix((tree,))
        case Product(factors, dimension):
            parts = [written_tree(f) for f in factors]
            return reduce(lambda a, b: a * b, parts) if parts else Identity(dimension)
        case Sum(terms, _):
            return reduce(lambda a, b: a + b, (c * written_tree(t) for c, t in terms))
        case Inv(argument):
            return Inverse(written_tree(argument))


def first_diagrams(equivalent: Equivalent) -> tuple[Diagram, ...]:
    """The diagrams of the lowest order at which blocks meet, where they are few."""
    wholes = [term.whole for term in equivalent.target.terms]
    trees = [tree for tree in wholes if tree is not None]
    if len(trees) < len(wholes):
        return ()
    for order in range(ORDERS, 5):
        try:
            if 0 < sum(count_diagrams(tree, order) for tree in trees) <= FEW:
                return _diagrams_of(trees, order, equivalent)
        except PlanarError:
            return ()
    return ()


def _diagrams_of(trees: Iterable[Tree], order: int, equivalent: Equivalent) -> tuple[Diagram, ...]:
    traced, notation = equivalent.target.shape is None, equivalent.problem.notation
    return tuple(
        chain.from_iterable(diagrams(tree, order, notation, traced=traced) for tree in trees)
    )


def first_orders(equivalent: Equivalent) -> Line | None:
    """The planar expectation of the whole through the orders that take few diagrams."""
    if equivalent.target.shape is None or len(equivalent.target.terms) != 1:
        return None
    (term,) = equivalent.target.terms
    tree = term.whole
    if tree is None or not any(True for _ in random_inverses(tree)):
        return None
    terms, number, order = list[Expr](), 0, -1
    for n in range(ORDERS + 1):
        try:
            number += count_diagrams(tree, n)
            if number > FEW:
                break
            terms += _collected(d.value for d in diagrams(tree, n, equivalent.problem.notation))
        except PlanarError:
            return None
        order = n
    return (
        Line.series(equivalent.lhs, terms, "expectation", more=True, order=order)
        if len(terms) > 1
        else None
    )


def _collected(values: Iterable[Expr]) -> list[Expr]:
    """The sum of these as terms, equal matrices under one coefficient."""
    coefficients: dict[tuple[Expr, ...], Expr] = {}
    for value in values:
        factors = value.args if isinstance(value, MatMul) else (value,)
        word = tuple(f for f in factors if f.is_Matrix)
        coefficient = Mul(*(f for f in factors if not f.is_Matrix))
        coefficients[word] = coefficients.get(word, S.Zero) + coefficient
    return [
        MatMul(c, *word).doit(deep=False) if c != 1 or len(word) > 1 else word[0]
        for word, c in coefficients.items()
    ]


def joint(target: Target) -> str:
    """What stands between the two resolvents of a product, as it is written.

    Empty where there is no such product.
    """
    trees = target.trees
    factors = trees[0].factors if len(trees) == 1 and isinstance(trees[0], Product) else ()
    places = [i for i, factor in enumerate(factors) if isinstance(factor, Inv)]
    return (
        " ".join(chalk(written_tree(f)) for f in factors[places[0] + 1 : places[1]])
        if len(places) == 2
        else ""
    )
