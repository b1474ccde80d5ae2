"""Points of a partition that are random letters: which of them may be neighbours in a block."""

from __future__ import annotations

from collections.abc import Iterable
from operator import eq
from typing import Any

from planar.combinatorics.noncrossing.partition_types import Follows

__all__ = ["Leg", "alternate", "rule"]

Leg = tuple[str, bool | None]
"""A letter's name, and on which side of the transpose it stands; None where blocks ignore that."""


def alternate(leg: Any, after: Any) -> bool:
    """Whether a block may hold these legs one after the other.

    Parameters
    ----------
    leg, after : Leg
        Pairs (name of the letter, side of the transpose); None as side where blocks ignore it.

    Returns
    -------
    bool
        True for legs of one letter, on unlike sides where they have sides.

    Examples
    --------
    >>> alternate(("W", None), ("W", None))
    True
    >>> alternate(("X", False), ("X", False)), alternate(("X", False), ("X", True))
    (False, True)
    """
    return bool(leg[0] == after[0] and (leg[1] is None or leg[1] is not after[1]))


def rule(legs: Iterable[Leg]) -> Follows:
    """The rule ``follows`` of ``partitions`` for points that are these legs.

    Parameters
    ----------
    legs : iterable of Leg
        The colours of the points.

    Returns
    -------
    callable
        ``alternate``, or where no leg has a side the equality of legs, which is faster and says
        the same.

    Examples
    --------
    >>> rule([("W", None), ("V", None)]) is eq, rule([("X", False), ("X", True)]) is alternate
    (True, True)
    """
    return eq if all(side is None for _, side in legs) else alternate
