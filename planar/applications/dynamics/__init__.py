"""From frequency to time: contours, inverse transforms, Volterra equations, curves of SGD."""

from planar.applications.dynamics.contour import Contour, ellipse, hyperbola, stepped_hyperbola
from planar.applications.dynamics.inverse_transforms import (
    Inverse,
    inverse_laplace,
    inverse_laplace_pair,
    inverse_pair,
    inverse_residual,
    inverse_response,
    inverse_steps,
    inverse_steps_pair,
)
from planar.applications.dynamics.iteration import Descent, Flow
from planar.applications.dynamics.sgd import SGDCurves, sgd_curves
from planar.applications.dynamics.volterra import Response, volterra, volterra_steps

__all__ = [
    "Contour",
    "Descent",
    "Flow",
    "Inverse",
    "Response",
    "SGDCurves",
    "ellipse",
    "hyperbola",
    "inverse_laplace",
    "inverse_laplace_pair",
    "inverse_pair",
    "inverse_residual",
    "inverse_response",
    "inverse_steps",
    "inverse_steps_pair",
    "sgd_curves",
    "stepped_hyperbola",
    "volterra",
    "volterra_steps",
]
