"""Non-crossing partitions against brute force over all set partitions, and their laws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations, islice, pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import catalan

from planar.combinatorics.noncrossing import (
    Partition,
    block_counts,
    block_types,
    count,
    fuss_catalan,
    interval_partitions,
    inverse_kreweras_complement,
    is_below,
    is_noncrossing,
    join,
    kreweras_array,
    kreweras_complement,
    meet,
    moebius,
    narayana,
    pairing_array,
    pairings,
    partition_array,
    partitions,
    random_pairing,
    random_partition,
    rank,
    relative_kreweras_complement,
    type_count,
    unrank,
)
from planar.combinatorics.noncrossing import catalan as planar_catalan
from planar.combinatorics.noncrossing.label_walk import fill
from planar.foundations.errors import PlanarError, TooLargeError


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
    return any(
        owner[a] == owner[c] != owner[b] == owner[d]
        for a, b, c, d in combinations(sorted(owner), 4)
    )


def growth(partition: Partition) -> list[int]:
    owner = {p: b for b, block in enumerate(partition) for p in block}
    return [owner[p] for p in sorted(owner)]


def turned(partition: Partition, n: int) -> Partition:
    return tuple(sorted(tuple(sorted((p - 1) % n for p in block)) for block in partition))


def sizes_of(partition: Partition) -> tuple[int, ...]:
    return tuple(sorted(map(len, partition), reverse=True))


some_partition = st.integers(1, 9).flatmap(
    lambda n: st.sampled_from([(p, n) for p in partitions(n)])
)
colourings = st.text("abc", max_size=7)
two_partitions = st.integers(1, 7).flatmap(
    lambda n: st.tuples(*[st.sampled_from(list(partitions(n)))] * 2, st.just(n))
)
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
    sizes = (
        None
        if allowed is None
        else lambda colour, size: size in allowed or (colour == "b" and size == 1)
    )
    kept = [
        p
        for p in partitions(len(colours))
        if all(
            len({colours[i] for i in b}) == 1 and (sizes is None or sizes(colours[b[0]], len(b)))
            for b in p
        )
    ]
    assert list(partitions(len(colours), colours, sizes)) == kept
    assert count(len(colours), colours, sizes) == len(kept)
    joined = [p for p in kept if any(b[0] == 0 and b[-1] == len(colours) - 1 for b in p)]
    assert count(len(colours), colours, sizes, joined=True) == len(joined)


@given(st.lists(st.sampled_from(["x", "X", "w"]), max_size=8), st.none() | size_sets)
def test_blocks_may_alternate(colours: list[str], allowed: set[int] | None) -> None:
    """x and X are a letter and its transpose, w is a letter of its own; x, X and w may have blocks
    of unlike sizes.
    """
    sizes = (
        None
        if allowed is None
        else lambda last, size: size in allowed or (last == "X" and size in (1, 4))
    )

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
    assert count(n, joined=True) == sum(
        any(b[0] == 0 and b[-1] == n - 1 for b in p) for p in partitions(n)
    )


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
        return [tuple(2 * p for p in b) for b in partition] + [
            tuple(2 * p + 1 for p in b) for b in primes
        ]

    assert is_noncrossing(together(complement))
    for i, j in combinations(range(len(complement)), 2):
        rest = [b for k, b in enumerate(complement) if k not in (i, j)]
        assert not is_noncrossing(together((*rest, complement[i] + complement[j])))


@given(st.text("abc", max_size=8), st.booleans())
def test_coloured_pairings_are_the_filtered_ones(colours: str, alternating: bool) -> None:
    def follows(a: object, b: object) -> bool:
        return a != b if alternating else a == b

    kept = [p for p in pairings(len(colours)) if all(follows(colours[a], colours[b]) for a, b in p)]
    assert list(pairings(len(colours), colours, follows)) == kept
    if not alternating:
        assert list(pairings(len(colours), colours)) == kept


@pytest.mark.parametrize(
    "compiled", [False, pytest.param(True, marks=pytest.mark.optional("numba"))]
)
@pytest.mark.parametrize("n", range(11))
def test_arrays_are_the_objects_row_by_row(n: int, compiled: bool) -> None:
    rows, pairs = partition_array(n, compiled), pairing_array(n, compiled)
    assert rows.dtype == pairs.dtype == np.uint8
    assert rows.shape == (catalan(n), n)
    assert pairs.shape == (catalan(n // 2) if n % 2 == 0 else 0, n)
    assert rows.tolist() == [growth(p) for p in partitions(n)]
    assert pairs.tolist() == [growth(p) for p in pairings(n)]


@pytest.mark.parametrize("n", range(1, 12))
def test_the_loop_that_is_compiled_is_right_as_plain_python(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(partition_array.__globals__, "compiled_fill", lambda: fill)
    assert (partition_array(n, True) == partition_array(n, False)).all()
    assert (pairing_array(n, True) == pairing_array(n, False)).all()


@pytest.mark.optional("numba")
def test_large_arrays_are_the_same_compiled() -> None:
    assert (partition_array(13, True) == partition_array(13, False)).all()
    assert (pairing_array(24, True) == pairing_array(24, False)).all()


@pytest.mark.parametrize("n", range(1, 9))
def test_array_of_complements(n: int) -> None:
    rows = partition_array(n)
    complements = kreweras_array(rows)
    assert complements.tolist() == [growth(kreweras_complement(p, n)) for p in partitions(n)]
    assert block_counts(rows).tolist() == [len(p) for p in partitions(n)]
    assert (block_counts(rows) + block_counts(complements) == n + 1).all()


@pytest.mark.parametrize("n", range(1, 6))
def test_array_of_complements_refuses_what_is_no_noncrossing_partition(n: int) -> None:
    good = partition_array(n).tolist()
    for row in product(range(n), repeat=n):
        if list(row) in good:
            assert kreweras_array(np.array([row])).shape == (1, n)
        else:
            with pytest.raises(PlanarError, match="row 1, "):
                kreweras_array(np.array([[0] * n, row]))
    for wrong in (np.zeros((1, n)), np.zeros(n, int), np.full((1, n), n)):
        with pytest.raises(PlanarError, match="block numbers"):
            kreweras_array(wrong)


@given(some_partition)
def test_inverse_complement(case: tuple[Partition, int]) -> None:
    partition, n = case
    assert inverse_kreweras_complement(kreweras_complement(partition, n), n) == partition
    assert kreweras_complement(inverse_kreweras_complement(partition, n), n) == partition


@given(two_partitions)
def test_the_complement_turns_the_order_upside_down(case: tuple[Partition, Partition, int]) -> None:
    one, two, n = case
    assert is_below(one, two) == is_below(kreweras_complement(two, n), kreweras_complement(one, n))
    assert is_below(one, two) == all(any(set(a) <= set(b) for b in two) for a in one)


@given(two_partitions)
def test_meet_and_join_are_the_bounds_among_all_partitions(
    case: tuple[Partition, Partition, int],
) -> None:
    one, two, n = case
    below = [p for p in partitions(n) if is_below(p, one) and is_below(p, two)]
    above = [p for p in partitions(n) if is_below(one, p) and is_below(two, p)]
    assert meet(one, two) in below
    assert all(is_below(p, meet(one, two)) for p in below)
    assert join(one, two) in above
    assert all(is_below(join(one, two), p) for p in above)


@given(two_partitions)
def test_lattice_laws(case: tuple[Partition, Partition, int]) -> None:
    one, two, _ = case
    assert meet(one, two) == meet(two, one)
    assert join(one, two) == join(two, one)
    assert (
        meet(one, join(one, two))
        == join(one, meet(one, two))
        == meet(one, one)
        == join(one, one)
        == one
    )
    assert is_below(one, two) == (meet(one, two) == one) == (join(one, two) == two)


@given(st.integers(1, 5), st.data())
def test_moebius_inverts_sums_over_lower_partitions(n: int, data: st.DataObject) -> None:
    every = list(partitions(n))
    values = dict(
        zip(
            every,
            data.draw(st.lists(st.integers(-9, 9), min_size=len(every), max_size=len(every))),
            strict=True,
        )
    )
    summed = {p: sum(values[q] for q in every if is_below(q, p)) for p in every}
    assert all(values[p] == sum(moebius(q, p) * summed[q] for q in every) for p in every)


@pytest.mark.parametrize("n", range(1, 12))
def test_moebius_of_the_whole_lattice_is_a_signed_catalan_number(n: int) -> None:
    least, greatest = tuple((i,) for i in range(n)), (tuple(range(n)),)
    assert moebius(least, greatest) == (-1) ** (n - 1) * catalan(n - 1)
    assert moebius(greatest, least) == (1 if n == 1 else 0)


@given(two_partitions)
def test_relative_complement(case: tuple[Partition, Partition, int]) -> None:
    fine, n = meet(case[0], case[1]), case[2]
    coarse = case[1]
    relative = relative_kreweras_complement(fine, coarse)
    assert is_below(relative, coarse)
    assert len(fine) + len(relative) == n + len(coarse)
    assert relative_kreweras_complement(fine, (tuple(range(n)),)) == kreweras_complement(fine, n)


@pytest.mark.parametrize("n", range(9))
def test_interval_partitions(n: int) -> None:
    kept = [p for p in partitions(n) if all(b == tuple(range(b[0], b[-1] + 1)) for b in p)]
    assert list(interval_partitions(n)) == kept


@pytest.mark.parametrize("n", range(1, 9))
def test_closed_counts(n: int) -> None:
    assert planar_catalan(n) == catalan(n)
    assert [narayana(n, k) for k in range(n + 2)] == [
        sum(len(p) == k for p in partitions(n)) for k in range(n + 2)
    ]
    assert [m for _, m in block_types(n)] == [type_count(sizes) for sizes, _ in block_types(n)]
    assert dict(block_types(n)) == Counter(map(sizes_of, partitions(n)))
    assert [sizes for sizes, _ in block_types(n)] == sorted(
        {sizes_of(p) for p in partitions(n)}, reverse=True
    )


@given(st.integers(0, 9), st.sets(st.integers(1, 9)))
def test_types_of_given_block_sizes(n: int, allowed: set[int]) -> None:
    assert list(block_types(n, allowed)) == [
        case for case in block_types(n) if set(case[0]) <= allowed
    ]


@pytest.mark.parametrize(("n", "k"), [(n, k) for n, k in product(range(6), range(4)) if n * k <= 9])
def test_fuss_catalan(n: int, k: int) -> None:
    assert k == 0 or fuss_catalan(n, k) == sum(
        all(len(b) % k == 0 for b in p) for p in partitions(n * k)
    )
    if n <= 3:
        chains = product(list(partitions(n)), repeat=k)
        assert fuss_catalan(n, k) == sum(
            all(is_below(a, b) for a, b in pairwise(chain)) for chain in chains
        )


@pytest.mark.parametrize("n", range(9))
def test_rank_and_unrank(n: int) -> None:
    assert [rank(p) for p in partitions(n)] == list(range(catalan(n)))
    assert [unrank(n, i) for i in range(catalan(n))] == list(partitions(n))


@given(st.integers(100, 400), st.data())
def test_rank_of_many_points(n: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, planar_catalan(n) - 1))
    assert rank(unrank(n, position)) == position


def test_random_partitions_are_uniform() -> None:
    """Chi-square with 131 and 41 degrees of freedom, each below its mean plus four standard
    deviations.
    """
    rng = np.random.default_rng(7)
    for draw, every in (
        (random_partition, list(partitions(6))),
        (random_pairing, list(pairings(10))),
    ):
        points, trials = sum(map(len, every[0])), 200 * len(every)
        seen = Counter(draw(points, rng) for _ in range(trials))
        assert set(seen) <= set(every)
        square = sum((seen[p] - 200) ** 2 / 200 for p in every)
        assert abs(square - (len(every) - 1)) < 4 * (2 * (len(every) - 1)) ** 0.5


def test_generation_is_lazy() -> None:
    assert len(list(islice(partitions(200), 3))) == 3
    assert next(pairings(60))[0] == (0, 1)
    assert next(block_types(2000)) == ((2000,), 1)


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(PlanarError, match="3 colours for 4 points"):
        partitions(4, "abc")
    with pytest.raises(PlanarError, match="n >= 0"):
        count(-1)
    with pytest.raises(PlanarError, match="not a partition of range"):
        kreweras_complement([(0, 2)], 3)
    with pytest.raises(PlanarError, match="cross"):
        kreweras_complement([(0, 2), (1, 3)], 4)
    with pytest.raises(PlanarError, match="two blocks"):
        is_noncrossing([(0, 1), (1, 2)])
    with pytest.raises(
        TooLargeError, match="129644790 non-crossing partitions of 17 points take 2203961430 bytes"
    ):
        partition_array(17)
    with pytest.raises(TooLargeError, match="pairings"):
        pairing_array(40)
    with pytest.raises(PlanarError, match="one of the two partitions only"):
        meet([(0, 1)], [(0,)])
    with pytest.raises(PlanarError, match="no rank"):
        rank([(0, 2), (1, 3)])
    with pytest.raises(PlanarError, match=r"NC\(3\) has no partition at 5"):
        unrank(3, 5)
    with pytest.raises(PlanarError, match="not valid block sizes"):
        type_count((2, 0))
    with pytest.raises(PlanarError, match="have no pairing"):
        random_pairing(3, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: partitions(2.5), "2.5 is not a number of points"),
        (lambda: pairings("4"), "'4' is not a number of points"),
        (lambda: count(2.0), "2.0 is not a number of points"),
        (lambda: planar_catalan(None), "None is not a number of points"),
        (lambda: partition_array(2.0), "2.0 is not a number of points"),
        (lambda: partition_array(10**6), "more than .* non-crossing partitions of 1000000 points"),
        (lambda: pairing_array(10**6), "more than .* non-crossing pairings of 1000000 points"),
        (lambda: unrank(1.5, 0), "1.5 is not a number of points"),
        (lambda: random_partition(3, 0), "0 is not a random generator; give numpy.random"),
        (lambda: meet([(0, 1)], [(0, 1), (1,)]), "a point lies in two blocks"),
        (lambda: interval_partitions(-1), "no partitions of -1 points"),
    ],
)
def test_bad_input_is_one_sentence(call: Callable[[], object], says: str) -> None:
    with pytest.raises(PlanarError, match=says):
        call()


def test_numpy_integers_count_points() -> None:
    assert list(partitions(np.int64(3))) == list(partitions(3))
    assert all(
        type(point) is int for p in partitions(np.int64(3)) for block in p for point in block
    )
    assert planar_catalan(np.int64(40)) == catalan(40) > 2**63
    assert unrank(np.int64(40), np.int64(3)) == unrank(40, 3)
    assert kreweras_array([[0, 1]]).tolist() == [[0, 0]]
