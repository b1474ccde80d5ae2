"""Figures of numbers: theory against samples, densities over eigenvalues, curves of losses."""

from planar.writing.plots.plot import Plot, plot

__all__ = ["Plot", "plot"]
