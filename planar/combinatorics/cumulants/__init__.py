"""Moments, free cumulants and the transforms between them, of one variable and of several."""

from planar.combinatorics.cumulants.convolution import (
    free_convolution,
    moments_from_s,
    r_series,
    s_series,
)
from planar.combinatorics.cumulants.joint import joint_cumulant, joint_moment
from planar.combinatorics.cumulants.mixed import mixed_moment
from planar.combinatorics.cumulants.moments import (
    cumulant_polynomial,
    free_cumulants,
    moment_polynomial,
    moments,
)
from planar.combinatorics.cumulants.transforms import r_transform, s_transform

__all__ = [
    "cumulant_polynomial",
    "free_convolution",
    "free_cumulants",
    "joint_cumulant",
    "joint_moment",
    "mixed_moment",
    "moment_polynomial",
    "moments",
    "moments_from_s",
    "r_series",
    "r_transform",
    "s_series",
    "s_transform",
]
