"""Figures of numbers: theory against samples, densities over eigenvalues, curves of losses."""

from planar.plots.plot import Plot, plot

__all__ = ["Plot", "plot"]
