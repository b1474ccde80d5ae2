"""The layout of a generated module: its names, inputs and their order, and what it computes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain

from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Equivalent, MatrixEvidence
from planar.ensembles.law import Law
from planar.expression.tree import identity_sizes
from planar.formulas.quantities import Part
from planar.kernels.program.identifiers import identifiers

__all__ = ["Layout", "occurs", "spectral_letter"]


class Layout:
    """The layout of a module.

    ``diagonal`` are letters whose values are diagonals in one basis, which saves their matrices;
    ``eigenbasis`` says whether a symmetric letter may be taken to its eigenbasis, which a complex
    one need not have.
    ``source`` is the equivalent whose iteration and evidence the module holds: the given one, or,
    where that is a formula of the user's own, the derived one beside it; ``leads`` then gives its
    unknowns as functions of quantities of the derived one. ``names`` are those of letters, scalars,
    dimensions and R-transforms, ``bound`` those of all symbols.
    """

    def __init__(
        self,
        equivalent: Equivalent,
        diagonal: frozenset[str] = frozenset(),
        source: Equivalent | None = None,
        leads: Mapping[Symbol, Expr] | None = None,
        eigenbasis: bool = True,
    ) -> None:
        self.equivalent, self.source = equivalent, source or equivalent
        self.diagonal, self.eigenbasis = diagonal, eigenbasis
        self.leads = dict(leads or {})
        self.letters = [letter.name for letter in equivalent.letters]
        self.dimensions = _dimensions(equivalent)
        self.symbols = [s.name for s in equivalent.scalars]
        self.functions = _symbolic_transforms(equivalent)
        self.rows = Dependence(_rows(equivalent, self.source))
        self.definitions = self._needed()
        self.names, self.bound = self._named()
        self.spectral = spectral_letter(self, diagonal) if eigenbasis else None
        self.shared = _shared(equivalent, self.spectral) | (diagonal - {self.spectral})

    def _named(self) -> tuple[dict[str, str], dict[Symbol, str]]:
        """Identifiers of the inputs by their names, and of all symbols."""
        given = {s.name: s for s in (*self.equivalent.scalars, *self.dimensions)}
        dimensions = [d.name for d in self.dimensions]
        inputs = dict.fromkeys([*self.letters, *self.symbols, *dimensions, *self.functions])
        own = [d.symbol for d in self.equivalent.definitions]
        symbols = dict.fromkeys((*own, *self.source.symbols))
        inside = [s for s in symbols if s not in given.values()]
        spelled: dict[str | Symbol, str] = {**{n: n for n in inputs}, **{s: s.name for s in inside}}
        chosen = identifiers(spelled)
        names = {n: chosen[n] for n in inputs}
        bound = {s: chosen[s] for s in inside} | {s: chosen[name] for name, s in given.items()}
        return names, bound

    def _needed(self) -> tuple[Definition, ...]:
        """The definitions of the formula, and all that its module computes beside them.

        These are what leads to its unknowns, and what evidence and iteration hold.
        """
        states = {*self.source.states, *(d.symbol for d in self.source.named)}
        leading = [e for u, e in self.leads.items() if u in self.rows.cyclic]
        evidence = chain.from_iterable(item.expressions for item in self.source.evidence)
        wanted = {d.symbol for d in self.equivalent.definitions}
        wanted |= _symbols((*leading, *evidence)) | _of_rungs(self.source)
        wanted |= _symbols(_of_iteration(self.source)) - states
        needed = self.rows.below(wanted)
        return tuple(d for s, d in self.rows.rows.items() if s in needed)

    @cached_property
    def constants(self) -> tuple[Definition, ...]:
        """Definitions that hold no unknown, directly or through others."""
        implicit = {d.symbol for d in self.definitions if d.implicit}
        varying = implicit | self.rows.above(implicit)
        return tuple(
            d for d in self.rows.ordered() if d in self.definitions and d.symbol not in varying
        )

    @cached_property
    def unknowns(self) -> tuple[Definition, ...]:
        """Implicit definitions on which Newton works: all others follow from their values.

        What the iteration gives comes before all else, so that Newton has a start.
        """
        started = {*self.source.states, *(d.symbol for d in self.source.named), *self.leads}
        rows = Dependence(d for d in self.definitions if d.implicit)

        def rank(_: object, s: Symbol) -> tuple[bool, int]:
            return s not in started or isinstance(rows.rows[s].quantity, Part), rows.place[s]

        return tuple(rows.rows[s] for s in rows.feedback(rank))

    @cached_property
    def following(self) -> tuple[Definition, ...]:
        """All that follows from the unknowns, each after those that it needs."""
        done = {*self.constants, *self.unknowns}
        return Dependence(d for d in self.definitions if d not in done).ordered()

    def arguments(self) -> list[str]:
        """The keywords of the module's functions that have no default.

        They are letters, scalars, R-transforms, and dimensions that no letter determines.
        """
        inferred = self.inferred()
        sizes = [d.name for d in self.dimensions if d not in inferred]
        return [self.names[x] for x in (*self.letters, *self.symbols, *self.functions, *sizes)]

    def options(self) -> list[str]:
        """The keywords with a default: weights of the eigenvalues, and inferred dimensions."""
        weights = [f"{self.names[self.spectral]}_weights"] if self.spectral else []
        return [*weights, *(self.names[d.name] for d in self.inferred())]

    def inferred(self) -> dict[Symbol, tuple[str, int]]:
        """Dimensions that follow from the shapes of letters: symbol -> (letter, axis)."""
        places: dict[Symbol, tuple[str, int]] = {}
        for letter in self.equivalent.letters:
            for axis, size in enumerate(letter.shape):
                if isinstance(size, Symbol):
                    places.setdefault(size, (letter.name, axis))
        return places

    @property
    def expressions(self) -> Iterable[Expr]:
        """Every expression that a module may evaluate."""
        yield self.equivalent.rhs
        yield from (d.expr for d in self.equivalent.definitions)
        yield from (d.expr for d in (*self.source.definitions, *self.source.named))
        for law in self.source.iteration:
            yield from chain.from_iterable(law.overlaps)
        for item in self.source.evidence:
            yield from item.expressions


def _of_rungs(equivalent: Equivalent) -> set[Symbol]:
    """The self-energies whose rungs the evidence of true matrices holds, needed by no formula."""
    matrices = (item for item in equivalent.evidence if isinstance(item, MatrixEvidence))
    laws = chain.from_iterable(item.laws for item in matrices)
    return {s for _, _, s in chain.from_iterable(law.places for law in laws)}


def _symbols(expressions: Iterable[Expr]) -> set[Symbol]:
    """All symbols of these expressions."""
    return set[Symbol]().union(*(e.atoms(Symbol) for e in expressions))


def _symbolic_transforms(equivalent: Equivalent) -> list[str]:
    """The R-transforms that stand in the formula as functions without a value."""
    symbolic = [law for law in equivalent.laws if getattr(law, "kind", "") == "symbolic"]
    return sorted({f"R_{law.name}" for law in symbolic})


def _rows(equivalent: Equivalent, source: Equivalent) -> tuple[Definition, ...]:
    """All definitions at hand, those of the formula in their own words."""
    own = {d.symbol: d for d in (*source.auxiliary, *source.definitions)}
    return tuple({**own, **{d.symbol: d for d in equivalent.definitions}}.values())


def _of_iteration(equivalent: Equivalent) -> Iterable[Expr]:
    yield from (d.expr for d in equivalent.named)
    for law in equivalent.iteration:
        yield from law.expressions


def _dimensions(equivalent: Equivalent) -> list[Symbol]:
    letters = (*equivalent.letters, *equivalent.laws)
    sizes = dict.fromkeys(chain.from_iterable(map(_sizes, letters)))
    written = _symbols((equivalent.rhs, *(d.expr for d in equivalent.definitions)))
    sizes |= dict.fromkeys(s for s in identity_sizes(equivalent.target) if s in written)
    return sorted((s for s in sizes if isinstance(s, Symbol)), key=lambda s: s.name)


def _sizes(letter: MatrixSymbol) -> list[Expr]:
    """The shape of a letter, and the symbols in the constants of its law."""
    constants = letter.constants().values() if isinstance(letter, Law) else ()
    return [*letter.shape, *sorted(_symbols(constants), key=str)]


def spectral_letter(plan: Layout, diagonal: frozenset[str] = frozenset()) -> str | None:
    """The one symmetric letter of which every inverse is a function, None if there is none.

    Where all letters inside of inverses are ``diagonal``, it is the first symmetric one of these.
    """
    inverted = _inverted(plan.expressions)
    if len(inverted) == 1:
        ((name, symbol),) = inverted.items()
        return name if _is_symmetric(symbol) else None
    if diagonal and inverted.keys() <= diagonal:
        letters = plan.equivalent.letters
        return next((q.name for q in letters if q.name in diagonal and _is_symmetric(q)), None)
    return None


def _inverted(expressions: Iterable[Expr]) -> dict[str, MatrixSymbol]:
    """The letters inside of inverses and powers, by name."""
    letters: dict[str, MatrixSymbol] = {}
    for expression in expressions:
        for inverse in expression.atoms(Inverse, MatPow):
            letters |= {symbol.name: symbol for symbol in inverse.atoms(MatrixSymbol)}
    return letters


def _is_symmetric(letter: MatrixSymbol) -> bool:
    return bool(getattr(letter, "symmetric", False))


def _shared(equivalent: Equivalent, spectral: str | None) -> frozenset[str]:
    """The symmetric letters that commute with the spectral one: they have its eigenbasis."""
    pairs = [pair for pair in equivalent.commuting if spectral in pair]
    commuting = set(chain.from_iterable(pairs)) - {spectral}
    return frozenset(q.name for q in equivalent.letters if q.name in commuting and _is_symmetric(q))


def occurs(name: str, text: str) -> bool:
    """Whether a name occurs in a text as a word of its own."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
