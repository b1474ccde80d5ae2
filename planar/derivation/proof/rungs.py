"""Lines of the ladder: each rung by its law and by the trace between the resolvents, and solved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from sympy import Add, Expr, Symbol

from planar.derivation.derive import Worked
from planar.derivation.proof.parts import Line
from planar.derivation.proof.self_energies import Given
from planar.derivation.resummation.rung_equations import RungEquations
from planar.formulas.naming import named
from planar.formulas.quantities import Amplitude, RungEnergy, RungOverlap
from planar.foundations.rational import Rational

__all__ = ["live_rungs", "rung_lines"]

MOST = 4
"""More rungs than these are not written out one by one."""


def live_rungs(worked: Worked) -> list[RungEquations]:
    """The equations between components that a rung joins; those of a sum need not be joined."""
    ladder = worked.formula.stage.solved.ladder

    def is_joined(equations: RungEquations) -> bool:
        return any(ladder.self_energy(*pair) for pair in equations.pairs)

    return [equations for equations in ladder.equations if is_joined(equations)]


def rung_lines(worked: Worked, given: Given) -> Iterator[Line]:
    """sigma, the self-energy between two resolvents, and eta, the overlap there.

    Two linear equations, and their solution.
    """
    equations = live_rungs(worked)
    number = sum(len(e.pairs) for e in equations)
    ladder = worked.formula.stage.solved.ladder
    if ladder.systems or not 0 < number <= MOST:
        return
    written = worked.formula.writer.best
    symbols = iter(_names(worked, equations))
    for one in equations:
        sigma, eta = zip(*(next(symbols) for _ in one.pairs), strict=True)
        amplitudes = [written(ladder.self_energy(*pair)) for pair in one.pairs]
        given += zip(sigma, amplitudes, strict=True)
        for k, symbol in enumerate(eta):
            loops = [written(x) * s for x, s in zip(one.loops[k], sigma, strict=True) if x]
            value = Add(written(one.bare[k]), *loops)
            given.append((symbol, value))
            yield Line(symbol, value)
        yield from (Line(sigma[k], _law(one, k, sigma, eta, worked)) for k in range(len(sigma)))
        yield from (Line(s, value) for s, value in zip(sigma, amplitudes, strict=True))


def _names(worked: Worked, equations: Sequence[RungEquations]) -> list[tuple[Symbol, Symbol]]:
    """sigma and eta of every rung, by names that neither the formula nor the user has."""
    taken = sum(isinstance(d.quantity, Amplitude) for d in worked.equivalent.auxiliary)
    letters = list(chain.from_iterable(e.letters for e in equations))
    places = [k + taken if len(letters) + taken > 1 else 0 for k in range(1, len(letters) + 1)]
    rungs = [(RungEnergy(k, x), RungOverlap(k, x)) for k, x in zip(places, letters, strict=True)]
    used = [
        *worked.equivalent.problem.names,
        *(s.name for s in worked.formula.stage.symbols.values()),
    ]
    symbols = named(chain.from_iterable(rungs), used)
    return [(symbols[s], symbols[h]) for s, h in rungs]


def _law(
    one: RungEquations, k: int, sigma: Sequence[Symbol], eta: Sequence[Symbol], worked: Worked
) -> Expr:
    """The k-th law, linear in all amplitudes and overlaps, solved for its own amplitude."""

    def term(value: Rational, symbol: Expr) -> Expr:
        return worked.formula.writer.best(-value / one.on_s[k][k]) * symbol

    on_others = enumerate(zip(one.on_s[k], sigma, strict=True))
    others = [term(x, s) for j, (x, s) in on_others if j != k and x]
    overlaps = [term(x, h) for x, h in zip(one.on_h[k], eta, strict=True) if x]
    constant = [term(one.constants[k], Add(1))] if one.constants[k] else []
    return Add(*constant, *others, *overlaps)
