"""The trace of one resolvent in one spectral symbol, of which spectra are computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from sympy import Expr, Identity, MatrixSymbol, S, Symbol

from planar.applications.spectral.self_adjointness import real_spectrum
from planar.derivation.equivalent import Equivalent
from planar.ensembles.law import Law
from planar.expression.dimensions import dimensions_of
from planar.expression.spectrum import Spectrum
from planar.expression.tree import Inv, Product, Sum, Tree, children
from planar.formulas.symbols import normalised
from planar.foundations.errors import SpectralError

__all__ = ["completed", "determined_sizes", "needs_gamma", "spectral_symbol"]


_ADVICE = "derive tr(resolvent(X, lam)) with one symbol lam and ask that for its density"


def spectral_symbol(equivalent: Equivalent, values: Mapping[Any, Any]) -> Symbol:
    """The one scalar of ``tr (lam + X)^-1`` that ``values`` leaves open.

    What else is added to it belongs to X. Raises ``SpectralError`` where the expression is anything
    but the trace of one resolvent.
    """
    argument = _inverted_sum(equivalent)
    shift = sum((c for c, tree in argument.terms if _is_identity(tree)), S.Zero)
    symbol = _open_symbol(equivalent, values, shift)
    coefficients = [shift - symbol]
    for c, tree in argument.terms:
        if not _is_identity(tree):
            coefficients += [c, *_coefficients(tree)]
    if any(symbol in c.free_symbols for c in coefficients):
        raise SpectralError(
            f"{symbol} stands elsewhere in `{equivalent.lhs}`, not only in the shift; {_ADVICE}."
        )
    return symbol


def _inverted_sum(equivalent: Equivalent) -> Sum:
    """The sum that is inverted under the one trace."""
    terms = equivalent.target.terms
    if (
        len(terms) != 1
        or terms[0].matrix is not None
        or len(terms[0].traces) != 1
        or terms[0].coefficient != 1
    ):
        raise SpectralError(
            f"`{equivalent.lhs}` is not the normalised trace of one resolvent; {_ADVICE}."
        )
    inverse = terms[0].traces[0]
    if not isinstance(inverse, Inv) or not isinstance(inverse.argument, Sum):
        raise SpectralError(
            f"`{equivalent.lhs}` is not the trace of an inverse (lam + X)^-1; {_ADVICE}."
        )
    return inverse.argument


def _open_symbol(equivalent: Equivalent, values: Mapping[Any, Any], shift: Expr) -> Symbol:
    """The one symbol of the shift that has no value."""
    symbols = [s for s in equivalent.scalars if s not in values and s in shift.free_symbols]
    if len(symbols) != 1:
        names = ", ".join(map(str, symbols)) or "none"
        raise SpectralError(
            f"one symbol of the shift in `{equivalent.lhs}` must be left without a value, "
            f"got {names}; {_ADVICE}."
        )
    return symbols[0]


def completed(equivalent: Equivalent, values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values, with a number for every dimension on which nothing depends.

    Such is the N of a GOE alone.
    """
    dimensions = chain.from_iterable(
        map(dimensions_of, (*equivalent.letters, *equivalent.laws)),
    )
    sizes = set[Symbol]().union(*(d.free_symbols for d in dimensions))
    used = set(chain.from_iterable(_scalars(normalised(e)) for e in _expressions(equivalent)))
    unused = sizes - determined_sizes(equivalent, values) - used
    free = sorted((s for s in unused if s not in values), key=str)
    return {**values, **dict.fromkeys(free, 1)}


def determined_sizes(equivalent: Equivalent, values: Mapping[Any, Any]) -> set[Expr]:
    """Dimensions that follow from the values of letters."""
    letters = [x for x in equivalent.letters if _has_size(values.get(x))]
    return set(chain.from_iterable(letter.shape for letter in letters))


def _expressions(equivalent: Equivalent) -> Iterator[Expr]:
    yield equivalent.rhs
    for d in (*equivalent.definitions, *equivalent.named, *equivalent.auxiliary):
        yield d.expr


def _scalars(expression: Expr) -> Iterator[Symbol]:
    """Symbols of an expression, the dimensions of its matrices left out."""
    if isinstance(expression, Symbol):
        yield expression
    elif not isinstance(expression, MatrixSymbol | Identity):
        for argument in expression.args:
            yield from _scalars(argument)


def _has_size(value: object) -> bool:
    return value is not None and not (isinstance(value, Spectrum) and not value.uniform)


def needs_gamma(equivalent: Equivalent) -> bool:
    """Whether gamma(R, R*) < 1 is asked for along the way to the axis.

    It always is, since it shows where a resolvent of a matrix that is not self-adjoint leaves its
    series; but the rungs of a letter that alternates with its transpose and is not Gaussian (Haar)
    are not a positive map, so that gamma says nothing there, and where X has a real spectrum the
    inequalities of ``herglotz`` stand alone.
    """
    alternating = [law for law in equivalent.laws if law.alternating and not _gaussian(law)]
    (inverse,) = equivalent.target.terms[0].traces
    return not (alternating and isinstance(inverse, Inv) and real_spectrum(inverse.argument))


def _gaussian(law: Law) -> bool:
    return all(law.free_cumulant(n) == 0 for n in (4, 6))


def _is_identity(tree: Tree) -> bool:
    return isinstance(tree, Product) and not tree.factors


def _coefficients(tree: Tree) -> Iterator[Expr]:
    if isinstance(tree, Sum):
        yield from (c for c, _ in tree.terms)
    for child in children(tree):
        yield from _coefficients(child)
