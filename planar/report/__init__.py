"""Documents that put an equivalent, its derivation, its figures and its evidence into one folder."""

from planar.report.folder import report

__all__ = ["report"]
