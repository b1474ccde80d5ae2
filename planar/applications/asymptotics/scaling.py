"""The scaling law of an equivalent, by dominant balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Mul, Symbol, Trace, default_sort_key, factor_list, fraction, together

from planar.applications.asymptotics.balance import (
    Balance,
    Balances,
    Leading,
    LeadingSums,
    cleared,
    refined,
)
from planar.applications.asymptotics.exponents import Exponent
from planar.applications.asymptotics.generalised_series import (
    CancelledError,
    OffScaleError,
    Ring,
    Series,
)
from planar.applications.asymptotics.modes import Sums
from planar.applications.asymptotics.power_laws import Reader
from planar.applications.asymptotics.question import Setting
from planar.applications.asymptotics.scaling_law import NoPowerError, Power, ScalingLaw
from planar.applications.dynamics.contour import hyperbola
from planar.derivation.equivalent import Equivalent
from planar.formulas.quantities import Pivot, Ridge
from planar.foundations.errors import PlanarError

__all__ = ["scaling"]

KEPT = (6, 10)
"""How many terms of every series are kept, until enough of the result do not cancel."""
SILENT = 1e-8
"""A part of an inverse transform this small is that of a function without a singularity: nothing.
"""


def scaling(
    equivalent: Equivalent,
    values: Mapping[Any, Any],
    *,
    at: Mapping[Symbol, Any] | None = None,
    times: Mapping[Symbol, Any] | None = None,
) -> ScalingLaw:
    """The powers that a scalar equivalent reduces to, by dominant balance.

    ``values`` gives every letter as a power of the mode k = 1, 2, ..., every scalar and dimension
    as a power of one large n, with numbers for coefficients; exponents may hold symbols, whose
    values ``at`` one point say which balance it is. A dimension of modes that is left out is
    infinite. ``times`` takes spectral parameters from frequency to time, by the inverse Laplace
    transform: ``{lam: n**b, mu: n**b}`` is gradient flow after a time n^b.

    Raises ``PlanarError`` where two scales are of one order so that no power is left, where a sum
    over modes has a logarithm, and where a value is no power; ``ValueMissing`` names what has none.
    """
    setting = Setting(equivalent, dict(values), dict(at or {}), dict(times or {}))
    for count in KEPT:
        try:
            return Solution(setting, Ring(count)).law()
        except CancelledError as error:
            reason = error
    raise CancelledError(
        f"no power of `{equivalent.lhs}` is found among the first {KEPT[-1]} terms: {reason}"
    )


class Solution:
    """The unknowns at one precision, and all that follows from them."""

    def __init__(self, setting: Setting, ring: Ring) -> None:
        self.setting, self.ring, self.coarse = setting, ring, Ring(ring.terms - 2)
        eq = setting.equivalent
        self.rows = {d.symbol: d.expr for d in eq.definitions}
        self.unknowns = [d.symbol for d in eq.definitions if d.implicit]
        self.equations = {u: self._equation(u) for u in self.unknowns}
        self.contours = self._contours()
        self.scalars = {
            s: ring.monomial(law.coefficient, law.exponent) for s, law in setting.scalars.items()
        }
        for s, (nodes, _) in self.contours.items():
            time = setting.times[s]
            self.scalars[s] = ring.monomial(nodes / time.coefficient, -time.exponent)

    def _contours(self) -> dict[Symbol, tuple[NDArray[np.complex128], NDArray[np.complex128]]]:
        """Nodes and weights of each transform, along an axis of its own; the first node is positive
        and has no weight.
        """
        found, many = {}, len(self.setting.times)
        if many > 2:
            raise PlanarError("at most two spectral parameters go over to times.")
        for axis, s in enumerate(self.setting.times):
            line = hyperbola(1.0, 1.0, 19 + axis).both()
            shape = [-1 if i == axis else 1 for i in range(many)]
            nodes = np.concatenate([[1.0 + axis], line.nodes])
            weights = np.concatenate([[0.0], np.exp(line.nodes) * line.weights])
            found[s] = (nodes.reshape(shape), weights.reshape(shape))
        return found

    def _equation(self, unknown: Symbol) -> Expr:
        """An unknown's definition with its denominator cleared, in unknowns, scalars and traces."""
        expr = self.rows[unknown]
        while inner := {
            s: self.rows[s] for s in expr.free_symbols if s in self.rows and s not in self.unknowns
        }:
            expr = expr.xreplace(inner)
        return cleared(unknown, expr)

    def reader(self, held: Mapping[Symbol, Series], ring: Ring | None = None) -> Reader:
        """Reads in series, the unknowns known."""

        def symbol(s: Symbol) -> Series:
            if s in held:
                return held[s]
            return self.scalars[s] if s in self.scalars else reader.scalar(self.rows[s])

        kept, exponents = ring or self.ring, self.setting.exponents

        def sums(size: Expr) -> Sums:
            return Sums(kept, exponents, self._modes(size))

        reader = Reader(kept, exponents, sums, self.setting.letters, symbol)
        return reader

    def _modes(self, size: Expr) -> Series | None:
        return (
            None
            if size in self.setting.open
            else self.scalars[size]
            if size in self.scalars
            else self._constant(size)
        )

    def _constant(self, size: Expr) -> Series:
        raise PlanarError(
            f"a sum over {size} modes is no power law; leave the number of modes open, or let it grow."
        )

    # -- the unknowns
    # --------------------------------------------------------------------------------------------------

    def groups(self) -> list[tuple[Symbol, ...]]:
        """Implicit definitions that hold each other, directly or through explicit ones: each group
        is solved for itself.
        """
        graph = nx.Graph(
            [
                (u, s)
                for u in self.unknowns
                for s in self.equations[u].free_symbols
                if s in self.equations
            ]
        )
        graph.add_nodes_from(self.unknowns)
        found = [
            tuple(u for u in self.unknowns if u in part) for part in nx.connected_components(graph)
        ]
        return sorted(found, key=lambda group: self.unknowns.index(group[0]))

    def balances(self, group: tuple[Symbol, ...]) -> Iterator[Balance]:
        """The balances of one group, with ridges above the last eigenvalue, and below it."""
        exponents = self.setting.exponents
        ring = Leading(exponents, len(group))
        finite = any(
            self._modes(d) is not None
            for q in self.setting.equivalent.letters
            for d in q.shape
            if d in self.scalars
        )
        for resolved in (False, True)[: 1 + finite]:

            def symbol(s: Symbol) -> Any:
                if s in group:
                    return ring.monomial(1.0, exponents.zero, group.index(s))
                place, coefficient = self.scalars[s].lead
                return ring.monomial(coefficient, place)

            def sums(size: Expr, resolved: bool = resolved) -> LeadingSums:
                modes = self._modes(size)
                return LeadingSums(ring, exponents, modes, resolved and modes is not None)

            reader = Reader(ring, exponents, sums, self.setting.letters, symbol)
            yield from Balances(
                self.ring, exponents, [reader.scalar(self.equations[u]) for u in group]
            ).every()

    def solved(self) -> tuple[Reader, list[tuple[Exponent, Exponent]]]:
        """The reader with the physical solution, and the comparisons that were made."""
        choices, reasons = list[list[tuple[Balance, dict[Symbol, Series]]]](), list[PlanarError]()
        groups = self.groups()
        for group in groups:
            found = []
            for balance in self.balances(group):
                try:
                    found.append((balance, self._refined(self.coarse, group, balance)))
                except (CancelledError, OffScaleError) as error:
                    reasons.append(error)
            choices.append(found)
        fitting = []
        for choice in product(*choices):
            try:
                if self._physical(
                    self.reader({s: v for _, held in choice for s, v in held.items()}, self.coarse)
                ):
                    fitting.append([balance for balance, _ in choice])
            except (CancelledError, OffScaleError) as error:
                reasons.append(error)
        if len(fitting) == 1:
            solution = zip(groups, fitting[0], strict=True)
            held = {
                s: v
                for group, balance in solution
                for s, v in self._refined(self.ring, group, balance).items()
            }
            return self.reader(held), [pair for balance in fitting[0] for pair in balance.kept]
        reasons.sort(key=lambda e: not isinstance(e, CancelledError))
        if reasons and not fitting:
            raise reasons[0]
        raise PlanarError(
            f"{len(fitting) or 'no'} balances fit `{self.setting.equivalent.lhs}` at these scales; "
            "move scales apart that are of one order, or the point that `at` gives."
        )

    def _refined(
        self, ring: Ring, group: tuple[Symbol, ...], balance: Balance
    ) -> dict[Symbol, Series]:
        def residuals(series: tuple[Series, ...]) -> list[Series]:
            reader = self.reader(dict(zip(group, series, strict=True)), ring)
            return [reader.scalar(self.equations[u]) for u in group]

        return dict(zip(group, refined(ring, balance, residuals), strict=True))

    def _physical(self, reader: Reader) -> bool:
        """Renormalised ridges and 1 - gamma are positive where the parameters are."""
        for d in self.setting.equivalent.definitions:
            if isinstance(d.quantity, Ridge) and not _positive(reader.scalar(d.symbol)):
                return False
            if isinstance(d.quantity, Pivot) and not _positive(reader.scalar(1 - d.symbol)):
                return False
        return True

    # -- the law
    # -----------------------------------------------------------------------------------------------------

    def law(self) -> ScalingLaw:
        reader, kept = self.solved()
        eq = self.setting.equivalent
        series = reader.scalar(eq.rhs)
        if not series.terms:
            raise CancelledError("all terms that are known cancel.")
        whole = self._transformed(series)
        terms = tuple(self._power(e, c) for e, c in whole.terms)
        if not terms:
            raise NoPowerError(
                f"`{eq.lhs}` falls faster than any power of the time, or of n, at these scales."
            )
        order = [(whole.terms[0][0], e) for e, _ in whole.terms[1:]]
        return ScalingLaw(
            terms, self._quantities(reader), self._conditions([*kept, *order]), self.setting.at
        )

    def _quantities(self, reader: Reader) -> dict[Expr, Power]:
        """Definitions, and the traces that they and the formula hold; what depends on a dimension
        left open is left out.
        """
        eq, found = self.setting.equivalent, dict[Expr, Power]()
        traces = {t for e in (*self.rows.values(), eq.rhs) for t in e.atoms(Trace)}
        for s in (*self.rows, *sorted(traces, key=default_sort_key)):
            place, coefficient = reader.scalar(s).lead
            exponent = self.setting.exponents.write(place)
            if self.setting.far not in exponent.free_symbols:
                number = complex(coefficient) if coefficient.size == 1 else None
                found[s] = Power(None if number is None else number.real, exponent)
        return found

    def _power(self, place: Exponent, coefficient: Any) -> Power:
        exponent = self.setting.exponents.write(place)
        if self.setting.far in exponent.free_symbols:
            sizes = ", ".join(map(str, self.setting.open))
            raise PlanarError(
                f"`{self.setting.equivalent.lhs}` depends on the number of modes; give {sizes} a size."
            )
        return Power(float(np.real(coefficient)), exponent)

    def _transformed(self, series: Series) -> Series:
        """Every coefficient integrated along the contours; what has no singularity leaves nothing."""
        for axis, (s, (_, weights)) in enumerate(self.contours.items()):
            time, terms = self.setting.times[s], []
            for place, coefficient in series.terms:
                shape = np.broadcast_shapes(
                    coefficient.shape, *(n.shape for n, _ in self.contours.values())
                )
                values = np.broadcast_to(coefficient, shape) * weights
                found = values.sum(axis=axis, keepdims=True) / time.coefficient
                if np.any(
                    np.abs(found)
                    > SILENT * np.abs(values).sum(axis=axis, keepdims=True) / abs(time.coefficient)
                ):
                    terms.append((place - time.exponent, found))
            cut = None if series.cut is None else series.cut - time.exponent.value
            series = Series(tuple(terms), cut)
        return Series(
            tuple((e, np.asarray(c).ravel()[-1:].reshape(())) for e, c in series.terms), series.cut
        )

    def _conditions(self, pairs: Iterable[tuple[Exponent, Exponent]]) -> tuple[Expr, ...]:
        """The differences without their positive factors, without those that are positive anyway or
        follow from others.
        """
        found: dict[Expr, None] = {}
        for large, small in pairs:
            gap = self.setting.exponents.write(large - small)
            if self.setting.far not in gap.free_symbols:
                content, factors = factor_list(fraction(together(gap))[0])
                rest = Mul(*(b**e for b, e in factors if not b.is_positive))
                if rest.free_symbols and rest.is_positive is not True:
                    found[rest if content > 0 else -rest] = None
        every = [c.expand() for c in found]
        return tuple(c for c in every if not any((c - d).is_positive for d in every if d != c))


def _positive(series: Series) -> bool:
    value = complex(np.asarray(series.lead[1]).flat[0])
    return value.real > 0 and abs(value.imag) < 1e-8 * abs(value)
