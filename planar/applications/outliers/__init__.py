"""Outliers: isolated eigenvalues that a signal of finite rank pulls off the bulk."""

from planar.applications.outliers.outliers import Outlier, Outliers, outliers

__all__ = ["Outlier", "Outliers", "outliers"]
