"""Expectations at finite size, graded by genus."""

from planar.diagrams.genus.expectation import expectation, genus_expansion

__all__ = ["expectation", "genus_expansion"]
