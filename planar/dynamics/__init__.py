"""From frequency to time, as numerics alone: contours, inverse transforms with their errors, Volterra equations."""

from planar.dynamics.contour import Contour, ellipse, hyperbola, stepped_hyperbola
from planar.dynamics.inverse import (
    Inverse,
    inverse_laplace,
    inverse_laplace_pair,
    inverse_pair,
    inverse_residual,
    inverse_response,
    inverse_steps,
    inverse_steps_pair,
)
from planar.dynamics.iteration import Descent, Flow
from planar.dynamics.volterra import Response, volterra, volterra_steps

__all__ = [
    "Contour",
    "Descent",
    "Flow",
    "Inverse",
    "Response",
    "ellipse",
    "hyperbola",
    "inverse_laplace",
    "inverse_laplace_pair",
    "inverse_pair",
    "inverse_residual",
    "inverse_response",
    "inverse_steps",
    "inverse_steps_pair",
    "stepped_hyperbola",
    "volterra",
    "volterra_steps",
]
