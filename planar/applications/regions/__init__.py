"""Limits whose formula depends on the region: every branch, and where it is the physical one."""

from planar.applications.regions.regional import with_regions

__all__ = ["with_regions"]
