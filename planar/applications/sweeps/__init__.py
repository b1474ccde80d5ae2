"""Sweeps over any executor, which survive being killed."""

from planar.applications.sweeps.sweep import sweep

__all__ = ["sweep"]
