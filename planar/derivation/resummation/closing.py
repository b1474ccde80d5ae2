"""Closing the one-point equations: solved for self-energies where the laws are linear in them.

Traces count as given.

The principle: self-energies of places that the first node does not reach are eliminated first, by
an equation of their own letter without traces (for a Gaussian X between two spaces, 1 - s on the
one side is 1/s on the other). What stays is solved letter by letter. Where that would lose an
equation, two resolvents share it, and both keep their unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from planar.foundations.generators import Abbreviation, SelfEnergy, Trace, only
from planar.foundations.rational import Rational

__all__ = ["Elimination", "Equation"]


_SHORT = 3
"""A hidden self-energy whose solution has more terms than this stays an unknown.

Putting it in would not make equations shorter.
"""


@dataclass(frozen=True)
class Equation:
    """``value = 0``, the relation of one law between two places; ``key`` is their self-energy."""

    key: SelfEnergy
    letter: str
    value: Rational


@dataclass
class Elimination:
    """Solves polynomial equations for self-energies, one after another.

    ``hidden`` ones go first, and without traces.
    """

    equations: list[Equation]
    hidden: Sequence[SelfEnergy]
    solved: dict[SelfEnergy, Rational] = field(default_factory=dict)
    free: dict[SelfEnergy, Rational] = field(default_factory=dict)
    kept: dict[SelfEnergy, Rational] = field(default_factory=dict)
    _spent: list[SelfEnergy] = field(default_factory=list)

    def run(self) -> None:
        """Fill ``free`` (solved without traces), ``solved`` (these and all others) and ``kept``.

        A hidden unknown may be eliminated by the equation of its partner only if the partner can
        then be solved for by what is left; else each keeps its own equation.
        """
        original = list(self.equations)
        self._eliminate(own=False)
        lost = [k for k in self._spent if k not in self.solved and k not in self.kept]
        if lost:
            self.equations, self._spent = original, []
            self.solved, self.free, self.kept = {}, {}, {}
            self._eliminate(own=True)

    def _eliminate(self, *, own: bool) -> None:
        pending = [e.key for e in self.equations]
        for key in [k for k in self.hidden if k in pending]:
            if self._solve(key, self._brief if own else self._short, own=own):
                self.free = dict(self.solved)
                pending.remove(key)
        while self._step(pending, own):
            pending = [k for k in pending if k not in self.solved]
        for key in pending:
            equation = next((e for e in self.equations if e.key == key), None)
            value = None if equation is None else self.linear(equation, key)
            if value is not None:
                self.kept[key] = value

    def _step(self, pending: Sequence[SelfEnergy], own: bool) -> bool:
        """Solve for one more unknown, if possible by an equation without another pending one.

        Returns whether one could be solved for.
        """
        alone = any(
            self._solve(key, lambda value: not set(pending) & set(value.gens()), own=own)
            for key in pending
        )
        return alone or any(self._solve(key, lambda value: True, own=own) for key in pending)

    def _solve(
        self, key: SelfEnergy, accept: Callable[[Rational], bool], *, own: bool = False
    ) -> bool:
        """Solve an equation of the letter for ``key``, its own one first.

        Only an acceptable solution is taken.
        """
        candidates = [e for e in self.equations if e.key == key]
        if not own:
            candidates += [e for e in self.equations if e.letter == key.letter and e.key != key]
        for equation in candidates:
            value = self.linear(equation, key)
            if value is not None and accept(value) and self._put(key, value, equation):
                self._spent.append(equation.key)
                return True
        return False

    def _put(self, key: SelfEnergy, value: Rational, equation: Equation) -> bool:
        """Put a solution into all other equations.

        Refused where one of them would lose every unknown.
        """
        remaining = [
            Equation(e.key, e.letter, e.value.subs({key: value}))
            for e in self.equations
            if e is not equation
        ]
        if not all(map(self._holds_unknown, remaining)):
            return False
        self.equations = remaining
        self.solved = {k: v.subs({key: value}) for k, v in self.solved.items()} | {key: value}
        return True

    @staticmethod
    def _holds_unknown(equation: Equation) -> bool:
        return any(only(f, SelfEnergy) for f, _ in equation.value.factors()[1] if f.size() > 2)

    @staticmethod
    def _short(value: Rational, most: int = _SHORT) -> bool:
        """Short and without traces."""
        return value.size() <= most and not only(value, (Trace, Abbreviation))

    def _brief(self, value: Rational) -> bool:
        return self._short(value, 2 * _SHORT)

    @staticmethod
    def linear(equation: Equation, key: SelfEnergy) -> Rational | None:
        """The root of the one factor that holds ``key``, where that is linear in it.

        Powers of ``key`` itself do not count.
        """
        factors = equation.value.factors()[1]
        relevant = [f for f, power in factors if power > 0 and key in f.gens() and f.size() > 2]
        if len(relevant) != 1:
            return None
        coefficients, _ = relevant[0].collect(key)
        return -coefficients[0] / coefficients[1] if len(coefficients) == 2 else None
