"""Outliers: isolated eigenvalues that a signal of finite rank pulls off the bulk."""

from planar.applications.outliers.outlier_equation import outliers
from planar.applications.outliers.outliers import Outlier, Outliers

__all__ = ["Outlier", "Outliers", "outliers"]
