"""Time of exact expectations at finite size, beside PyRTNI2 where it is installed: ``python -m
tests.benchmarks.expectation``.

Each in a warm process, the median of three; what takes longer than five seconds once. PyRTNI2
(arXiv 2309.01167, module ``rtni2``) is no package of an index: put its folder on the PYTHONPATH.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial, reduce
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table
from sympy import Rational, expand, symbols

import planar
from planar.diagrams.genus import expectation

N, P = planar.dims("N P")
A, B, M = (planar.deterministic(name, N) for name in "ABM")
LETTERS = [planar.deterministic(f"A{i}", N) for i in range(8)]
W, H = planar.Wishart("W", N, P), planar.GOE("H", N)
lam, mu = symbols("lambda mu", positive=True)
TWO_POINT = planar.resolvent(A * W, lam) * M * planar.resolvent(W * A, mu)


def distinct(n: int) -> Any:
    """tr(A0 W A1 W ...), whose n! Wick contractions all differ."""
    return planar.tr(reduce(lambda a, b: a * b, [x for a in LETTERS[:n] for x in (a, W)]))


ROWS: dict[str, tuple[Any, dict[str, Any]]] = {
    "tr W^8": (planar.tr(W**8), {}),
    "tr W^8, real": (planar.tr(W**8), {"real": True}),
    "tr H^16": (planar.tr(H**16), {}),
    "tr (A W)^8": (planar.tr((A * W) ** 8), {}),
    "tr (A W)^8, genus 0": (planar.tr((A * W) ** 8), {"genus": 0}),
    "tr (A W)^8, genus 1": (planar.tr((A * W) ** 8), {"genus": 1}),
    "tr (A W)^8, real": (planar.tr((A * W) ** 8), {"real": True}),
    "tr (A W B W)^4": (planar.tr((A * W * B * W) ** 4), {}),
    "tr (A W B W)^4, real, to 1/N": (
        planar.tr((A * W * B * W) ** 4),
        {"real": True, "genus": Rational(1, 2)},
    ),
    "tr (A W B W)^4, real": (planar.tr((A * W * B * W) ** 4), {"real": True}),
    "seven distinct letters": (distinct(7), {}),
    "eight distinct letters": (distinct(8), {}),
    "tr (A W)^16, genus 0": (planar.tr((A * W) ** 16), {"genus": 0}),
    "resolvent through order 8": (planar.tr(planar.resolvent(A * W, lam)), {"order": 8}),
    "two-point function, order 6, genus 1": (TWO_POINT, {"order": 6, "genus": 1}),
}


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Median of three, of one where the first takes long; and the result."""
    times: list[float] = []
    while len(times) < 3 and (not times or times[0] < 5):
        start = perf_counter()
        result = work()
        times.append(perf_counter() - start)
    return median(times), result


def rtni(real: bool) -> str:
    """E Tr (X* X)^8 by PyRTNI2 with symbolic dimensions, written after its tutorial 04a."""
    try:
        import rtni2  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return "not installed"
    start = perf_counter()
    with redirect_stdout(io.StringIO()):
        first = rtni2.matrix(name="g", dims=[[N], [P]])
        factors = [first, *(first.clone() for _ in range(15))]
        for factor in factors[1::2]:
            factor.adjoint()
        for left, right in zip(factors, [*factors[1:], first], strict=True):
            left.inn(0) * right.out(0)
        networks = rtni2.tensornetworks(factors)
        networks.integrate("g", "real_gaussian" if real else "complex_gaussian")
        total = sum(networks[i].weight() for i in range(len(networks)))
    taken = perf_counter() - start
    same = expand(total / (N * P**8) - expectation(planar.tr(W**8), real=real)) == 0
    return f"{taken:.1f}" if same else f"{taken:.1f}, another result"


def main() -> None:
    """Print the table."""
    table = Table(title="seconds from expression to exact expectation")
    for name in ("expression", "planar", "terms", "PyRTNI2"):
        table.add_column(name)
    peers: dict[str, Callable[[], str]] = {
        "tr W^8": partial(rtni, False),
        "tr W^8, real": partial(rtni, True),
    }
    for name, (expression, how) in ROWS.items():
        taken, result = seconds(partial(expectation, expression, **how))
        table.add_row(
            name, f"{taken:.3f}", str(len(result.args)), peers[name]() if name in peers else ""
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
