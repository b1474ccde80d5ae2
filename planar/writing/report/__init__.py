"""Documents: an equivalent, its derivation, its figures and its evidence in one folder."""

from planar.writing.report.derivation import Steps
from planar.writing.report.folder import report

__all__ = ["Steps", "report"]
