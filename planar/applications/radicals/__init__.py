"""Formulas in radicals, their sheet chosen by values of the physical branch."""

from planar.applications.radicals.sheets import in_radicals

__all__ = ["in_radicals"]
