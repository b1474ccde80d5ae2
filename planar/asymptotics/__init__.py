"""Scaling laws: the powers that an equivalent reduces to when its spectra are power laws."""

from planar.asymptotics.frontier import Frontier, compute_optimal
from planar.asymptotics.law import NoPowerError, Power, ScalingLaw
from planar.asymptotics.scaling import scaling

__all__ = ["Frontier", "NoPowerError", "Power", "ScalingLaw", "compute_optimal", "scaling"]
