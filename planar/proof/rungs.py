"""Lines of the ladder: the amplitude of each rung by its law and by the trace between the resolvents, and the solution."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Symbol

from planar.algebra.rational import Rational
from planar.derive import Worked
from planar.proof.self_energies import Given
from planar.proof.values import Line
from planar.resummation.ladder import RungEquations

__all__ = ["live_rungs", "rung_lines"]

MOST = 4
"""More rungs than these are not written out one by one."""


def live_rungs(worked: Worked) -> list[RungEquations]:
    """The equations between components that some rung joins; in a sum there are components that none does."""
    return [e for e in worked.ladder.equations if any(worked.ladder.self_energy(*pair) for pair in e.pairs)]


def rung_lines(worked: Worked, given: Given) -> Iterator[Line]:
    """sigma, the self-energy between two resolvents, and eta, the overlap there: two linear equations, and their solution."""
    equations = live_rungs(worked)
    number = sum(len(e.pairs) for e in equations)
    if worked.ladder.systems or not 0 < number <= MOST:
        return
    written = worked.closure.namer.best
    place = taken = sum(d.symbol.name.startswith("sigma") for d in worked.equivalent.auxiliary)
    for one in equations:
        index = [str(place + k + 1) if number + taken > 1 else "" for k in range(len(one.pairs))]
        place += len(one.pairs)
        sigma, eta = ([Symbol(f"{base}_{i}" if i else base) for i in index] for base in ("sigma", "eta"))
        amplitudes = [written(worked.ladder.self_energy(*pair)) for pair in one.pairs]
        given += zip(sigma, amplitudes, strict=True)
        for k, symbol in enumerate(eta):
            loops = [written(x) * s for x, s in zip(one.loops[k], sigma, strict=True) if x]
            value = Add(written(one.bare[k]), *loops)
            given.append((symbol, value))
            yield Line(symbol, value)
        yield from (Line(sigma[k], _law(one, k, sigma, eta, worked)) for k in range(len(sigma)))
        yield from (Line(s, value) for s, value in zip(sigma, amplitudes, strict=True))


def _law(one: RungEquations, k: int, sigma: list[Symbol], eta: list[Symbol], worked: Worked) -> Expr:
    """The k-th law, linear in all amplitudes and overlaps, solved for its own amplitude."""

    def term(value: Rational, symbol: Expr) -> Expr:
        return worked.closure.namer.best(-value / one.on_s[k][k]) * symbol

    others = [term(x, s) for j, (x, s) in enumerate(zip(one.on_s[k], sigma, strict=True)) if j != k and x]
    overlaps = [term(x, h) for x, h in zip(one.on_h[k], eta, strict=True) if x]
    constant = [term(one.constants[k], Add(1))] if one.constants[k] else []
    return Add(*constant, *others, *overlaps)
