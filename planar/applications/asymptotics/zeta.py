"""Values of the zeta and beta functions at rational exponents: coefficients of sums over modes."""

from __future__ import annotations

from functools import cache
from typing import Any

from flint import fmpq
from mpmath import mp

from planar.applications.asymptotics.exponents import Exponent
from planar.foundations.errors import PlanarError

__all__ = ["edge_coefficient", "logarithm", "must_converge", "zeta"]


@cache
def zeta(argument: fmpq) -> float:
    """The zeta function, continued; a pole is where two families meet and bring a logarithm."""
    if argument == 1:
        raise logarithm()
    return float(mp.zeta(_real(argument)))


@cache
def edge_coefficient(s: fmpq, alpha: fmpq, m: int) -> float:
    """The coefficient of ``kappa^(a - m)``: B(m - a, a)/alpha with a = (s - 1)/alpha, continued."""
    a = (s - 1) / alpha
    if any(x.q == 1 and x <= 0 for x in (m - a, a)):
        raise logarithm()
    return float(mp.beta(_real(m - a), _real(a)) / _real(alpha))


def _real(a: fmpq) -> Any:
    return mp.mpf(int(a.p)) / int(a.q)


def logarithm() -> PlanarError:
    """The error where two contributions to a sum have one power."""
    return PlanarError(
        "at these exponents two contributions to a sum meet and bring a logarithm; "
        "move one exponent a little."
    )


def must_converge(s: Exponent) -> None:
    """Raises ``PlanarError`` where the sum of k^-s over all modes is infinite."""
    if s.value <= 1:
        raise PlanarError(
            f"a sum over modes that falls as k^({-s.value}) grows with their number; "
            "give the dimension of the spectral letter a size."
        )
