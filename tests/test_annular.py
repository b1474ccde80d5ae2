"""Annular non-crossing permutations and pairings against all permutations of few points, and the
laws that they obey.
"""

from __future__ import annotations

from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planar.combinatorics.noncrossing import (
    Cycles,
    annular_count,
    annular_kreweras_complement,
    annular_pairing_count,
    annular_pairings,
    annular_partitions,
    is_annular_noncrossing,
)
from planar.foundations.errors import PlanarError

circles = [(p, q) for p in range(1, 6) for q in range(1, 6) if p + q <= 7]
some_circles = st.tuples(st.integers(1, 4), st.integers(1, 4))
some_annular = some_circles.flatmap(
    lambda c: st.tuples(st.sampled_from(list(annular_partitions(*c))), st.just(c))
)


def cycles_of(image: tuple[int, ...]) -> Cycles:
    seen, found = set[int](), []
    for start in range(len(image)):
        cycle, i = list[int](), start
        while i not in seen:
            seen.add(i)
            cycle.append(i)
            i = image[i]
        if cycle:
            found.append(tuple(cycle))
    return tuple(found)


def image_of(cycles: Cycles) -> tuple[int, ...]:
    after = {
        point: cycle[(i + 1) % len(cycle)] for cycle in cycles for i, point in enumerate(cycle)
    }
    return tuple(after[i] for i in range(len(after)))


def gamma(p: int, q: int) -> tuple[int, ...]:
    return (*range(1, p), 0, *range(p + 1, p + q), p)


def planar(image: tuple[int, ...], p: int, q: int) -> bool:
    """#t + #(t^-1 gamma) + #gamma = p + q + 2 - 2 genus; genus 0, both circles in one orbit."""
    inverse = {b: a for a, b in enumerate(image)}
    turned = tuple(inverse[g] for g in gamma(p, q))
    joined = any(min(c) < p <= max(c) for c in cycles_of(image))
    return joined and len(cycles_of(image)) + len(cycles_of(turned)) + 2 == p + q + 2


def through(cycles: Cycles, p: int) -> int:
    return sum(min(c) < p <= max(c) for c in cycles)


@pytest.mark.parametrize(("p", "q"), circles)
def test_partitions_are_the_planar_ones_of_all_permutations(p: int, q: int) -> None:
    found = list(annular_partitions(p, q))
    brute = {cycles_of(image) for image in permutations(range(p + q)) if planar(image, p, q)}
    assert set(found) == brute
    assert len(found) == len(brute) == annular_count(p, q)
    for k in range(max(p, q) + 2):
        assert annular_count(p, q, k) == sum(through(c, p) == k for c in found)
        assert annular_pairing_count(p, q, k) == sum(
            through(c, p) == k and all(len(b) == 2 for b in c) for c in found
        )
    assert [through(c, p) for c in found] == sorted((through(c, p) for c in found), reverse=True)


@pytest.mark.parametrize(("p", "q"), [*circles, (4, 4), (6, 2), (1, 7), (5, 3)])
def test_pairings_are_the_partitions_into_pairs(p: int, q: int) -> None:
    found = list(annular_pairings(p, q))
    assert len(found) == len(set(found)) == annular_pairing_count(p, q)
    assert set(found) == {c for c in annular_partitions(p, q) if all(len(b) == 2 for b in c)}


@pytest.mark.parametrize(("p", "q"), [c for c in circles if sum(c) <= 6])
def test_the_condition_on_all_permutations(p: int, q: int) -> None:
    for image in permutations(range(p + q)):
        assert is_annular_noncrossing(cycles_of(image), p, q) == planar(image, p, q)


@given(some_annular)
def test_the_complement_twice_turns_both_circles(case: tuple[Cycles, tuple[int, int]]) -> None:
    cycles, (p, q) = case
    complement = annular_kreweras_complement(cycles, p, q)
    assert len(cycles) + len(complement) == p + q
    assert is_annular_noncrossing(complement, p, q)
    image, step = image_of(cycles), gamma(p, q)
    back = {b: a for a, b in enumerate(step)}
    conjugate = tuple(back[image[step[i]]] for i in range(p + q))
    assert annular_kreweras_complement(complement, p, q) == cycles_of(conjugate)


@given(some_circles, st.data())
def test_coloured_ones_are_the_filtered_ones(sizes: tuple[int, int], data: st.DataObject) -> None:
    p, q = sizes
    colours = data.draw(st.text("ab", min_size=p + q, max_size=p + q))
    for every in (annular_partitions, annular_pairings):
        kept = [c for c in every(p, q) if all(len({colours[i] for i in b}) == 1 for b in c)]
        assert list(every(p, q, colours)) == kept


def test_one_partition_may_be_several_permutations() -> None:
    found = [c for c in annular_partitions(3, 1) if len(c) == 1]
    assert sorted(found) == [((0, 1, 2, 3),), ((0, 1, 3, 2),), ((0, 3, 1, 2),)]


def test_generation_is_lazy() -> None:
    assert len(list(islice(annular_partitions(30, 20), 5))) == 5
    assert through(next(annular_pairings(20, 30)), 20) == 20


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(PlanarError, match="empty circle"):
        annular_partitions(0, 2)
    with pytest.raises(PlanarError, match="empty circle"):
        annular_count(2, 0)
    with pytest.raises(PlanarError, match="2 colours for 3 points"):
        annular_pairings(1, 2, "ab")
    with pytest.raises(PlanarError, match="not annular non-crossing"):
        annular_kreweras_complement([(0, 1), (2,)], 2, 1)
    with pytest.raises(PlanarError, match="not the cycles of a permutation"):
        is_annular_noncrossing([(0, 1)], 2, 1)
