"""The question, read once: what is to be derived, in which letters, laws, scalars and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from sympy import Dummy, Expr, MatrixSymbol, Symbol

from planar.ensembles.law import Law
from planar.ensembles.notation import Notation, notation
from planar.expression.commuting import Pairs, commuting_pairs
from planar.expression.dimensions import dimensions_of
from planar.expression.reading import read
from planar.expression.tree import (
    Target,
    Tree,
    children,
    coefficients,
    identity_sizes,
    leaves,
    letters,
)
from planar.formulas.symbols import Deterministic, RandomLetter
from planar.foundations.errors import DeclarationError, PlanarError

__all__ = ["Pairs", "Problem", "posed"]


@dataclass(frozen=True)
class Problem:
    """An expression with all that it holds, each once and by name.

    ``letters`` are the deterministic ones, ``laws`` the random ones; ``sizes`` begin with the
    dimension over which most letters are square, and ratios are written as it over the others;
    ``commuting`` are pairs of names that were declared to commute.
    """

    expression: Expr
    target: Target = field(repr=False)
    letters: tuple[MatrixSymbol, ...]
    laws: tuple[Law, ...]
    scalars: tuple[Symbol, ...]
    sizes: tuple[Symbol, ...]
    commuting: Pairs = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the user chose, which no quantity of planar's may take."""
        named = (*self.letters, *self.laws, *self.sizes, *self.scalars)
        return tuple(dict.fromkeys(str(x.name) for x in named))

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The user's symbols, sizes and scalars, which take values."""
        return (*self.sizes, *self.scalars)

    @cached_property
    def notation(self) -> Notation:
        """How the constants of the laws are written, under names that the user did not choose."""
        return notation(self.laws, self.names)

    @property
    def letter_pairs(self) -> list[tuple[MatrixSymbol, MatrixSymbol]]:
        """The pairs of letters that were declared to commute."""
        known = {letter.name: letter for letter in self.letters}
        return [(known[a], known[b]) for a, b in self.commuting]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the result rests on, a line each: laws, freeness, positivity, commutation."""
        lines = [f"{law.name}: {law.written()}" for law in self.laws]
        others = ["each other"] if len(self.laws) > 1 else []
        if self.letters:
            others.append(f"the deterministic letters {_listed(self.letters)}")
        if others:
            lines.append(f"{_listed(self.laws)} free of {' and of '.join(others)}")
        positive = (s for s in self.letters if isinstance(s, Deterministic) and s.positive)
        lines += [f"{s.name} is positive semidefinite" for s in positive]
        lines += [f"{a} and {b} commute" for a, b in self.commuting]
        return tuple(lines)


def posed(expression: Expr, commuting: Iterable[tuple[Any, Any]] = ()) -> Problem:
    """The problem that an expression states.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> N, P = dims("N P")
    >>> problem = posed(resolvent(deterministic("A", N) * Wishart("W", N, P), Symbol("lambda")))
    >>> problem.letters, problem.laws, problem.scalars, problem.sizes
    ((A,), (W,), (lambda,), (N, P))

    Raises ``ReadError``, ``ShapeError``, ``DeclarationError`` for what is not a valid expression or
    gives two things one name.
    """
    target = read(expression)
    symbols = letters(target)
    pairs = commuting_pairs(commuting, symbols)
    laws = tuple(s for s in symbols if isinstance(s, RandomLetter))
    for law in laws:
        if not isinstance(law, Law):
            raise PlanarError(
                f"the random letter {law.name} has no law; declare it with one of the ensembles."
            )
    _refuse_transposes(target)
    scalars = _scalars(target, symbols)
    _refuse_homonyms(symbols, scalars)
    fixed = tuple(s for s in symbols if not isinstance(s, RandomLetter))
    sizes = tuple(dict.fromkeys((*_sizes(symbols), *identity_sizes(target))))
    return Problem(expression, target, fixed, laws, scalars, sizes, pairs)


def _listed(symbols: Iterable[MatrixSymbol]) -> str:
    return ", ".join(s.name for s in symbols)


def _refuse_transposes(target: Target) -> None:
    """A letter known by its R-transform alone says nothing of products with its own transpose."""
    for leaf in chain.from_iterable(map(leaves, target.trees)):
        if leaf.random and leaf.transposed and not leaf.symbol.alternating:
            name = leaf.name
            raise PlanarError(
                f"cannot derive with {name}.T: {name} is not symmetric, and its law says nothing "
                f"of {name} and its transpose together; leave out symmetric=False where {name} is "
                "symmetric."
            )


def _refuse_homonyms(symbols: Sequence[MatrixSymbol], scalars: Sequence[Symbol]) -> None:
    """Refuse one name for a letter and a symbol, or for symbols with different assumptions."""
    known: dict[str, Any] = {x.name: x for x in symbols}
    parameters = chain.from_iterable(map(_symbols_of_parameters, symbols))
    for symbol in (*parameters, *scalars):
        namesake = known.setdefault(symbol.name, symbol)
        if namesake != symbol and not isinstance(symbol, Dummy):
            what = (
                "a letter and a symbol"
                if isinstance(namesake, MatrixSymbol)
                else "two symbols with different assumptions"
            )
            raise DeclarationError(f"{symbol.name} names {what}; give one of them another name.")


def _symbols_of_parameters(letter: MatrixSymbol) -> list[Symbol]:
    """The symbols in the shape and the parameters of a letter, in their order."""
    symbols: list[Symbol] = []
    for parameter in letter.args[1:]:
        free = sorted(parameter.free_symbols, key=str)
        symbols += [s for s in free if isinstance(s, Symbol)]
    return symbols


def _symbols_of_dimensions(matrices: Iterable[MatrixSymbol]) -> list[Symbol]:
    """The symbols that count something, matrix by matrix, with repetitions."""
    symbols: list[Symbol] = []
    for dimension in chain.from_iterable(map(dimensions_of, matrices)):
        symbols += sorted(dimension.atoms(Symbol), key=str)
    return symbols


def _sizes(symbols: Sequence[MatrixSymbol]) -> tuple[Symbol, ...]:
    """The dimensions, first the one over which most deterministic letters are square."""
    fixed = [x for x in symbols if isinstance(x, Deterministic)]
    square = [x.shape[0] for x in fixed if x.shape[0] == x.shape[1]]
    columns = [x.shape[1] for x in symbols if isinstance(x, RandomLetter)]

    def rank(size: Symbol) -> tuple[int, int, str]:
        return -square.count(size), -columns.count(size), size.name

    return tuple(sorted(dict.fromkeys(_symbols_of_dimensions(symbols)), key=rank))


def _scalars(target: Target, symbols: Sequence[MatrixSymbol]) -> tuple[Symbol, ...]:
    """The scalar symbols of an expression and of its laws, dimensions left out, by name."""
    scalars: dict[Symbol, None] = {}
    for coefficient in _coefficients_of_target(target):
        scalars.update(dict.fromkeys(coefficient.atoms(Symbol)))
    for law in (s for s in symbols if isinstance(s, Law)):
        scalars.update(dict.fromkeys(law.parameters_in_law()))
    dimensions = {*_symbols_of_dimensions(symbols), *identity_sizes(target)}
    return tuple(sorted((s for s in scalars if s not in dimensions), key=lambda s: s.name))


def _coefficients_of_target(target: Target) -> Iterator[Expr]:
    for term in target.terms:
        yield term.coefficient
        yield from chain.from_iterable(map(_coefficients, term.trees))


def _coefficients(tree: Tree) -> Iterator[Expr]:
    """Every scalar that stands in a tree."""
    yield from coefficients(tree)
    for child in children(tree):
        yield from _coefficients(child)
