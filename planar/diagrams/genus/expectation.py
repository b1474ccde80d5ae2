"""Exact expectations at finite size, graded by genus.

Wick's theorem for the Gaussian laws, the planar sum for all.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from operator import index
from typing import Any, TypeAlias

import numpy as np
from sympy import Expr, Mul, Rational

from planar.diagrams.genus.letter_codes import MARKER, LetterCodes, gaussian
from planar.diagrams.genus.monomials import Monomials, Polynomial
from planar.diagrams.genus.planar_sum import PlanarSum
from planar.diagrams.genus.trace_monomials import Monomial, Word, monomials_of
from planar.diagrams.genus.wick import State, Wick
from planar.diagrams.genus.writing import Writer
from planar.expression.reading import read
from planar.expression.tree import Target, letters
from planar.formulas.symbols import RandomLetter
from planar.foundations.errors import PlanarError

__all__ = ["expectation", "genus_expansion"]

Genus: TypeAlias = int | Fraction | Rational | None


def expectation(
    expression: Expr, genus: Genus = None, *, real: bool = False, order: int | None = None
) -> Expr:
    """The expectation at finite size, merged and exact.

    It is a polynomial in normalised traces of deterministic words, with coefficients rational in
    the dimensions.

    Parameters
    ----------
    expression : Expr
        What ``derive`` reads: sums of scalars times products of ``tr(...)``, or a matrix
        expression, whose expectation is a sum of words.
    genus : int, Fraction or Rational, optional
        ``genus=g`` keeps what is of order N^(-2g) and larger where all dimensions grow together
        and normalised traces of deterministic words count as of order one: the sum over surfaces
        of genus up to g, where a connected part of k traces counts as k - 1 handles. Real
        ensembles have half-integer ones as well, of surfaces that are not orientable. ``genus=0``
        is the planar sum, and the product of planar sums for a product of traces; it is known for
        every law with free cumulants. None, the default, is everything.
    real : bool, default False
        Whether Wishart, Ginibre and GOE letters are real. By default they are complex (W = X* X / P
        with E |X_ij|^2 = 1, the Gaussian unitary ensemble for a GOE letter, ``.T`` of a random
        letter its adjoint).
    order : int, optional
        ``order=n`` expands every inverse around its deterministic part and sums all terms of at
        most n random letters, those outside of the inverses included: the series through order n.

    Returns
    -------
    Expr
        A scalar for a scalar expression, a matrix expression of the same shape for a matrix.

    Raises
    ------
    ReadError
        For an inverse of random letters without ``order``.
    PlanarError
        For another law than Wishart, Ginibre and GOE beyond genus 0, or a genus or an order that
        does not exist.
    TooLargeError
        Where too many different products of traces arise.

    References
    ----------
    't Hooft, Nucl. Phys. B 72 (1974); Harer and Zagier, Invent. Math. 85 (1986); Hanlon, Stanley
    and Stembridge, Contemp. Math. 138 (1992).

    Examples
    --------
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import deterministic, dims, resolvent, tr
    >>> N, P = dims("N P")
    >>> A, W = deterministic("A", N), Wishart("W", N, P)
    >>> expectation(tr(W**3))
    N**2/P**2 + 3*N/P + 1 + P**(-2)
    >>> expectation(tr(W**2), real=True)
    N/P + 1 + 1/P
    >>> expectation(tr(A*W*A*W))
    N*tr(A)**2/P + tr(A**2)
    >>> expectation(W*A*W, real=True)
    (N*tr(A)/P)*I + A + 1/P*A.T

    The planar sum alone, and what it leaves out:

    >>> expectation(tr(W**3), genus=0)
    N**2/P**2 + 3*N/P + 1
    >>> expectation(tr(A*W)*tr(A*W)) - expectation(tr(A*W)*tr(A*W), genus=0)
    tr(A**2)/(N*P)

    A resolvent through order 2:

    >>> from sympy import Symbol
    >>> expectation(tr(resolvent(W, Symbol("z"))), order=2)
    N/(P*z**3) + 1/z - 1/z**2 + z**(-3)
    """
    problem = _Problem(expression, genus, real, order)
    return problem.writer.sum(problem.states)


def genus_expansion(
    expression: Expr, genus: Genus = None, *, real: bool = False, order: int | None = None
) -> dict[Expr, Expr]:
    """The pieces of ``expectation`` by genus.

    Parameters
    ----------
    expression : Expr
        What ``expectation`` takes.
    genus : int, Fraction or Rational, optional
        The largest genus; None, the default, is everything.
    real : bool, default False
        Whether Wishart, Ginibre and GOE letters are real; by default they are complex.
    order : int, optional
        The largest number of random letters where inverses are expanded, as for ``expectation``.

    Returns
    -------
    dict of Expr to Expr
        From the genus, in ascending order, to its piece; those that vanish are left out, and the
        sum of all is the expectation.

    Raises
    ------
    ReadError, PlanarError, TooLargeError
        As ``expectation`` does.

    Examples
    --------
    >>> from planar.ensembles.goe import GOE
    >>> from planar.formulas.symbols import dims, tr
    >>> H = GOE("H", dims("N"))
    >>> genus_expansion(tr(H**8))
    {0: 14, 1: 70/N**2, 2: 21/N**4}
    >>> genus_expansion(tr(H**4), real=True)
    {0: 2, 1/2: 5/N, 1: 5/N**2}

    The first correction to a resolvent, through order 4:

    >>> from planar.formulas.symbols import resolvent
    >>> from sympy import Symbol
    >>> genus_expansion(tr(resolvent(H, Symbol("z"))), 1, order=4)[1]
    1/(N**2*z**5)
    """
    problem = _Problem(expression, genus, real, order)
    return {Rational(g, 2): piece for g, piece in problem.writer.pieces(problem.states).items()}


class _Problem:
    """An expression with its alphabet; ``states`` is its expectation in deterministic traces."""

    def __init__(self, expression: Expr, genus: Genus, real: bool, order: int | None) -> None:
        most = None if genus is None else _grade(genus)
        order = _order(order)
        target = read(expression)
        sums = monomials_of(target, order)
        atoms = chain.from_iterable(chain.from_iterable(map(_words, sums)))
        known = Monomials()
        alphabet = LetterCodes(dict.fromkeys(atoms), known, real=real and most != 0)
        self.writer = Writer(alphabet, known, target.shape)
        method: PlanarSum | Wick
        if most == 0:
            method = PlanarSum(alphabet, known)
        else:
            _must_be_gaussian(target)
            method = Wick(alphabet, known, real=real, most=most)
        self.states: dict[State, Polynomial] = method.expectation(_states(sums, alphabet, known))


def _words(monomial: Monomial) -> tuple[Word, ...]:
    return (*monomial.traces, monomial.matrix or ())


def _states(
    sums: dict[Monomial, Expr], alphabet: LetterCodes, known: Monomials
) -> dict[State, Polynomial]:
    """Unnormalised traces; an open word is closed with the marker."""
    states: dict[State, Polynomial] = {}
    for monomial, value in sums.items():
        words = [alphabet.encode(word) for word in monomial.traces]
        if monomial.matrix is not None:
            words.append(alphabet.encode(monomial.matrix) + bytes([MARKER]))
        sizes = (word[0].rows for word in monomial.traces)
        number, scalar = Mul(value, *(1 / size for size in sizes)).as_coeff_Mul()
        if not number.is_Integer:
            number, scalar = 1, number * scalar
        polynomial = states.setdefault(tuple(sorted(map(alphabet.least, words))), {})
        key = known.scalar(scalar)
        polynomial[key] = polynomial.get(key, 0) + int(number)
    return states


def _must_be_gaussian(target: Target) -> None:
    for letter in letters(target):
        if isinstance(letter, RandomLetter) and not gaussian(letter):
            raise PlanarError(
                "beyond the planar sum only Wishart, Ginibre and GOE letters are known, and "
                f"{letter.name} is a {type(letter).__name__}; ask for genus=0."
            )


def _grade(genus: Any) -> int:
    """Twice the genus."""
    twice: Any = -1
    if isinstance(genus, int | np.integer | Fraction | Rational) and not isinstance(genus, bool):
        twice = 2 * genus
    if twice < 0 or int(twice) != twice:
        raise PlanarError(
            f"there is no genus {genus!r}; give 0, 1, 2, ..., for real ensembles also "
            "Rational(1, 2), Rational(3, 2), ..., or None for all of them."
        )
    return int(twice)


def _order(order: Any) -> int | None:
    """The number of random letters as a Python integer."""
    if order is None:
        return None
    try:
        number = -1 if isinstance(order, bool) else index(order)
    except TypeError:
        number = -1
    if number < 0:
        raise PlanarError(
            f"there is no order {order!r}; "
            "the order is the number of random letters, 0, 1, 2, ..., or None."
        )
    return number
