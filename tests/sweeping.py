"""A sweep to be killed: each point draws, waits a little, and reports itself."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

import planar


def task(point: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    time.sleep(0.05)
    return {
        "point": point["x"],
        "drawn": rng.standard_normal(3),
        "sum": complex(rng.integers(100), 1),
    }


POINTS = [{"x": k / 7, "y": np.arange(k)} for k in range(24)]

if __name__ == "__main__":
    planar.sweep(task, POINTS, seed=5, folder=sys.argv[1], label="drawn")
