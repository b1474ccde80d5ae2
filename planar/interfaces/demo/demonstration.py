"""``planar demo``: from a typed expression to a checked closed form, and on to real data."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sympy import symbols

from planar.ensembles.wishart import Wishart
from planar.formulas.symbols import deterministic, dims, resolvent
from planar.foundations.errors import PlanarError
from planar.interfaces.api import DeterministicEquivalent, derive
from planar.interfaces.demo.ridge import Row, digits, ridge_rows
from planar.interfaces.demo.ridge_plot import plot_rows

__all__ = ["demo"]

N, P = dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A = deterministic("A", N, positive=True)
M = deterministic("M", N)
W = Wishart("W", N, P)


def demo(folder: Path, console: Console, *, quick: bool = False) -> int:
    """Derive, write, verify, check; then ridge regression on digits.

    Returns 0 where theory and evidence agree.
    """
    equivalent = _derived(folder, console)

    console.rule("[bold]exact certificate")
    certificate = equivalent.verify(4)
    console.print(str(certificate), markup=False)

    console.rule("[bold]Monte Carlo check")
    verdict = equivalent.check(_values(60 if quick else 100), trials=100, seed=0)
    console.print(verdict)

    console.rule("[bold]ridge regression on handwritten digits")
    _ridge_on_digits(folder, console, draws=20 if quick else 100)
    return 0 if certificate and verdict else 1


def _derived(folder: Path, console: Console) -> DeterministicEquivalent:
    """The two-point function, printed and written into the folder."""
    start = perf_counter()
    equivalent = derive(resolvent(A * W, lam) * M * resolvent(W * A, mu))
    console.rule("[bold]the two-point function, derived")
    console.print(equivalent)
    console.print(f"derived in {perf_counter() - start:.2f} s", style="dim")
    equivalent.report(folder)
    names = ", ".join(sorted(path.name for path in folder.iterdir()))
    console.print(f"wrote {names} into {folder}", style="dim")
    return equivalent


def _values(n: int) -> dict[Any, Any]:
    """Values for the check: matrices of size n and 3n/2 samples."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, 2 * n))
    return {
        A: x @ x.T / (2 * n),
        M: np.eye(n) + rng.standard_normal((n, n)) / np.sqrt(n),
        lam: 0.5,
        mu: 1.2,
        P: 3 * n // 2,
    }


def _ridge_on_digits(folder: Path, console: Console, draws: int) -> None:
    """Derived risk beside measured error, as a table and a plot."""
    try:
        features, labels = digits()
    except PlanarError as error:
        console.print(f"left out: {error}", markup=False)
        return
    ridges = np.logspace(-3, 1, 9).tolist()
    rows = ridge_rows(features, labels, [40, 80, 160, 320], ridges, draws=draws, seed=0)
    console.print(_table(rows))
    figure = plot_rows(rows, folder / "ridge.svg")
    console.print(
        f"wrote {figure}" if figure else "no plot: matplotlib is not installed", style="dim"
    )
    console.print(_summary(rows))


def _table(rows: list[Row]) -> Table:
    table = Table(title="mean squared test error (even against odd digits)")
    for name in ("samples", "ridge", "derived", "measured", "standard error", "relative gap"):
        table.add_column(name, justify="right")
    for row in rows:
        gap = row.derived / row.measured - 1
        table.add_row(
            f"{row.samples}",
            f"{row.ridge:.3g}",
            f"{row.derived:.4f}",
            f"{row.measured:.4f}",
            f"{row.standard_error:.4f}",
            f"{gap:+.1%}",
        )
    return table


def _summary(rows: list[Row]) -> str:
    gaps = np.array([abs(row.derived / row.measured - 1) for row in rows])
    return (
        "derived from the data's own covariance, no fit: "
        f"median gap {np.median(gaps):.1%}, largest {gaps.max():.1%}. "
        "The digits are not Gaussian and not many; "
        "the formula holds for large Gaussian-like data."
    )
