"""How far samples lie from a prediction: standard errors, and the bias seen at two sizes."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from planar.evidence.check.sampling import Samples
from planar.evidence.check.verdict import Row, Table
from planar.expression.numeric import Array

__all__ = ["EXTRAPOLATED", "ONE_SIZE", "Deviations", "at_one_size", "bonferroni", "extrapolated"]

ONE_SIZE = 3.5
"""Standard errors within which a probe agrees at one size."""

EXTRAPOLATED = 4.0
"""Standard errors beyond which a probe disagrees after extrapolation in size."""

_RESOLUTION = 0.01
_STANDARD_ERRORS = 6.0
_NEGLIGIBLE = 1e-4
_DRIFT = 0.2
_VANISHING = 1e-6
_ROUNDING = 1e-10


@dataclass(frozen=True, eq=False)
class Deviations:
    """Deviations of the samples (at one size, or extrapolated from two) from the prediction."""

    predicted: Array
    deviation: Array
    error: Array
    slack: Array
    magnitude: float
    bias: Array | None

    @property
    def unit(self) -> Array:
        """The scale of each probe: its predicted value, or the magnitude if all of them vanish."""
        size = np.abs(self.predicted)
        small = size <= _VANISHING * self.magnitude
        result: Array = np.where(small, self.magnitude if small.all() else np.inf, size)
        return result

    @property
    def floor(self) -> float:
        """The scale below which differences are rounding."""
        return _ROUNDING * max(self.magnitude, float(np.abs(self.predicted).max()), 1e-200)

    @property
    def z(self) -> Array:
        """The deviations in standard errors."""
        result: Array = np.abs(self.deviation) / np.maximum(self.error, self.floor)
        return result

    @property
    def best(self) -> int:
        """The probe with the smallest standard error in units of its scale."""
        return int(np.argmin(self.error / np.maximum(self.unit, self.floor)))

    @property
    def resolved(self) -> bool:
        """Whether an error of one percent would be seen."""
        return bool(
            _STANDARD_ERRORS * self.error[self.best]
            <= _RESOLUTION * max(self.unit[self.best], self.floor)
        )

    def significant(self, threshold: float) -> bool:
        """Whether some probe is off by more than noise and remaining bias.

        One part in ten thousand of the scale is always allowed.
        """
        scale = float(np.sqrt(np.mean(np.abs(self.predicted) ** 2)))
        allowed = np.maximum(
            threshold * np.maximum(self.error, self.floor) + self.slack, _NEGLIGIBLE * scale
        )
        return bool((np.abs(self.deviation) > allowed).any())

    def table(self, names: tuple[str, ...]) -> Table:
        """One row a probe."""
        sampled = self.predicted + self.deviation
        columns = (self.predicted.tolist(), sampled.tolist(), self.error.tolist(), self.z.tolist())
        return Table(Row(*row) for row in zip(names, *columns, strict=True))


def at_one_size(predicted: Array, samples: Samples) -> Deviations:
    """The deviations at the size of the samples, their bias included."""
    slack = np.zeros(len(predicted))
    deviation = samples.mean - predicted
    return Deviations(predicted, deviation, samples.standard_error, slack, samples.magnitude, None)


def extrapolated(predicted: Array, small: Samples, large: Samples) -> Deviations:
    """Richardson's extrapolation of the deviation to infinite size."""
    ratio = 2.0**small.bias_order
    a, b = ratio / (ratio - 1), 1 / (ratio - 1)
    deviation = a * (large.mean - predicted) - b * (small.mean - predicted)
    error = np.hypot(a * large.standard_error, b * small.standard_error)
    noise = EXTRAPOLATED * np.hypot(large.standard_error, small.standard_error)
    drift = np.maximum(np.abs(large.mean - small.mean) - noise, 0)
    bias = small.mean - predicted - deviation
    return Deviations(predicted, deviation, error, _DRIFT * drift, large.magnitude, bias)


def bonferroni(deviations: float, count: int) -> float:
    """The threshold for each of ``count`` probes, together as rare as ``deviations`` for one."""
    return -NormalDist().inv_cdf(NormalDist().cdf(-deviations) / count)
