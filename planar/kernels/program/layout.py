"""What a generated module needs to know of an equivalent: names, inputs and their order, what it
computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain

from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Equivalent
from planar.ensembles.law import Law
from planar.formulas.quantities import Part
from planar.kernels.program.identifiers import identifiers

__all__ = ["Layout", "occurs", "spectral_letter"]


class Layout:
    """What a module needs: names, the spectral letter if there is one, inputs and their order.

    ``diagonal`` are letters whose values are diagonals in one basis, which saves their matrices.
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
    ) -> None:
        self.equivalent, self.source, self.leads = (
            equivalent,
            source or equivalent,
            dict(leads or {}),
        )
        self.letters = [letter.name for letter in equivalent.letters]
        self.dimensions = _dimensions(equivalent)
        self.symbols = [s.name for s in equivalent.scalars]
        self.functions = sorted(
            {f"R_{law.name}" for law in equivalent.laws if getattr(law, "kind", "") == "symbolic"}
        )
        self.rows = Dependence(_rows(equivalent, self.source))
        self.definitions = self._needed()
        held = {s.name: s for s in (*equivalent.scalars, *self.dimensions)}
        inputs = dict.fromkeys(
            [*self.letters, *self.symbols, *(d.name for d in self.dimensions), *self.functions]
        )
        own = [d.symbol for d in equivalent.definitions]
        inside = [s for s in dict.fromkeys((*own, *self.source.symbols)) if s not in held.values()]
        every: dict[str | Symbol, str] = {**{n: n for n in inputs}, **{s: s.name for s in inside}}
        found = identifiers(every)
        self.names = {n: found[n] for n in inputs}
        self.bound = {
            **{s: found[s] for s in inside},
            **{s: found[name] for name, s in held.items()},
        }
        self.spectral = spectral_letter(self, diagonal)
        self.shared = _shared(equivalent, self.spectral) | (diagonal - {self.spectral})

    def _needed(self) -> tuple[Definition, ...]:
        """The definitions of the formula, what leads to its unknowns, and what else evidence and
        iteration hold.
        """
        states = {*self.source.states, *(d.symbol for d in self.source.named)}
        wanted = {d.symbol for d in self.equivalent.definitions}
        wanted |= {
            s for u, e in self.leads.items() if u in self.rows.cyclic for s in e.atoms(Symbol)
        }
        wanted |= {
            s for item in self.source.evidence for e in item.expressions for s in e.atoms(Symbol)
        }
        wanted |= {
            s for e in _of_iteration(self.source) for s in e.atoms(Symbol) if s not in states
        }
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
        """Implicit definitions from whose values all others follow one after another; Newton works
        on these.

        What the iteration knows comes before all else, so that Newton has a start.
        """
        started = {*self.source.states, *(d.symbol for d in self.source.named), *self.leads}
        rows = Dependence(d for d in self.definitions if d.implicit)

        def rank(_: object, s: Symbol) -> tuple[bool, int]:
            return s not in started or isinstance(rows.rows[s].quantity, Part), rows.place[s]

        return tuple(rows.rows[s] for s in rows.feedback(rank))

    @cached_property
    def following(self) -> tuple[Definition, ...]:
        """All that follows from the unknowns, in an order in which each needs only what stands
        before it.
        """
        done = {*self.constants, *self.unknowns}
        return Dependence(d for d in self.definitions if d not in done).ordered()

    def arguments(self) -> list[str]:
        """Keyword names of the module's functions: letters, scalars, R-transforms, dimensions that
        no letter tells.
        """
        told = self.inferred()
        rest = [d.name for d in self.dimensions if d not in told]
        return [self.names[x] for x in (*self.letters, *self.symbols, *self.functions, *rest)]

    def options(self) -> list[str]:
        """Keywords with a default: weights of the eigenvalues, and the dimensions that letters
        tell.
        """
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

    @property
    def expressions(self) -> Iterable[Expr]:
        """Every expression that a module may evaluate."""
        yield self.equivalent.rhs
        yield from (d.expr for d in self.equivalent.definitions)
        yield from (d.expr for d in (*self.source.definitions, *self.source.named))
        for law in self.source.iteration:
            yield from chain.from_iterable(law.overlaps)
        yield from (e for item in self.source.evidence for e in item.expressions)


def _rows(equivalent: Equivalent, source: Equivalent) -> tuple[Definition, ...]:
    """All definitions at hand, those of the formula in their own words."""
    own = {d.symbol: d for d in (*source.auxiliary, *source.definitions)}
    return tuple({**own, **{d.symbol: d for d in equivalent.definitions}}.values())


def _of_iteration(equivalent: Equivalent) -> Iterable[Expr]:
    yield from (d.expr for d in equivalent.named)
    for law in equivalent.iteration:
        yield from law.expressions


def _dimensions(equivalent: Equivalent) -> list[Symbol]:
    sizes = chain.from_iterable(
        [*letter.shape, *_law_sizes(letter)] for letter in (*equivalent.letters, *equivalent.laws)
    )
    found = {s: None for s in sizes if isinstance(s, Symbol)}
    return sorted(found, key=lambda s: s.name)


def _law_sizes(letter: object) -> list[Expr]:
    values = letter.constants().values() if isinstance(letter, Law) else ()
    return [e for value in values for e in sorted(value.atoms(Symbol), key=str)]


def spectral_letter(plan: Layout, diagonal: frozenset[str] = frozenset()) -> str | None:
    """The one symmetric letter of which every inverse is a function, None where there are several
    or none.

    Where all of them are ``diagonal``, the first of these in their place.
    """
    letters: dict[str, MatrixSymbol] = {}
    for expression in plan.expressions:
        for node in expression.atoms(Inverse, MatPow):
            for symbol in node.atoms(MatrixSymbol):
                letters[symbol.name] = symbol
    if len(letters) != 1 and diagonal and letters.keys() <= diagonal:
        letters = {
            q.name: q
            for q in plan.equivalent.letters
            if q.name in diagonal and getattr(q, "symmetric", False)
        }
        letters = dict(list(letters.items())[:1])
    if len(letters) != 1:
        return None
    ((name, symbol),) = letters.items()
    return name if getattr(symbol, "symmetric", False) else None


def _shared(equivalent: Equivalent, spectral: str | None) -> frozenset[str]:
    """The symmetric letters that commute with the spectral one: they have its eigenbasis."""
    beside = {a if b == spectral else b for a, b in equivalent.commuting if spectral in (a, b)} - {
        spectral
    }
    return frozenset(
        q.name for q in equivalent.letters if q.name in beside and getattr(q, "symmetric", False)
    )


def occurs(name: str, text: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
