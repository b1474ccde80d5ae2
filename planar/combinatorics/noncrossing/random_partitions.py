"""Non-crossing partitions and pairings drawn at random, all with the same probability."""

from __future__ import annotations

import numpy as np

from planar.combinatorics.noncrossing.partition_types import Partition
from planar.combinatorics.noncrossing.points import number_of
from planar.foundations.errors import PlanarError

__all__ = ["random_pairing", "random_partition"]


def random_pairing(n: int, rng: np.random.Generator) -> Partition:
    """A non-crossing pairing of ``range(n)``, each with the same probability, in time O(n).

    Of n/2 steps up and n/2 + 1 down in random order exactly one rotation stays above the axis up to
    its last step (the cycle lemma); up begins a pair and down ends one.

    Parameters
    ----------
    n : int
        The number of points, even.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    tuple of pairs of int
        The pairing.

    Raises
    ------
    PlanarError
        Where n is odd, or ``rng`` is not a generator.

    Examples
    --------
    >>> from planar.noncrossing import is_noncrossing
    >>> pairing = random_pairing(3000, np.random.default_rng(1))
    >>> is_noncrossing(pairing), len(pairing)
    (True, 1500)
    """
    n = number_of(n, "pairings")
    _generator(rng)
    if n % 2:
        raise PlanarError(f"{n} points have no pairing; give an even number.")
    steps = rng.permutation(np.repeat(np.array([1, -1]), [n // 2, n // 2 + 1]))
    turn = int(np.argmin(np.cumsum(steps))) + 1
    begun, unfinished = list[list[int]](), list[int]()
    for point, step in enumerate([*steps[turn:].tolist(), *steps[:turn].tolist()][:n]):
        if step > 0:
            unfinished.append(len(begun))
            begun.append([point])
        else:
            begun[unfinished.pop()].append(point)
    return tuple(map(tuple, begun))


def _generator(rng: object) -> None:
    if not isinstance(rng, np.random.Generator):
        raise PlanarError(
            f"{rng!r} is not a random generator; give numpy.random.default_rng(0), or another seed."
        )


def random_partition(n: int, rng: np.random.Generator) -> Partition:
    """A non-crossing partition of ``range(n)``, each with the same probability, in time O(n).

    Doubling turns it into a pairing: the right side of a point is paired with the left side of the
    next one of its block.

    Parameters
    ----------
    n : int
        The number of points.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    tuple of tuples of int
        The partition.

    Raises
    ------
    PlanarError
        Where n is not an integer of at least 0, or ``rng`` is not a generator.

    Examples
    --------
    >>> from planar.noncrossing import is_noncrossing, rank, unrank
    >>> partition = random_partition(3000, np.random.default_rng(1))
    >>> is_noncrossing(partition), unrank(3000, rank(partition)) == partition
    (True, True)
    """
    n = number_of(n)
    home, blocks = dict[int, list[int]](), list[list[int]]()
    sides = [sorted(pair, key=lambda side: side % 2) for pair in random_pairing(2 * n, rng)]
    for left, right in sorted(sides):
        point, previous = left // 2, right // 2
        if previous < point:
            home[point] = home[previous]
        else:
            home[point] = []
            blocks.append(home[point])
        home[point].append(point)
    return tuple(map(tuple, blocks))
