"""How implicit definitions are solved and what counts as a solution.

Every backend takes its numbers from one value. The solvers in ``planar/kernels/runtimes`` read
``POLICY.name``; a generated module carries the number as the constant ``NAME``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["POLICY", "Policy", "inlined", "numbers"]


def _number(value: Any, why: str) -> Any:
    """A field with its value and the reason for it, which generated modules print beside it."""
    return field(default=value, metadata={"why": why})


@dataclass(frozen=True)
class Policy:
    """The rule of all solvers.

    Where one positive solution exists: one sweep from next to S = 0, and Newton from above.
    Elsewhere, or where that fails, stages of sweeps ``S <- R(H)`` from R(0), each with Newton from
    where it stands; the last attempt stands. Newton's step is kept only where it is finite, cuts
    the residual and stays in the neighbourhood (or among the positive numbers). What is NaN has an
    infinite residual, a gamma that is NaN is infinite.

    >>> POLICY.on_branch(1e-12, 0.5), POLICY.on_branch(1e-12, float("nan"))
    (True, False)
    >>> POLICY.on_branch(1e-12, 1 - 1e-15)
    False
    """

    sweeps: tuple[int, ...] = _number(
        (8, 16, 60, 240, 1000, 4000), "of each stage: most points need the first alone"
    )
    change: tuple[float, ...] = _number(
        (1e-2, 1e-2, 0.1, 0.1, 0.1, 0.1),
        "of the last sweep of a stage, below which it names a neighbourhood",
    )
    slowing: tuple[float, ...] = _number(
        (1.0, 1.0, 0.6, 0.6, 0.6, 0.6), "of the damping after a stage: it may oscillate"
    )
    still: float = _number(1e-14, "change of a sweep that is rounding alone")
    sweep_floor: float = _number(1e-12, "beside the size of a self-energy, which may be zero")
    above: float = _number(1e-12, "of R(0), from where one sweep lands above the positive solution")
    steps_above: int = _number(60, "of Newton from above, which halves what is far too large")
    steps: int = _number(40, "of Newton from a neighbourhood")
    settling_sweeps: int = _number(300, "of substitution where nothing tells where Newton starts")
    settling: float = _number(0.5, "damping of that substitution")
    room: float = _number(
        2.0, "of an unknown's size, how far Newton may move it: the iteration chose the branch"
    )
    floor: float = _number(1e-3, "of the largest unknown, in place of the size of a smaller one")
    exact: float = _number(1e-15, "residual that no step improves")
    last_step: float = _number(
        1e-9, "relative, after which the next is rounding: Newton is quadratic"
    )
    converged: float = _number(1e-10, "residual that ends the stages")
    unsure: float = _number(
        1e-6, "residual below which rounding may be all that is left: Newton's next step tells"
    )
    accepted: float = _number(
        1e-9, "residual of a solution; what ends the stages with room for another order of sums"
    )
    critical: float = _number(
        1 - 5e-14, "gamma(R, R*) from which 1 - gamma is rounding: the sum over diagrams diverges"
    )
    meeting: float = _number(1e-5, "relative distance below which a divided difference is a slope")
    rounded: float = _number(
        1e-10, "of the largest eigenvalue, how far below zero rounding takes a positive matrix"
    )
    tiny: float = _number(1e-300, "beside a size that may be zero")

    def on_branch(self, residual: float, gamma: float) -> bool:
        """Whether a point is solved and its ladder converges."""
        return bool(residual < self.accepted and gamma < self.critical)


POLICY = Policy()


_READ = re.compile(r"\bPOLICY\.(\w+)")


def numbers(text: str) -> list[tuple[str, Any, str]]:
    """The constants that a text reads as ``POLICY.name``: name, number and reason of each.

    They stand in the order of the policy.

    >>> [name for name, _, _ in numbers("residual < POLICY.accepted")]
    ['ACCEPTED']
    """
    used = set(_READ.findall(text))
    return [
        (f.name.upper(), getattr(POLICY, f.name), str(f.metadata["why"]))
        for f in fields(Policy)
        if f.name in used
    ]


def inlined(text: str) -> str:
    """The text with ``NAME`` in place of ``POLICY.name``."""
    return _READ.sub(lambda match: match[1].upper(), text)
