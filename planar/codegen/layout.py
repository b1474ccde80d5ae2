"""What a generated module needs to know of an equivalent: names, inputs and their order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol

from planar.codegen.identifiers import identifiers
from planar.ensembles.law import Law
from planar.equivalent import STAR, Definition, Equivalent, Evidence, MatrixEvidence

__all__ = ["Layout", "occurs", "spectral_letter"]


class Layout:
    """What a module needs: names, the spectral letter if there is one, inputs and their order.

    ``diagonal`` are letters whose values are diagonals in one basis, which saves their matrices.
    """

    def __init__(self, equivalent: Equivalent, diagonal: frozenset[str] = frozenset()) -> None:
        self.equivalent = equivalent
        self.letters = [letter.name for letter in equivalent.letters]
        self.definitions = _solved(equivalent)
        self.dimensions = _dimensions(equivalent)
        self.symbols = [s.name for s in equivalent.scalars]
        self.functions = sorted({f"R_{law.name}" for law in equivalent.laws if getattr(law, "kind", "") == "symbolic"})
        unknown = [d.symbol.name for d in (*equivalent.auxiliary, *equivalent.definitions, *equivalent.named)]
        unknown += [d.symbol.name for item in equivalent.evidence if isinstance(item, Evidence) for d in item.named]
        states = [s.name for d in equivalent.iteration for _, _, s in d.places]
        every = [*self.letters, *self.symbols, *(d.name for d in self.dimensions), *self.functions, *unknown, *states, "z"]
        self.names = identifiers(dict.fromkeys(every))
        self.spectral = spectral_letter(equivalent, diagonal)
        self.shared = _shared(equivalent, self.spectral) | (diagonal - {self.spectral})

    def arguments(self) -> list[str]:
        """Keyword names of the module's functions: letters, scalars, R-transforms, dimensions that no letter tells."""
        told = self.inferred()
        rest = [d.name for d in self.dimensions if d not in told]
        return [self.names[x] for x in (*self.letters, *self.symbols, *self.functions, *rest)]

    def options(self) -> list[str]:
        """Keywords with a default: weights of the eigenvalues, and the dimensions that letters tell."""
        weights = [f"{self.names[self.spectral]}_weights"] if self.spectral else []
        return [*weights, *(self.names[d.name] for d in self.inferred())]

    def inferred(self) -> dict[Symbol, tuple[str, int]]:
        """Dimensions that the shapes of letters tell: symbol -> (letter, axis)."""
        found: dict[Symbol, tuple[str, int]] = {}
        for letter in self.equivalent.letters:
            for axis, size in enumerate(letter.shape):
                if isinstance(size, Symbol):
                    found.setdefault(size, (letter.name, axis))
        return found


def _solved(equivalent: Equivalent) -> tuple[Definition, ...]:
    """What a module computes: the definitions of the formula, and what else the evidence holds."""
    rows = {d.symbol.name: d for d in (*equivalent.auxiliary, *equivalent.definitions)}
    held = [s.name.removesuffix(STAR) for e in _of_evidence(equivalent) for s in e.atoms(Symbol)]
    held += [s.name for e in _of_iteration(equivalent) for s in e.atoms(Symbol) if s.name not in _states(equivalent)]
    todo, needed = [*(d.symbol.name for d in equivalent.definitions), *held], dict[str, None]()
    while todo:
        name = todo.pop()
        if name in rows and name not in needed:
            needed[name] = None
            todo += [s.name for s in rows[name].expr.atoms(Symbol)]
    return tuple(d for name, d in rows.items() if name in needed)


def _states(equivalent: Equivalent) -> set[str]:
    """What the iteration computes for itself."""
    return {s.name for law in equivalent.iteration for _, _, s in law.places} | {d.symbol.name for d in equivalent.named}


def _of_iteration(equivalent: Equivalent) -> Iterable[Expr]:
    yield from (d.expr for d in equivalent.named)
    for law in equivalent.iteration:
        yield from chain.from_iterable(law.overlaps)
        yield from (c for c, _ in law.relation)
        yield from [law.r_transform] * (law.r_transform is not None)


def _of_evidence(equivalent: Equivalent) -> Iterable[Expr]:
    for item in equivalent.evidence:
        if isinstance(item, MatrixEvidence):
            yield from chain.from_iterable((*item.propagators, *(row for law in item.laws for row in law.overlaps)))
        else:
            yield from chain.from_iterable((*item.on_s, *item.on_h, *item.loops))
            yield from (d.expr for d in item.named)


def _dimensions(equivalent: Equivalent) -> list[Symbol]:
    sizes = chain.from_iterable([*letter.shape, *_law_sizes(letter)] for letter in (*equivalent.letters, *equivalent.laws))
    found = {s: None for s in sizes if isinstance(s, Symbol)}
    return sorted(found, key=lambda s: s.name)


def _law_sizes(letter: object) -> list[Expr]:
    values = letter.constants().values() if isinstance(letter, Law) else ()
    return [e for value in values for e in sorted(value.atoms(Symbol), key=str)]


def spectral_letter(equivalent: Equivalent, diagonal: frozenset[str] = frozenset()) -> str | None:
    """The one symmetric letter of which every inverse is a function, None where there are several or none.

    Where all of them are ``diagonal``, the first of these in their place.
    """
    letters: dict[str, MatrixSymbol] = {}
    for expression in _expressions(equivalent):
        for node in expression.atoms(Inverse, MatPow):
            for symbol in node.atoms(MatrixSymbol):
                letters[symbol.name] = symbol
    if len(letters) != 1 and diagonal and letters.keys() <= diagonal:
        letters = {q.name: q for q in equivalent.letters if q.name in diagonal and getattr(q, "symmetric", False)}
        letters = dict(list(letters.items())[:1])
    if len(letters) != 1:
        return None
    ((name, symbol),) = letters.items()
    return name if getattr(symbol, "symmetric", False) else None


def _shared(equivalent: Equivalent, spectral: str | None) -> frozenset[str]:
    """The symmetric letters that commute with the spectral one: they have its eigenbasis."""
    beside = {a if b == spectral else b for a, b in equivalent.commuting if spectral in (a, b)} - {spectral}
    return frozenset(q.name for q in equivalent.letters if q.name in beside and getattr(q, "symmetric", False))


def _expressions(equivalent: Equivalent) -> Iterable[Expr]:
    yield equivalent.rhs
    yield from (d.expr for d in (*equivalent.definitions, *equivalent.named))
    for law in equivalent.iteration:
        yield from chain.from_iterable(law.overlaps)
    yield from _of_evidence(equivalent)


def occurs(name: str, text: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
