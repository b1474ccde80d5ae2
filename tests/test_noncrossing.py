"""Non-crossing partitions against brute force over all set partitions, and the laws that they obey."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import catalan

from planar.errors import PlanarError
from planar.noncrossing import Partition, count, is_noncrossing, kreweras_complement, pairings, partitions


def all_partitions(n: int) -> Iterator[Partition]:
    """Every set partition of range(n), blocks by least point."""
    if n == 0:
        yield ()
        return
    for smaller in all_partitions(n - 1):
        yield (*smaller, (n - 1,))
        for b, block in enumerate(smaller):
            yield (*smaller[:b], (*block, n - 1), *smaller[b + 1 :])


def cross(partition: Partition) -> bool:
    """The definition, letter by letter."""
    owner = {p: b for b, block in enumerate(partition) for p in block}
    return any(owner[a] == owner[c] != owner[b] == owner[d] for a, b, c, d in combinations(sorted(owner), 4))


def growth(partition: Partition) -> list[int]:
    owner = {p: b for b, block in enumerate(partition) for p in block}
    return [owner[p] for p in sorted(owner)]


def turned(partition: Partition, n: int) -> Partition:
    return tuple(sorted(tuple(sorted((p - 1) % n for p in block)) for block in partition))


some_partition = st.integers(1, 9).flatmap(lambda n: st.sampled_from([(p, n) for p in partitions(n)]))
colourings = st.text("abc", max_size=7)
size_sets = st.sets(st.integers(1, 5), max_size=4)


@pytest.mark.parametrize("n", range(8))
def test_partitions_are_those_of_the_brute_force_in_canonical_order(n: int) -> None:
    found = list(partitions(n))
    assert set(found) == {p for p in all_partitions(n) if not cross(p)}
    assert len(found) == len(set(found)) == count(n) == catalan(n)
    assert [growth(p) for p in found] == sorted(growth(p) for p in found)


@pytest.mark.parametrize("n", range(7))
def test_is_noncrossing_agrees_with_the_definition(n: int) -> None:
    assert all(is_noncrossing(p) is not cross(p) for p in all_partitions(n))


@given(colourings, st.none() | size_sets)
def test_coloured_partitions_are_the_filtered_ones(colours: str, allowed: set[int] | None) -> None:
    sizes = None if allowed is None else lambda colour, size: size in allowed or (colour == "b" and size == 1)
    kept = [
        p
        for p in partitions(len(colours))
        if all(len({colours[i] for i in b}) == 1 and (sizes is None or sizes(colours[b[0]], len(b))) for b in p)
    ]
    assert list(partitions(len(colours), colours, sizes)) == kept
    assert count(len(colours), colours, sizes) == len(kept)
    joined = [p for p in kept if any(b[0] == 0 and b[-1] == len(colours) - 1 for b in p)]
    assert count(len(colours), colours, sizes, joined=True) == len(joined)


@given(st.lists(st.sampled_from(["x", "X", "w"]), max_size=8), st.none() | size_sets)
def test_blocks_may_alternate(colours: list[str], allowed: set[int] | None) -> None:
    """x and X are a letter and its transpose, w is a letter of its own; x, X and w may have blocks of unlike sizes."""
    sizes = None if allowed is None else lambda last, size: size in allowed or (last == "X" and size in (1, 4))

    def follows(a: object, b: object) -> bool:
        return (a, b) in {("x", "X"), ("X", "x"), ("w", "w")}

    kept = [
        p
        for p in partitions(len(colours))
        if all(all(follows(colours[i], colours[j]) for i, j in pairwise(b)) for b in p)
        and (sizes is None or all(sizes(colours[b[-1]], len(b)) for b in p))
    ]
    assert list(partitions(len(colours), colours, sizes, follows)) == kept
    assert count(len(colours), colours, sizes, follows) == len(kept)
    joined = [p for p in kept if any(b[0] == 0 and b[-1] == len(colours) - 1 for b in p)]
    assert count(len(colours), colours, sizes, follows, joined=True) == len(joined)


@pytest.mark.parametrize("n", range(9))
def test_joined_partitions_are_counted(n: int) -> None:
    assert count(n, joined=True) == sum(any(b[0] == 0 and b[-1] == n - 1 for b in p) for p in partitions(n))


@pytest.mark.parametrize("n", range(11))
def test_pairings(n: int) -> None:
    found = list(pairings(n))
    assert found == [p for p in partitions(n) if all(len(b) == 2 for b in p)]
    assert len(found) == (catalan(n // 2) if n % 2 == 0 else 0)


@given(some_partition)
def test_the_complement_twice_is_a_rotation(case: tuple[Partition, int]) -> None:
    partition, n = case
    complement = kreweras_complement(partition, n)
    assert len(partition) + len(complement) == n + 1
    assert kreweras_complement(complement, n) == turned(partition, n)


@given(some_partition)
def test_the_complement_does_not_cross_and_is_the_coarsest(case: tuple[Partition, int]) -> None:
    partition, n = case
    complement = kreweras_complement(partition, n)

    def together(primes: Partition) -> list[tuple[int, ...]]:
        return [tuple(2 * p for p in b) for b in partition] + [tuple(2 * p + 1 for p in b) for b in primes]

    assert is_noncrossing(together(complement))
    for i, j in combinations(range(len(complement)), 2):
        rest = [b for k, b in enumerate(complement) if k not in (i, j)]
        assert not is_noncrossing(together((*rest, complement[i] + complement[j])))


def test_generation_is_lazy() -> None:
    assert len(list(islice(partitions(200), 3))) == 3
    assert next(pairings(60))[0] == (0, 1)


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(PlanarError, match="3 colours for 4 points"):
        partitions(4, "abc")
    with pytest.raises(PlanarError, match="n >= 0"):
        count(-1)
    with pytest.raises(PlanarError, match="no partition of range"):
        kreweras_complement([(0, 2)], 3)
    with pytest.raises(PlanarError, match="cross"):
        kreweras_complement([(0, 2), (1, 3)], 4)
    with pytest.raises(PlanarError, match="two blocks"):
        is_noncrossing([(0, 1), (1, 2)])
