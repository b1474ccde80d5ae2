"""Points of a partition that are random letters: which of them may be neighbours in a block."""

from __future__ import annotations

from collections.abc import Iterable
from operator import eq
from typing import Any

from planar.combinatorics.noncrossing.partitions import Follows

__all__ = ["Leg", "alternate", "rule"]

Leg = tuple[str, bool | None]
"""A letter's name, and on which side of the transpose it stands; None where blocks ignore that."""


def alternate(leg: Any, after: Any) -> bool:
    """Whether a block may hold these legs one after the other: of one letter, and on unlike sides
    where they have sides.

    >>> alternate(("W", None), ("W", None)), alternate(("X", False), ("X", False)), alternate(("X", False), ("X", True))
    (True, False, True)
    """
    return bool(leg[0] == after[0] and (leg[1] is None or leg[1] is not after[1]))


def rule(legs: Iterable[Leg]) -> Follows:
    """``alternate``, or the equality of legs, which is faster and says the same where none has a
    side.
    """
    return eq if all(side is None for _, side in legs) else alternate
