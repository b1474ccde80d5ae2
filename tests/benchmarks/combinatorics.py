"""Times of the combinatorics beside those of its peers: ``python -m
tests.benchmarks.combinatorics``.

All in one process and one run, the best of several tries, after one to compile; ratios travel,
seconds do not. Haarpy and Sage are timed where they are installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from planar.combinatorics.cumulants import (
    cumulant_polynomial,
    free_cumulants,
    mixed_moment,
    moment_polynomial,
    moments,
)
from planar.combinatorics.noncrossing import (
    catalan,
    fuss_catalan,
    kreweras_array,
    pairing_array,
    pairings,
    partition_array,
    partitions,
)

NUMBA, HAARPY, SAGE = (find_spec(name) is not None for name in ("numba", "haarpy", "sage"))


def best(work: Callable[[], Any], tries: int) -> float:
    """The shortest time of some tries."""
    times = []
    for _ in range(tries):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def listing(generate: Callable[[int], Iterator[Any]], n: int) -> list[Any]:
    """All that is generated for n points, in memory."""
    return list(generate(n))


def haarpy(n: int, pairs: bool) -> float | None:
    """Seconds for all non-crossing partitions or pairings as a list."""
    if not HAARPY:
        return None
    from haarpy import non_crossing_partitions

    return best(lambda: list(non_crossing_partitions(n, pairs)), 1 if pairs else 3)


def sage_partitions(n: int) -> float | None:
    """Seconds of Sage for the same partitions."""
    if not SAGE:
        return None
    from sage.all import NonCrossingPartitions

    return best(lambda: list(NonCrossingPartitions(n)), 3)


def seconds(time: float | None) -> str:
    """A time in its own unit, or that there is none."""
    if time is None:
        return "not installed"
    return f"{time:.2f} s" if time >= 1 else f"{1e3 * time:.3g} ms"


def enumerations() -> Table:
    """NC(12) and the pairings of 20 points: as objects, by numpy, compiled, by the peers."""
    table = Table(
        title="enumeration: time, million rows a second, "
        "times faster than haarpy, times slower than memset"
    )
    for name in ("work", "by", "time", "M rows/s", "haarpy /", "/ memset"):
        table.add_column(name, justify="left" if name in ("work", "by") else "right")
    for title, n, pairs in (("NC(12)", 12, False), ("pairings of 20 points", 20, True)):
        listed, array = (pairings, pairing_array) if pairs else (partitions, partition_array)
        number = catalan(n // 2) if pairs else catalan(n)
        array(n, NUMBA)
        empty = np.empty((number, n), np.uint8)
        memset = best(partial(empty.fill, 0), 20)
        times: dict[str, float | None] = {
            "planar, python objects": best(partial(listing, listed, n), 5),
            "planar, numpy": best(partial(array, n, False), 10),
            "planar, compiled": best(partial(array, n, True), 20) if NUMBA else None,
            "haarpy": haarpy(n, pairs),
            "Sage": None if pairs else sage_partitions(n),
            "memset of the array": memset,
        }
        other = times["haarpy"]
        for by, time in times.items():
            row = [title, by, seconds(time)]
            row += [
                f"{number / time / 1e6:.3g}" if time else "",
                f"{other / time:.3g}" if time and other else "",
            ]
            table.add_row(*row, f"{time / memset:.3g}" if time else "")
        table.add_section()
    rows = partition_array(12)
    time = best(lambda: kreweras_array(rows), 5)
    table.add_row(
        "all complements of NC(12)",
        "planar, numpy",
        seconds(time),
        f"{len(rows) / time / 1e6:.3g}",
        "",
        "",
    )
    return table


def sage_moments(kappa: list[Fraction]) -> float | None:
    """Seconds of Sage for the moments, by reversion of its power series."""
    if not SAGE:
        return None
    from sage.all import QQ, PowerSeriesRing

    ring = PowerSeriesRing(QQ, "z", default_prec=len(kappa) + 2)
    z, series = ring.gen(), ring([1, *(QQ(f"{k.numerator}/{k.denominator}") for k in kappa)])
    return best(lambda: (z / series).reverse(), 3)


def transforms() -> Table:
    """Moments, cumulants and mixed moments of high order."""
    table = Table(title="moments and free cumulants, exactly")
    for name in ("work", "planar", "Sage", "result"):
        table.add_column(name, justify="left" if name in ("work", "result") else "right")
    kappa = [Fraction(3 * i % 7 - 3, i % 5 + 1) for i in range(1, 201)]
    powers = moments(kappa)
    ones = [1] * 100
    letters = {"X": ones, "Y": ones}
    matrices = {"A": [[1, 2], [2, 5]], "B": [[Fraction(1, 2), 0], [1, 3]]}
    right = {True: "right", False: "WRONG"}
    rows: list[tuple[str, float, str, str]] = [
        (
            "moments, order 200",
            best(lambda: moments(kappa), 5),
            seconds(sage_moments(kappa)),
            right[free_cumulants(powers) == kappa],
        ),
        ("free cumulants, order 200", best(lambda: free_cumulants(powers), 5), "", ""),
        (
            "m_20 in the free cumulants",
            best(lambda: moment_polynomial(20), 5),
            "",
            f"{len(moment_polynomial(20))} terms",
        ),
        ("m_50", best(lambda: moment_polynomial(50), 3), "", f"{len(moment_polynomial(50))} terms"),
        ("kappa_50 in the moments", best(lambda: cumulant_polynomial(50), 3), "", ""),
        (
            "tau((XY)^100), free Poisson X, Y",
            best(lambda: mixed_moment("XY" * 100, letters), 2),
            "",
            right[mixed_moment("XY" * 100, letters) == fuss_catalan(100, 2)],
        ),
        (
            "tau((AWBW)^50), A, B 2 x 2",
            best(lambda: mixed_moment("AWBW" * 50, {"W": ones}, matrices), 2),
            "",
            "",
        ),
    ]
    for work, time, other, result in rows:
        table.add_row(work, seconds(time), other, result)
    return table


def main() -> None:
    """Print both tables."""
    console = Console(width=120)
    console.print(enumerations())
    console.print(transforms())


if __name__ == "__main__":
    main()
