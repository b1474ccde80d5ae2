"""Scaling laws: the powers that an equivalent reduces to when its spectra are power laws."""

from planar.applications.asymptotics.frontier import Frontier, compute_optimal
from planar.applications.asymptotics.scaling import scaling
from planar.applications.asymptotics.scaling_law import Power, ScalingLaw
from planar.foundations.errors import NoPowerError

__all__ = ["Frontier", "NoPowerError", "Power", "ScalingLaw", "compute_optimal", "scaling"]
