"""What other tools were timed on, or cannot do: ``python -m tests.benchmarks.peers [--check]``.

Seconds go from expression to equations. Those of auto-fpt (arXiv 2504.10754) begin at a linear
pencil made by hand, were measured on another machine, and are quoted as a range over several
variants; "wrong" and "cannot" are its answers too.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from expressions import COVARIANCE, RECTANGULAR, SYSTEMS, TWO_POINT
from letters import C, D, M, N, R, V, W, X, lam, mu, pick, z
from sympy import I

import planar
from planar import resolvent, tr


@dataclass(frozen=True)
class Row:
    """An expression, what the peer needs for it in seconds (or a word), and the letters that
    commute with R.
    """

    name: str
    expression: Any
    peer: tuple[float, ...] | str
    commuting: tuple[Any, ...] = ()

    def values(self, equivalent: planar.DeterministicEquivalent, size: int) -> dict[Any, Any]:
        """Values of the tests; what commutes with R becomes a polynomial of R."""
        found: dict[Any, Any] = pick(equivalent, size)
        return found | {
            x: np.eye(size) + (k + 1) * found[R] @ found[R] / 4
            for k, x in enumerate(self.commuting)
        }


THREE = W * V * planar.Wishart("B", N, D)
SHIFTED = tr(C * resolvent(COVARIANCE, lam) * M * resolvent(COVARIANCE, mu))
ROWS = (
    Row("Marchenko-Pastur", tr(resolvent(X.T * X, lam)), (1,)),
    Row("ridge, bias with generic Theta", RECTANGULAR["ridge, bias"], (5, 20)),
    Row("two ridges, commuting M", RECTANGULAR["feature side, two-point"], (7, 23), (M,)),
    Row("two ridges, generic M", RECTANGULAR["feature side, two-point"], "wrong"),
    Row("random features", RECTANGULAR["random features"], (6,)),
    Row("random features, two-point", RECTANGULAR["random features, two-point"], (102,)),
    Row("anisotropic features, two-point", RECTANGULAR["anisotropic features, two-point"], (112,)),
    Row("deep features, depth 3", RECTANGULAR["deep features"], (5,)),
    Row("deep features, depth 3, two-point", RECTANGULAR["deep features, two-point"], "not timed"),
    Row("correlated samples", RECTANGULAR["correlated samples"], (3,)),
    Row("correlated samples, two-point", RECTANGULAR["correlated samples, two-point"], "not timed"),
    Row("covariance shift, commuting", SHIFTED, (266,), (M, C)),
    Row("covariance shift, generic", SHIFTED, "wrong"),
    Row("W V + V W", SYSTEMS["anticommutator"], (15, 41)),
    Row("i (W V - V W)", resolvent(I * (W * V - V * W), 10 * z), (17, 82)),
    Row("product of three Wisharts", resolvent(THREE, lam), (4, 14)),
    Row("linearised network (NTK)", RECTANGULAR["network"], "not timed"),
    Row("linearised network (NTK), two-point", RECTANGULAR["network, two-point"], (239, 493)),
    Row("GOE + D, two-point", TWO_POINT["GOE"], "cannot"),
    Row("square Ginibre + C, with its adjoint", RECTANGULAR["square Ginibre, adjoint"], "cannot"),
    Row("Haar: A O U O.T, two-point", RECTANGULAR["Haar, multiplied, two-point"], "cannot"),
    Row("Haar: A + O U O.T, two-point", RECTANGULAR["Haar, rotated added, two-point"], "cannot"),
    Row("Haar: D + O + O.T, two-point", RECTANGULAR["Haar, itself added, two-point"], "cannot"),
    Row("projection, two-point", TWO_POINT["projection"], "cannot"),
    Row("B by cumulants, two-point", TWO_POINT["cumulants"], "cannot"),
    Row("bi-invariant by cumulants, two-point", RECTANGULAR["bi-invariant, two-point"], "cannot"),
)


@dataclass(frozen=True)
class Timed:
    """An equivalent, the seconds of its first derivation in this process, the median of three."""

    equivalent: planar.DeterministicEquivalent
    first: float
    seconds: float


def timed(row: Row) -> Timed:
    """Derive one row three times."""
    times = []
    for _ in range(3):
        start = perf_counter()
        equivalent = planar.derive(row.expression, commuting=[(R, x) for x in row.commuting])
        times.append(perf_counter() - start)
    return Timed(equivalent, times[0], median(times))


def peer(row: Row, seconds: float) -> tuple[str, str]:
    """The peer's seconds and how many times longer they are."""
    if isinstance(row.peer, str):
        return row.peer, ""
    return " - ".join(f"{s:g}" for s in row.peer), " - ".join(
        f"{s / seconds:.0f}" for s in row.peer
    ) + " x"


def result(equivalent: planar.DeterministicEquivalent) -> str:
    """Closed form or system, with the number of implicit unknowns."""
    unknowns = sum(d.implicit for d in equivalent.definitions)
    return f"{'closed' if equivalent.closed else 'system'}, {unknowns}"


def evidence(row: Row, equivalent: planar.DeterministicEquivalent) -> str:
    """Branch evidence at the test point: gamma(R, R*) and the residual."""
    solution = equivalent.compile().solve(row.values(equivalent, 48))
    verdict = "" if solution.good.all() else "FAILS "
    return f"{verdict}{float(solution.gamma):.3f}, {float(solution.residual):.0e}"


def sampled(row: Row, equivalent: planar.DeterministicEquivalent) -> str:
    """The sampling verdict with relative error and standard error."""
    verdict = equivalent.check(row.values(equivalent, 48), trials=100, seed=1)
    return f"{verdict.verdict} {verdict.relative_error:.2%} +- {verdict.standard_error:.2%}"


def main(arguments: list[str] | None = None) -> int:
    """Print the table; with ``--check``, one where samples do not agree makes the exit code 1."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.peers", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--check", action="store_true", help="sample every expression as well")
    check = parser.parse_args(arguments).check
    head = ("expression", "seconds", "first", "peer", "ratio", "form, unknowns", "gamma, residual")
    table = Table(
        *head,
        *(("sampling",) if check else ()),
        title="from expression to equations, median of three",
    )
    start, total, first, verdicts = perf_counter(), 0.0, 0.0, []
    for row in ROWS:
        found = timed(row)
        total, first = total + found.seconds, first + found.first
        cells = [
            row.name,
            f"{found.seconds:.3f}",
            f"{found.first:.3f}",
            *peer(row, found.seconds),
            result(found.equivalent),
        ]
        cells.append(evidence(row, found.equivalent))
        if check:
            verdicts.append(sampled(row, found.equivalent))
        table.add_row(*cells, *verdicts[-1:])
    console = Console(width=150 if check else 120)
    console.print(table)
    console.print(
        f"all: {total:.2f} s, first runs {first:.2f} s; whole table {perf_counter() - start:.1f} s."
    )
    return int(any(not verdict.startswith("agree") for verdict in verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
