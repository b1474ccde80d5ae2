"""A control of the plot: a scalar, or the ratio of a dimension to the first one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from planar.foundations.errors import PlanarError

__all__ = ["Control"]

_KINDS = {"positive": (1e-3, 1e2), "real": (-4.0, 4.0), "ratio": (0.1, 10.0), "rank": (0.05, 0.95)}
"""Least and most of each kind of control; positive ones and ratios move on a logarithmic scale."""


@dataclass(frozen=True)
class Control:
    """A scalar, or a dimension as its ratio to the first one."""

    name: str
    symbol: Symbol
    kind: str
    value: float
    latex: str
    text: str

    @property
    def counts(self) -> bool:
        """Whether it is a dimension."""
        return self.kind in ("ratio", "rank")

    def grid(self, points: int, unit: int) -> NDArray[Any]:
        """Values of the symbol along the whole range.

        Those of a dimension are integers, with the first dimension equal to ``unit``.
        """
        least, most = _KINDS[self.kind]
        steps = (
            np.linspace(least, most, points)
            if self.kind in ("real", "rank")
            else np.geomspace(least, most, points)
        )
        return np.unique(np.maximum(1, np.rint(steps * unit)).astype(int)) if self.counts else steps

    def of(self, value: float, unit: int) -> int | float:
        """The symbol's value for a value of the control; a dimension stays within its range."""
        least, most = _KINDS[self.kind]
        if self.counts and not least <= value <= most:
            raise PlanarError(f"{self.text} must be between {least:g} and {most:g}, got {value:g}.")
        return max(1, round(value * unit)) if self.counts else value

    @property
    def shown(self) -> dict[str, Any]:
        """As the page reads it."""
        least, most = _KINDS[self.kind]
        return {
            "name": self.name,
            "latex": self.latex,
            "text": self.text,
            "kind": self.kind,
            "value": self.value,
            "least": least,
            "most": most,
            "log": self.kind in ("positive", "ratio"),
        }
