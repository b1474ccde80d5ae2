"""Sweeps over any executor, which survive being killed."""

from planar.sweep.sweep import sweep

__all__ = ["sweep"]
