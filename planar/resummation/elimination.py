"""Closing the one-point equations: self-energies are solved for where the laws are linear in them, traces given.

The principle: self-energies of places that the first node does not reach are eliminated first, by an equation of their own
letter without traces (for a Gaussian X between two spaces, 1 - s on the one side is 1/s on the other). What stays is solved
letter by letter. Where that would lose an equation, two resolvents share it, and both keep their unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from planar.algebra.rational import Key, Rational

__all__ = ["Elimination", "Equation"]


_SHORT = 3
"""A hidden self-energy whose solution has more terms stays an unknown: putting it in would not make equations shorter."""


@dataclass(frozen=True)
class Equation:
    """``value = 0``, the relation of one law between two places; ``key`` is the self-energy between these."""

    key: Key
    letter: str
    value: Rational


@dataclass
class Elimination:
    """Solves polynomial equations for self-energies, one after another; ``hidden`` go first, and without traces."""

    equations: list[Equation]
    hidden: Sequence[Key]
    solved: dict[Key, Rational] = field(default_factory=dict)
    free: dict[Key, Rational] = field(default_factory=dict)
    kept: dict[Key, Rational] = field(default_factory=dict)

    def run(self) -> None:
        """Fill ``free`` (solved without traces), ``solved`` (these and all others) and ``kept``."""
        pending = [e.key for e in self.equations]
        for key in [k for k in self.hidden if k in pending]:
            if self._solve(key, self._short):
                self.free = dict(self.solved)
                pending.remove(key)
        while self._step(pending):
            pending = [k for k in pending if k not in self.solved]
        for key in pending:
            own = next((e for e in self.equations if e.key == key), None)
            value = None if own is None else self.linear(own, key)
            if value is not None:
                self.kept[key] = value

    def _step(self, pending: Sequence[Key]) -> bool:
        """Solve for one more unknown, if possible by an equation that holds no other; True where that went well."""
        alone = any(self._solve(key, lambda value: not set(pending) & set(value.gens())) for key in pending)
        return alone or any(self._solve(key, lambda value: True) for key in pending)

    def _solve(self, key: Key, accept: Callable[[Rational], bool]) -> bool:
        """Solve some equation of the letter for ``key``, its own one first, where the solution is acceptable."""
        own = [e for e in self.equations if e.key == key]
        letter = key[2]
        for equation in (*own, *(e for e in self.equations if e.letter == letter and e.key != key)):
            value = self.linear(equation, key)
            if value is not None and accept(value) and self._put(key, value, equation):
                return True
        return False

    def _put(self, key: Key, value: Rational, equation: Equation) -> bool:
        """Put a solution into all other equations; refused where one of them would lose every unknown."""
        rest = [Equation(e.key, e.letter, e.value.subs({key: value})) for e in self.equations if e is not equation]
        if any(not self._alive(e) for e in rest):
            return False
        self.equations = rest
        self.solved = {k: v.subs({key: value}) for k, v in self.solved.items()} | {key: value}
        return True

    @staticmethod
    def _alive(equation: Equation) -> bool:
        return any(k[0] == "self-energy" for f, _ in equation.value.factors()[1] if f.size() > 2 for k in f.gens())

    @staticmethod
    def _short(value: Rational) -> bool:
        """Short and without traces."""
        return value.size() <= _SHORT and all(k[0] not in ("trace", "propagator") for k in value.gens())

    @staticmethod
    def linear(equation: Equation, key: Key) -> Rational | None:
        """The root of the one factor that holds ``key``, powers of it apart, where that is linear in it."""
        factors = equation.value.factors()[1]
        relevant = [f for f, power in factors if power > 0 and key in f.gens() and f.size() > 2]
        if len(relevant) != 1:
            return None
        coefficients, _ = relevant[0].collect(key)
        return -coefficients[0] / coefficients[1] if len(coefficients) == 2 else None
