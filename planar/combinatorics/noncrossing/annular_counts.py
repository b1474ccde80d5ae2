"""Numbers of annular non-crossing permutations and pairings in closed form.

See Mingo and Nica, "Annular noncrossing permutations and partitions".
"""

from __future__ import annotations

from math import comb
from typing import Any

from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import PlanarError

__all__ = ["annular_count", "annular_pairing_count", "two_circles"]


def annular_count(p: int, q: int, through: int | None = None) -> int:
    """The number of annular non-crossing permutations of p outer and q inner points.

    Parameters
    ----------
    p, q : int
        The numbers of points of the two circles, each at least 1.
    through : int, optional
        Count only those with this number of cycles that hold points of both circles.

    Returns
    -------
    int
        2pq/(p+q) binom(2p-1,p) binom(2q-1,q); with ``through`` = k it is
        k binom(2p, p - k) binom(2q, q - k).

    Raises
    ------
    PlanarError
        Where a circle is empty.

    References
    ----------
    Mingo and Nica, "Annular noncrossing permutations and partitions".

    Examples
    --------
    >>> annular_count(1, 1), annular_count(2, 3), [annular_count(2, 3, k) for k in (1, 2)]
    (1, 72, [60, 12])
    """
    p, q = two_circles(p, q)
    if through is None:
        return 2 * p * q * comb(2 * p - 1, p) * comb(2 * q - 1, q) // (p + q)
    if not 0 < through <= min(p, q):
        return 0
    return through * comb(2 * p, p - through) * comb(2 * q, q - through)


def annular_pairing_count(p: int, q: int, through: int | None = None) -> int:
    """The number of annular non-crossing pairings of p outer and q inner points.

    Parameters
    ----------
    p, q : int
        The numbers of points of the two circles, each at least 1.
    through : int, optional
        Count only those with this number of pairs between the circles.

    Returns
    -------
    int
        The sum over k of k binom(p, (p-k)/2) binom(q, (q-k)/2), or the term k = ``through``.

    Raises
    ------
    PlanarError
        Where a circle is empty.

    Examples
    --------
    >>> annular_pairing_count(2, 2), annular_pairing_count(3, 3)
    (2, 12)
    >>> annular_pairing_count(4, 2, through=2)
    8
    """
    p, q = two_circles(p, q)
    if through is None:
        return sum(annular_pairing_count(p, q, k) for k in range(1, min(p, q) + 1))
    if not 0 < through <= min(p, q) or (p - through) % 2 or (q - through) % 2:
        return 0
    return through * comb(p, (p - through) // 2) * comb(q, (q - through) // 2)


def two_circles(p: Any, q: Any) -> tuple[int, int]:
    """The numbers of points of the two circles; an error where one is empty."""
    p, q = number_of(p), number_of(q)
    if p < 1 or q < 1:
        raise PlanarError(
            f"an annulus with {p} outer and {q} inner points has an empty circle; "
            "give at least one point to each."
        )
    return p, q
