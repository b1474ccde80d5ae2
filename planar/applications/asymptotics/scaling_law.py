"""What is found: powers of the large parameter, and where they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sympy import Expr, Symbol

from planar.formulas.chalk import chalk
from planar.formulas.latex import latex
from planar.foundations.errors import PlanarError
from planar.foundations.printed import Printed

__all__ = ["NoPowerError", "Power", "ScalingLaw"]


class NoPowerError(PlanarError):
    """Every power that is known of a transform is one without a singularity: the function of time
    falls faster.
    """


@dataclass(frozen=True)
class Power(Printed):
    """``coefficient n^exponent``; no coefficient where it depends on a frequency."""

    coefficient: float | None
    exponent: Expr

    def __str__(self) -> str:
        size = "" if self.coefficient is None else f"{self.coefficient:.6g}"
        power = (
            ""
            if self.exponent == 0
            else "n"
            if self.exponent == 1
            else f"n^({chalk(self.exponent)})"
        )
        return f"{size} {power}".strip() or "1"

    def latex(self) -> str:
        """The power for a paper, four digits of its coefficient."""
        size = "" if self.coefficient is None else f"{self.coefficient:.4g}"
        power = (
            ""
            if self.exponent == 0
            else "n"
            if self.exponent == 1
            else f"n^{{{latex(self.exponent)}}}"
        )
        return r"\, ".join(part for part in (size, power) if part) or "1"


@dataclass(frozen=True)
class ScalingLaw(Printed):
    """What an equivalent becomes for a large parameter n, when letters and scalars are powers.

    ``terms`` are its first powers, the dominant one first: exponents exact in the user's symbols,
    coefficients at the point ``at``. ``quantities`` are the definitions and traces behind them,
    each at leading order. ``conditions`` are positive differences of exponents: the law is the same
    wherever they are.
    """

    terms: tuple[Power, ...]
    quantities: Mapping[Expr, Power]
    conditions: tuple[Expr, ...]
    at: Mapping[Symbol, Any] = field(default_factory=dict)

    @property
    def exponent(self) -> Expr:
        """The exponent of the dominant power."""
        return self.terms[0].exponent

    @property
    def coefficient(self) -> float:
        """Its coefficient, at the point."""
        return float(self.terms[0].coefficient or 0.0)

    def __call__(self, n: Any) -> Any:
        """The sum of the powers that are known, at some n."""
        x = np.asarray(n, float)
        return sum(
            (t.coefficient or 0.0) * x ** float(t.exponent.xreplace(dict(self.at)))
            for t in self.terms
        )

    def latex(self) -> str:
        """The dominant power for a paper, its exponent in the symbols."""
        return self.terms[0].latex()

    def _repr_latex_(self) -> str:
        lines = [rf"&\sim {self.latex()}"]
        lines += [
            rf"{latex(symbol)} &\sim {power.latex()}" for symbol, power in self.quantities.items()
        ]
        lines += [rf"{latex(c)} &> 0" for c in self.conditions]
        return "$$\\begin{aligned}" + r" \\ ".join(lines) + "\\end{aligned}$$"

    def __str__(self) -> str:
        lines = [" + ".join(map(str, self.terms[:3])).replace("+ -", "- ") + " + ..."]
        lines += [f"  {chalk(s)} ~ {power}" for s, power in self.quantities.items()]
        if self.conditions:
            lines.append("  where " + ", ".join(f"{chalk(c)} > 0" for c in self.conditions))
        return "\n".join(lines)
