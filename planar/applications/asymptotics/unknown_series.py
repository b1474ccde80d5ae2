"""The implicit quantities of an equivalent as series: of all balances, the physical one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import Any

import networkx as nx
import numpy as np
from sympy import Expr, Symbol

from planar.applications.asymptotics.balance import Balance, Balances, cleared
from planar.applications.asymptotics.exponents import Exponent
from planar.applications.asymptotics.generalised_series import (
    CancelledError,
    OffScaleError,
    Ring,
    Series,
)
from planar.applications.asymptotics.leading_powers import Leading, LeadingSums
from planar.applications.asymptotics.modes import Sums
from planar.applications.asymptotics.power_law_reader import Reader
from planar.applications.asymptotics.question import Setting
from planar.applications.asymptotics.refinement import refined
from planar.applications.asymptotics.time_transform import contours
from planar.formulas.quantities import Pivot, Ridge
from planar.foundations.errors import PlanarError

__all__ = ["Unknowns"]

Comparisons = list[tuple[Exponent, Exponent]]
Group = tuple[Symbol, ...]


@dataclass(frozen=True)
class _Candidate:
    """A balance of one group, and its unknowns as short series."""

    balance: Balance
    values: Mapping[Symbol, Series]


class Unknowns:
    """The unknowns of a question at one precision."""

    def __init__(self, setting: Setting, ring: Ring) -> None:
        self.setting, self.ring, self.coarse = setting, ring, Ring(ring.terms - 2)
        definitions = setting.equivalent.definitions
        self.definitions = {d.symbol: d.expr for d in definitions}
        self.unknowns = [d.symbol for d in definitions if d.implicit]
        self.equations = {u: self._equation(u) for u in self.unknowns}
        self.contours = contours(setting.times)
        self.scalars = {
            s: ring.monomial(law.coefficient, law.exponent) for s, law in setting.scalars.items()
        }
        for s, (nodes, _) in self.contours.items():
            time = setting.times[s]
            self.scalars[s] = ring.monomial(nodes / time.coefficient, -time.exponent)

    def _equation(self, unknown: Symbol) -> Expr:
        """An unknown's definition with its denominator cleared, in unknowns, scalars and traces."""
        expr = self.definitions[unknown]
        while explicit := {
            s: self.definitions[s]
            for s in expr.free_symbols
            if s in self.definitions and s not in self.unknowns
        }:
            expr = expr.xreplace(explicit)
        return cleared(unknown, expr)

    def solved(self) -> tuple[Reader, Comparisons]:
        """The reader with the physical solution, and the comparisons that were made."""
        groups, failures = self._groups(), list[PlanarError]()
        candidates = [self._candidates(group, failures) for group in groups]
        physical = [c for c in product(*candidates) if self._fits(c, failures)]
        if len(physical) != 1:
            raise self._unsolved(len(physical), failures)
        balances = [candidate.balance for candidate in physical[0]]
        values = dict[Symbol, Series]()
        for group, balance in zip(groups, balances, strict=True):
            values |= self._refined(self.ring, group, balance)
        return self._reader(values, self.ring), list(chain.from_iterable(b.kept for b in balances))

    def _groups(self) -> list[Group]:
        """Implicit definitions that hold each other, directly or through explicit ones.

        Each group is solved by itself.
        """
        graph = nx.Graph()
        for u in self.unknowns:
            others = [s for s in self.equations[u].free_symbols if s in self.equations]
            graph.add_edges_from((u, s) for s in others)
        graph.add_nodes_from(self.unknowns)
        groups = map(self._in_order, nx.connected_components(graph))
        return sorted(groups, key=lambda group: self.unknowns.index(group[0]))

    def _in_order(self, component: set[Symbol]) -> Group:
        return tuple(u for u in self.unknowns if u in component)

    def _candidates(self, group: Group, failures: list[PlanarError]) -> list[_Candidate]:
        """The balances of one group that can be refined; ``failures`` collects the reasons."""
        candidates = []
        for balance in self._balances(group):
            try:
                values = self._refined(self.coarse, group, balance)
            except (CancelledError, OffScaleError) as error:
                failures.append(error)
            else:
                candidates.append(_Candidate(balance, values))
        return candidates

    def _balances(self, group: Group) -> Iterator[Balance]:
        """The balances of one group, with ridges above the last eigenvalue, and below it."""
        exponents = self.setting.exponents
        sizes = chain.from_iterable(q.shape for q in self.setting.equivalent.letters)
        finite = any(self._modes(d) is not None for d in sizes if d in self.scalars)
        for resolved in (False, True)[: 1 + finite]:
            reader = self._leading_reader(group, resolved)
            equations = [reader.scalar(self.equations[u]) for u in group]
            yield from Balances(self.ring, exponents, equations).consistent()

    def _leading_reader(self, group: Group, resolved: bool) -> Reader:
        """Reads an equation by its first powers, in the unknowns of a group."""
        exponents = self.setting.exponents
        ring = Leading(exponents, len(group))

        def symbol(s: Symbol) -> Any:
            if s in group:
                return ring.monomial(1.0, exponents.zero, group.index(s))
            place, coefficient = self.scalars[s].lead
            return ring.monomial(coefficient, place)

        def sums(size: Expr) -> LeadingSums:
            modes = self._modes(size)
            return LeadingSums(ring, exponents, modes, resolved and modes is not None)

        return Reader(ring, exponents, sums, self.setting.letters, symbol)

    def _reader(self, values: Mapping[Symbol, Series], ring: Ring) -> Reader:
        """Reads in series, the unknowns known."""
        exponents = self.setting.exponents

        def symbol(s: Symbol) -> Series:
            if s in values:
                return values[s]
            return self.scalars[s] if s in self.scalars else reader.scalar(self.definitions[s])

        def sums(size: Expr) -> Sums:
            return Sums(ring, exponents, self._modes(size))

        reader = Reader(ring, exponents, sums, self.setting.letters, symbol)
        return reader

    def _modes(self, size: Expr) -> Series | None:
        """The number of modes as a series, None where it is infinite."""
        if size in self.setting.open:
            return None
        if size not in self.scalars:
            raise PlanarError(
                f"a sum over {size} modes is not a power law; "
                "leave the number of modes open, or let it grow."
            )
        return self.scalars[size]

    def _refined(self, ring: Ring, group: Group, balance: Balance) -> dict[Symbol, Series]:
        def residuals(series: tuple[Series, ...]) -> list[Series]:
            reader = self._reader(dict(zip(group, series, strict=True)), ring)
            return [reader.scalar(self.equations[u]) for u in group]

        return dict(zip(group, refined(ring, balance, residuals), strict=True))

    def _fits(self, choice: tuple[_Candidate, ...], failures: list[PlanarError]) -> bool:
        """Whether one balance of each group make a physical solution."""
        values = dict[Symbol, Series]()
        for candidate in choice:
            values |= candidate.values
        try:
            return self._physical(self._reader(values, self.coarse))
        except (CancelledError, OffScaleError) as error:
            failures.append(error)
            return False

    def _physical(self, reader: Reader) -> bool:
        """Whether renormalised ridges and 1 - gamma are positive, where the parameters are."""
        for d in self.setting.equivalent.definitions:
            if isinstance(d.quantity, Ridge) and not _positive(reader.scalar(d.symbol)):
                return False
            if isinstance(d.quantity, Pivot) and not _positive(reader.scalar(1 - d.symbol)):
                return False
        return True

    def _unsolved(self, count: int, failures: list[PlanarError]) -> PlanarError:
        """Why there is not one solution: a lack of terms first of all."""
        failures.sort(key=lambda e: not isinstance(e, CancelledError))
        if failures and not count:
            return failures[0]
        return PlanarError(
            f"{count or 'no'} balances fit `{self.setting.equivalent.lhs}` at these scales; "
            "move scales apart that are of one order, or the point that `at` gives."
        )


def _positive(series: Series) -> bool:
    value = complex(np.asarray(series.lead[1]).flat[0])
    return value.real > 0 and abs(value.imag) < 1e-8 * abs(value)
