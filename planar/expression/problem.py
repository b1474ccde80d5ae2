"""The question, read once: what is to be derived, in which letters, laws, scalars and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import Dummy, Expr, MatrixSymbol, Symbol

from planar.ensembles.law import Law
from planar.ensembles.notation import Notation, notation
from planar.expression.tree import Target, Tree, children, coefficients, leaves, letters, read
from planar.expression.values import dimensions_of
from planar.formulas.symbols import Deterministic, RandomLetter
from planar.foundations.errors import DeclarationError, PlanarError, ReadError

__all__ = ["Pairs", "Problem", "posed"]

Pairs = tuple[tuple[str, str], ...]


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
        """The names that the user holds, which no quantity of planar's may take."""
        every = (*self.letters, *self.laws, *self.sizes, *self.scalars)
        return tuple(dict.fromkeys(str(x.name) for x in every))

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The user's symbols, sizes and scalars, which take values."""
        return (*self.sizes, *self.scalars)

    @cached_property
    def notation(self) -> Notation:
        """How the constants of the laws are written, under names that the user does not hold."""
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
        names, free = (", ".join(s.name for s in every) for every in (self.letters, self.laws))
        parts = ["each other"] * (len(self.laws) > 1) + [
            f"the deterministic letters {names}"
        ] * bool(names)
        if parts:
            lines.append(f"{free} free of {' and of '.join(parts)}")
        positive = (s for s in self.letters if isinstance(s, Deterministic) and s.positive)
        lines += [f"{s.name} is positive semidefinite" for s in positive]
        lines += [f"{a} and {b} commute" for a, b in self.commuting]
        return tuple(lines)


def posed(expression: Expr, commuting: Iterable[tuple[Any, Any]] = ()) -> Problem:
    """The problem that an expression states.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> N, P = dims("N P")
    >>> found = posed(resolvent(deterministic("A", N) * Wishart("W", N, P), Symbol("lambda")))
    >>> found.letters, found.laws, found.scalars, found.sizes
    ((A,), (W,), (lambda,), (N, P))

    Raises ``ReadError``, ``ShapeError``, ``DeclarationError`` for what is no expression or names
    two things alike.
    """
    pairs = tuple((_name(a), _name(b)) for a, b in commuting)
    target = read(expression)
    symbols = letters(target)
    laws = tuple(s for s in symbols if isinstance(s, RandomLetter))
    for law in laws:
        if not isinstance(law, Law):
            raise PlanarError(f"the random letter {law.name} has no law.")
    _refuse_transposes(target)
    scalars = _scalars(target, symbols)
    _refuse_homonyms(symbols, scalars)
    fixed = tuple(s for s in symbols if not isinstance(s, RandomLetter))
    return Problem(expression, target, fixed, laws, scalars, _sizes(symbols), pairs)


def _name(letter: Any) -> str:
    name = getattr(letter, "name", None)
    if not isinstance(name, str):
        raise ReadError(f"commuting takes pairs of letters, got {letter!r}.")
    return name


def _refuse_transposes(target: Target) -> None:
    """A letter known by its R-transform alone says nothing of products with its own transpose."""
    for leaf in (x for tree in target.trees for x in leaves(tree)):
        if leaf.random and leaf.transposed and not leaf.symbol.alternating:
            raise PlanarError(
                f"cannot derive with {leaf.name}.T: {leaf.name} is not symmetric, and its law says nothing of {leaf.name} and "
                f"its transpose together; leave out symmetric=False where {leaf.name} is symmetric."
            )


def _refuse_homonyms(symbols: Sequence[MatrixSymbol], scalars: Sequence[Symbol]) -> None:
    """Refuse a name of a letter and of a symbol, and one of two symbols with different assumptions."""
    known: dict[str, Any] = {x.name: x for x in symbols}
    sizes = [
        s
        for x in symbols
        for a in x.args[1:]
        for s in sorted(a.free_symbols, key=str)
        if isinstance(s, Symbol)
    ]
    for symbol in (*sizes, *scalars):
        other = known.setdefault(symbol.name, symbol)
        if other != symbol and not isinstance(symbol, Dummy):
            what = (
                "a letter and a symbol"
                if isinstance(other, MatrixSymbol)
                else "two symbols with different assumptions"
            )
            raise DeclarationError(f"{symbol.name} names {what}; give one of them another name.")


def _sizes(symbols: Sequence[MatrixSymbol]) -> tuple[Symbol, ...]:
    """The dimensions, first the one over which most deterministic letters are square."""
    sizes = [s for x in symbols for d in dimensions_of(x) for s in sorted(d.atoms(Symbol), key=str)]
    square = [
        x.shape[0] for x in symbols if isinstance(x, Deterministic) and x.shape[0] == x.shape[1]
    ]
    columns = [x.shape[1] for x in symbols if isinstance(x, RandomLetter)]
    return tuple(
        sorted(dict.fromkeys(sizes), key=lambda d: (-square.count(d), -columns.count(d), d.name))
    )


def _scalars(target: Target, symbols: Sequence[MatrixSymbol]) -> tuple[Symbol, ...]:
    """The scalar symbols of an expression and of its laws, dimensions left out, by name."""
    held = [
        c
        for term in target.terms
        for c in (term.coefficient, *(x for t in term.trees for x in _coefficients(t)))
    ]
    found = dict.fromkeys(s for c in held for s in c.atoms(Symbol))
    for law in (s for s in symbols if isinstance(s, Law)):
        found.update(dict.fromkeys(law.parameters_in_law()))
    sizes = [d for s in symbols for d in dimensions_of(s)]
    dimensions = {*sizes, *(d for size in sizes for d in size.atoms(Symbol))}
    return tuple(sorted((s for s in found if s not in dimensions), key=lambda s: s.name))


def _coefficients(tree: Tree) -> Iterator[Expr]:
    """Every scalar that stands in a tree."""
    yield from coefficients(tree)
    for child in children(tree):
        yield from _coefficients(child)
