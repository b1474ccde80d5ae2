"""What a spectral question is asked of: the trace of one resolvent in one spectral symbol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Expr, Identity, MatrixSymbol, S, Symbol, conjugate

from planar.derivation.equivalent import Equivalent
from planar.ensembles.law import Law
from planar.expression.tree import Inv, Product, Sum, Tree, adjoint, children
from planar.expression.values import Spectrum, dimensions_of
from planar.formulas.symbols import normalised
from planar.foundations.errors import SpectralError
from planar.foundations.words import Letter

__all__ = ["completed", "needs_gamma", "sizes_told", "spectral_symbol"]


_ADVICE = "derive tr(resolvent(X, lam)) with one symbol lam and ask that for its density"


def spectral_symbol(equivalent: Equivalent, values: Mapping[Any, Any]) -> Symbol:
    """The one scalar of ``tr (lam + X)^-1`` that ``values`` leaves open; what else is added to it
    belongs to X.

    Raises ``SpectralError`` where the expression is anything but the trace of one resolvent.
    """
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
    shift = sum((c for c, tree in inverse.argument.terms if _is_identity(tree)), S.Zero)
    rest = [(c, tree) for c, tree in inverse.argument.terms if not _is_identity(tree)]
    open_ = [s for s in equivalent.scalars if s not in values and s in shift.free_symbols]
    if len(open_) != 1:
        found = ", ".join(map(str, open_)) or "none"
        raise SpectralError(
            f"one symbol of the shift in `{equivalent.lhs}` is to be left without a value, found {found}; {_ADVICE}."
        )
    symbol = open_[0]
    inside = [c for c, _ in rest] + [c for _, tree in rest for c in _coefficients(tree)]
    if any(symbol in c.free_symbols for c in (shift - symbol, *inside)):
        raise SpectralError(
            f"{symbol} stands elsewhere in `{equivalent.lhs}` than once in the shift; {_ADVICE}."
        )
    return symbol


def completed(equivalent: Equivalent, values: Mapping[Any, Any]) -> dict[Any, Any]:
    """The values, with a number for every dimension on which nothing depends (the N of a GOE
    alone).
    """
    told = sizes_told(equivalent, values)
    sizes = {
        s
        for x in (*equivalent.letters, *equivalent.laws)
        for d in dimensions_of(x)
        for s in d.free_symbols
    }
    used = {s for e in _expressions(equivalent) for s in _scalars(normalised(e))}
    free = sorted((s for s in sizes - told - used if s not in values), key=str)
    return {**values, **dict.fromkeys(free, 1)}


def sizes_told(equivalent: Equivalent, values: Mapping[Any, Any]) -> set[Expr]:
    """Dimensions that the values of letters tell."""
    return {d for letter in equivalent.letters if _tells(values.get(letter)) for d in letter.shape}


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


def _tells(value: object) -> bool:
    return value is not None and not (isinstance(value, Spectrum) and not value.uniform)


def needs_gamma(equivalent: Equivalent) -> bool:
    """Whether gamma(R, R*) < 1 is asked for along the way to the axis.

    Always, since it tells where a resolvent of a matrix that is not self-adjoint leaves its series;
    but the rungs of a letter that alternates with its transpose and is not Gaussian (Haar) are no
    positive map, so that gamma says nothing there, and where X is visibly self-adjoint the
    inequalities of ``herglotz`` stand alone.
    """
    alternating = [law for law in equivalent.laws if law.alternating and not _gaussian(law)]
    (inverse,) = equivalent.target.terms[0].traces
    return not (alternating and isinstance(inverse, Inv) and self_adjoint(inverse.argument))


def _gaussian(law: Law) -> bool:
    return all(law.free_cumulant(n) == 0 for n in (4, 6))


def self_adjoint(tree: Tree) -> bool:
    """Whether a tree is its own adjoint for real values, or a positive letter times such a word."""
    words, mirrored = _expanded(tree), _expanded(adjoint(tree))
    if words == mirrored:
        return True
    alone = [word for word in words if word]
    if len(alone) != 1 or any(not c.is_real for c in words.values()):
        return False
    (word,) = alone
    heads = ((word[0], word[1:]), (word[-1], word[:-1]))
    return any(
        getattr(getattr(x, "symbol", None), "positive", False) and rest == _mirror(rest)
        for x, rest in heads
    )


_Word = tuple[Any, ...]


def _mirror(word: _Word) -> _Word:
    return tuple(_bare(x.T) if isinstance(x, Letter) else x for x in reversed(word))


def _bare(letter: Letter) -> Letter:
    return letter.conjugate if letter.conjugated else letter


def _expanded(tree: Tree) -> dict[_Word, Expr]:
    """A tree as a sum of words in letters and inverses, for real values of the letters and scalars."""
    match tree:
        case Letter():
            return {(_bare(tree),): S.One}
        case Inv(argument):
            return {(frozenset(_expanded(argument).items()),): S.One}
        case Sum(terms, _):
            parts = [(_real(c) * k, word) for c, t in terms for word, k in _expanded(t).items()]
        case Product(factors, _):
            parts = [(S.One, ())]
            for factor in factors:
                parts = [
                    (c * k, (*word, *more))
                    for c, word in parts
                    for more, k in _expanded(factor).items()
                ]
    found: dict[_Word, Expr] = {}
    for c, word in parts:
        found[word] = found.get(word, S.Zero) + c
    return {word: c for word, c in found.items() if c != 0}


def _real(coefficient: Expr) -> Expr:
    return coefficient.replace(
        lambda e: isinstance(e, conjugate) and e.args[0].is_Symbol, lambda e: e.args[0]
    )


def _is_identity(tree: Tree) -> bool:
    return isinstance(tree, Product) and not tree.factors


def _coefficients(tree: Tree) -> Iterator[Expr]:
    if isinstance(tree, Sum):
        yield from (c for c, _ in tree.terms)
    for child in children(tree):
        yield from _coefficients(child)
