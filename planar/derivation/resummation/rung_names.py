"""Names for the pivots of the two-point equations and for the weights of rungs."""

from __future__ import annotations

from dataclasses import dataclass, field

from planar.foundations.generators import PivotOf, RungWeight
from planar.foundations.rational import Field, Rational

__all__ = ["Pivot", "RungNames"]


@dataclass(frozen=True)
class Pivot:
    """One pivot ``1 - gamma`` of the linear two-point equations.

    Its generator, its value, the classes of the two components that it joins, its letter.
    """

    generator: Rational
    value: Rational
    pair: tuple[int, int]
    letter: str


@dataclass
class RungNames:
    """Pivots and weights of rungs that have a name, by their values."""

    scalars: Field
    pivots: dict[Rational, Pivot] = field(default_factory=dict)
    weights: dict[Rational, Rational] = field(default_factory=dict)

    def copy(self) -> RungNames:
        """The same names, to return to where an elimination is given up."""
        return RungNames(self.scalars, dict(self.pivots), dict(self.weights))

    def weight(self, value: Rational) -> Rational:
        """A rung's weight under a name, unless it is as short as q s s'."""
        if value.size() <= 2:
            return value
        return self.weights.setdefault(value, self.scalars.gen(RungWeight(len(self.weights))))

    def pivot(self, value: Rational, pair: tuple[int, int], letter: str) -> Rational:
        """A pivot under its name; equal pivots share it, constants stay numbers."""
        if value.is_constant:
            return value
        if value not in self.pivots:
            generator = self.scalars.gen(PivotOf(len(self.pivots)))
            self.pivots[value] = Pivot(generator, value, pair, letter)
        return self.pivots[value].generator
