"""Whether two formulas agree, decided by exact series on random rational data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, MatrixSymbol, Symbol

from planar.derivation.equivalent import Equivalent
from planar.ensembles.law import Law
from planar.evidence.verify.closed_form import closed_form
from planar.evidence.verify.gaussian_rationals import FormalError
from planar.evidence.verify.grading import gradings
from planar.evidence.verify.laurent import Series
from planar.evidence.verify.published import Matches, published
from planar.evidence.verify.random_data import Sample
from planar.expression.tree import Inv, Sum, Target, Tree, children, leaves
from planar.foundations.errors import PlanarError, ShapeError
from planar.foundations.notebook_display import Printed

__all__ = ["Equality", "equal"]

_MOST = 24
"""The highest order that laws with many parameters ask for; a higher one takes minutes."""


@dataclass(frozen=True)
class Equality(Printed):
    """Whether two equivalents agree as exact power series; true where they do.

    Attributes
    ----------
    same : bool
        Whether every order agrees on every draw of data.
    order : int
        The last order that was compared, in random letters beyond the first term.
    draws : int
        The number of draws of random rational data that were asked for.
    differs_at : int or None
        The first order that differs, counted from the first term; None where none does.
    matched : tuple of (str, str)
        Symbols of a published form that were taken by their names, each with the quantity that it
        was taken for.
    """

    same: bool
    order: int
    draws: int
    differs_at: int | None = None
    matched: Matches = ()

    def __bool__(self) -> bool:
        return self.same

    def __str__(self) -> str:
        pairs = ", ".join(f"{name} for {known}" for name, known in self.matched)
        taken = f"; by their names, {pairs}" if pairs else ""
        if not self.same:
            return f"different from order {self.differs_at} on{taken}"
        return (
            f"equal as exact series through order {self.order}, "
            f"on {self.draws} draws of rational matrices{taken}"
        )


def equal(
    one: Equivalent,
    other: Equivalent | Expr,
    definitions: Mapping[Symbol, Any] | None = None,
    *,
    order: int | None = None,
    draws: int = 2,
    values: Mapping[MatrixSymbol, Any] | None = None,
) -> Equality:
    """Whether two equivalents agree, in exact arithmetic.

    They are formulas for one expression, or derivations of one model. Both formulas are expanded in
    the random letters, on small random rational matrices for the deterministic letters and free
    rationals for scalars and dimensions; a difference that is not an identity shows at a low order.
    Letters and symbols of the same name are taken as the same on both sides.

    Parameters
    ----------
    one : Equivalent
        A result of ``derive`` or ``restate``.
    other : Equivalent or Expr
        Another one of the same shape, or a published form for the expression of ``one`` in plain
        symbols.
    definitions : mapping from symbols to expressions, optional
        What symbols of a published form stand for. Others are taken by their names: first symbols
        of the expression, then quantities of ``one`` (``kappa``, ``df_1`` or ``df1``, ``q``), and
        the result says which.
    order : int, optional
        How many random letters beyond the first term are compared. By default 8, or four times the
        random letters of the longest term of an inverse if that is more, so that each of them can
        close into blocks of several rounds, or as many cumulants as tell laws apart that are given
        by a list, by eigenvalues or by a rational function, up to 24.
    draws : int, default 2
        Number of independent draws of random data.
    values : mapping from letters to matrices, optional
        Rows of integers, rationals or floats for deterministic letters that are not to be random,
        for example where one side uses their spectrum.

    Returns
    -------
    Equality
        True where all orders agree; otherwise with the first order that differs.

    Raises
    ------
    ShapeError
        Where the shapes differ.
    PlanarError
        Where no symbol can carry the orders of both; where a symbol of a published form is neither
        defined nor of a known name, or of a name that several quantities have.

    Examples
    --------
    >>> from sympy import Identity, symbols
    >>> from planar.derivation.derive import derive
    >>> from planar.ensembles.ginibre import Ginibre
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> (N, P), lam = dims("N P"), symbols("lambda")
    >>> A, W, X = deterministic("A", N), Wishart("W", N, P), Ginibre("X", P, N)
    >>> print(equal(derive(resolvent(A * W, lam)), derive(resolvent(A * X.T * X, lam))))
    equal as exact series through order 8, on 2 draws of rational matrices

    A formula from a paper, in symbols of its own:

    >>> kappa = symbols("kappa")
    >>> G = (A + kappa * Identity(N)).inverse()
    >>> print(equal(derive(resolvent(A * W, lam)), kappa / lam * G))
    equal as exact series through order 8, on 2 draws of rational matrices; by their names, kappa
    for κ
    """
    matched: Matches = ()
    if not isinstance(other, Equivalent):
        other, matched = published(one, other, definitions or {})
    elif definitions is not None:
        raise PlanarError(
            "definitions belong to a published form, but both sides are equivalents with their "
            "own; leave them out."
        )
    if one.target.shape != other.target.shape:
        shapes = f"{_shape_in_words(one.target)} and {_shape_in_words(other.target)}"
        raise ShapeError(f"`{one.lhs}` and `{other.lhs}` cannot be equal: {shapes}.")
    if order is None:
        order = _telling_order(one, other)
    for seed in range(draws):
        place = _first_difference(one, other, order, seed, values or {})
        if place is not None:
            return Equality(False, order, draws, place, matched)
    return Equality(True, order, draws, None, matched)


def _telling_order(one: Equivalent, other: Equivalent) -> int:
    """The order by which formulas that differ, in words or in laws, have come apart."""
    laws = {*one.laws, *other.laws}
    words = 4 * max(_longest(one.target), _longest(other.target))
    return max(8, words, *(min(_MOST, _parameters(law)) for law in laws))


def _parameters(law: Law) -> int:
    """How many free cumulants tell a law from others of its kind."""
    atoms = law.atoms_and_weights()
    if atoms is not None:
        return 2 * len(atoms[0])
    above, below = 0, 0
    for _, word in law.relation() or ():
        if "S" in word:
            below = max(below, word.count("H"))
        else:
            above = max(above, word.count("H"))
    return above + below + 1


def _shape_in_words(target: Target) -> str:
    return " x ".join(map(str, target.shape)) if target.shape else "a number"


def _first_difference(
    one: Equivalent, other: Equivalent, order: int, seed: int, values: Mapping[MatrixSymbol, Any]
) -> int | None:
    both = one if one.target == other.target else _joined(one, other)
    sample = Sample(both, seed, values)
    failure: FormalError | None = None
    for weights in gradings(both.target, (*sample.unscaled, *(letter.name for letter in values))):
        try:
            left, right = (closed_form(e, sample.point(weights, order + 8)) for e in (one, other))
        except FormalError as error:
            failure = failure or error
            continue
        return _differs(left, right, order)
    raise PlanarError(
        f"cannot compare the formulas for `{one.lhs}`: "
        f"{failure or 'no symbol can carry the orders'}."
    )


def _longest(target: Target) -> int:
    """The most random letters in a term of anything inverted."""
    longest = 0
    todo = list(target.trees)
    while todo:
        tree = todo.pop()
        todo += children(tree)
        if isinstance(tree, Inv):
            longest = max((longest, *map(_random_letters, _summands(tree.argument))))
    return longest


def _summands(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, Sum):
        yield from children(tree)
    else:
        yield tree


def _random_letters(tree: Tree) -> int:
    return sum(leaf.random for leaf in leaves(tree))


def _joined(one: Equivalent, other: Equivalent) -> Equivalent:
    """Both expressions in one, so that their letters and symbols are drawn together."""
    problem = replace(
        one.problem,
        target=Target((*one.target.terms, *other.target.terms), one.target.shape),
        scalars=tuple(dict.fromkeys((*one.scalars, *other.scalars))),
        commuting=tuple(dict.fromkeys((*one.commuting, *other.commuting))),
    )
    return replace(one, problem=problem, definitions=(*one.definitions, *other.definitions))


def _differs(left: Series, right: Series, order: int) -> int | None:
    low = min(left.low, right.low)
    stop = min(left.high, right.high, low + order + 1)
    return next(
        (power - low for power in range(low, stop) if not left.agrees(right, power + 1)), None
    )
