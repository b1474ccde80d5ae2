"""Documents that put an equivalent, its figures and its evidence on one page."""

from planar.report.page import page

__all__ = ["page"]
