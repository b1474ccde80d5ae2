"""Time of curves of SGD: ``python -m tests.benchmarks.curves``.

Ten thousand modes and a thousand times up to 10^4 steps, beside the exact average over batches of
one draw at 100 modes and as many steps, which is what there was to run before. The first column is
a first call, with the derivation, the second a warm one.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from derivations._simulation import averaged
from planar.applications.dynamics import sgd_curves

MODES = np.arange(1, 10001.0)
TIMES = np.unique(np.round(np.geomspace(1, 10**4, 1500)))[-1000:]
BASE: dict[str, Any] = {
    "spectrum": MODES**-1.2,
    "teacher": MODES**-0.4,
    "samples": 2000,
    "batch_size": 8,
    "learning_rate": 0.1,
    "noise": 0.1,
    "times": TIMES,
}
ROWS: dict[str, dict[str, Any]] = {
    "linear regression": {},
    "random features": {"features": 800},
    "covariate shift": {"test_covariance": MODES**-0.8},
    "one pass": {"samples": None},
    "momentum": {"momentum": 0.9, "learning_rate": 0.02},
    "gradient flow": {"flow": True},
}


def main() -> None:
    """Print the table."""
    start = perf_counter()
    small = MODES[:100]
    spectrum, teacher = small**-1.2, small**-0.4
    given = {"samples": 80, "batch_size": 8, "learning_rate": 0.1, "noise": 0.1}
    averaged(np.random.default_rng(0), 1, spectrum, teacher, [1000], **given)
    exact = 10 * (perf_counter() - start)
    table = Table(
        "curve", "first, s", "warm, s", "warm / exact average at 100 modes", "estimated error"
    )
    for name, changes in ROWS.items():
        seconds = []
        for _ in range(2):
            start = perf_counter()
            curves = sgd_curves(**{**BASE, **changes})
            seconds.append(perf_counter() - start)
        error = max(curves.test_error.max(), curves.train_error.max())
        table.add_row(
            name, *(f"{s:.2f}" for s in seconds), f"{seconds[1] / exact:.3f}", f"{error:.0e}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
