"""Time from expression to equivalent for every expression of the tests: ``python -m
tests.benchmarks.derive``.

Each is derived in a warm process, three times; the cold start of the two-point function is measured
in a fresh one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from expressions import EVERY

import planar

COLD = """
from time import perf_counter
start = perf_counter()
import planar
from sympy import symbols
imported = perf_counter()
N, P = planar.dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A, M = planar.deterministic("A", N, positive=True), planar.deterministic("M", N)
W = planar.Wishart("W", N, P)
planar.derive(planar.resolvent(A * W, lam) * M * planar.resolvent(W * A, mu))
print(imported - start, perf_counter() - imported)
"""


def main() -> None:
    """Print the table."""
    table = Table(title="seconds from expression to equivalent, median of three")
    for name in ("expression", "seconds", "result"):
        table.add_column(name)
    total = 0.0
    for name, expression in EVERY.items():
        times = []
        for _ in range(3):
            start = perf_counter()
            equivalent = planar.derive(expression)
            times.append(perf_counter() - start)
        total += median(times)
        table.add_row(
            name, f"{median(times):.3f}", "closed form" if equivalent.closed else "named system"
        )
    console = Console(width=110)
    console.print(table)
    runs = [
        subprocess.run(
            [sys.executable, "-c", COLD], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(3)
    ]
    imported, derived = (median(float(run[i]) for run in runs) for i in (0, 1))
    console.print(
        f"all of them: {total:.2f} s. Cold start: import {imported:.2f} s, "
        f"two-point function {derived:.3f} s beyond it."
    )


if __name__ == "__main__":
    main()
