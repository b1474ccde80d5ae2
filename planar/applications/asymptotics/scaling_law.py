"""The law itself: powers of the large parameter, and where they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, Symbol

from planar.formulas.chalk import chalk
from planar.formulas.latex import latex
from planar.foundations.notebook_display import Printed

__all__ = ["Power", "ScalingLaw"]


@dataclass(frozen=True)
class Power(Printed):
    """One power ``coefficient n^exponent`` of the large parameter n.

    Attributes
    ----------
    coefficient : float or None
        Its coefficient at the point of the law; None where it depends on a frequency.
    exponent : sympy.Expr
        Exact, in the user's symbols.
    """

    coefficient: float | None
    exponent: Expr

    def __str__(self) -> str:
        size = "" if self.coefficient is None else f"{self.coefficient:.6g}"
        power = self._power(f"n^({chalk(self.exponent)})")
        return f"{size} {power}".strip() or "1"

    def latex(self) -> str:
        """The power for a paper, with four digits of its coefficient.

        Returns
        -------
        str
            LaTeX for math mode.
        """
        size = "" if self.coefficient is None else f"{self.coefficient:.4g}"
        power = self._power(f"n^{{{latex(self.exponent)}}}")
        return r"\, ".join(part for part in (size, power) if part) or "1"

    def _power(self, general: str) -> str:
        """The power as text; ``general`` is its form unless the exponent is 0 or 1."""
        if self.exponent == 0:
            return ""
        return "n" if self.exponent == 1 else general


@dataclass(frozen=True)
class ScalingLaw(Printed):
    """What an equivalent becomes for a large parameter n, when letters and scalars are powers.

    Attributes
    ----------
    terms : tuple of Power
        Its first powers, the dominant one first: exponents exact in the user's symbols,
        coefficients at the point ``at``.
    quantities : Mapping of sympy.Expr to Power
        The definitions and traces behind them, each at leading order.
    conditions : tuple of sympy.Expr
        Differences of exponents that are positive; the law is the same wherever they are.
    at : Mapping of sympy.Symbol to number
        The point: values of the symbols in exponents.
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
        """The coefficient of the dominant power, at the point ``at``."""
        return float(self.terms[0].coefficient or 0.0)

    def __call__(self, n: ArrayLike) -> Any:
        """The sum of the powers that are known, at some n.

        Parameters
        ----------
        n : float or array_like
            The large parameter.

        Returns
        -------
        float or numpy.ndarray
            The sum of ``terms``, of the shape of ``n``; accurate where n is large.
        """
        x = np.asarray(n, float)
        return sum(
            (t.coefficient or 0.0) * x ** float(t.exponent.xreplace(dict(self.at)))
            for t in self.terms
        )

    def latex(self) -> str:
        """The dominant power for a paper, its exponent in the symbols.

        Returns
        -------
        str
            LaTeX for math mode.
        """
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
