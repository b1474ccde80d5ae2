"""Contours around the spectrum, in nodes and weights: the quadrature of Bromwich and Cauchy integrals.

All singularities of a transform lie on (-inf, 0], or on [-h, 0] where the largest eigenvalue h is known. With
``decay(times)[t, j]`` the weight of node j at time t, a transform F of f gives ``f(t) = sum over j of decay[t, j] F(z_j)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planar.errors import PlanarError

__all__ = ["Contour", "circle", "hyperbola", "stepped_hyperbola"]

Reals = NDArray[np.float64]
Complexes = NDArray[np.complex128]


@dataclass(frozen=True)
class Contour:
    """Nodes in the upper half plane; those below are their conjugates, and count by the real part.

    ``decay`` maps times to an array (times, nodes) of weights, each of which stands for a node and its conjugate.
    """

    nodes: Complexes
    decay: Callable[[Reals], Complexes] = field(repr=False)

    def both(self) -> Complexes:
        """All nodes: the upper ones, then their conjugates."""
        return np.concatenate([self.nodes, self.nodes.conj()])


def hyperbola(first: float, last: float, nodes: int = 20) -> Contour:
    """For continuous times from ``first`` to ``last``, f(t) = (1/2 pi i) of the integral of e^(z t) F(z).

    ``nodes`` counts the upper half. The error falls by a factor of about five a node pair over a window of ten, until at more
    than about 20 nodes the growth of e^(Re z t) brings round-off back. Source: Weideman and Trefethen, "Parabolic and
    hyperbolic contours for computing the Bromwich integral", Math. Comp. 76 (2007).

    >>> line = hyperbola(1.0, 10.0)
    >>> f = (line.decay(np.array([1.0, 3.0])) @ (1 / (line.nodes + 2))).real
    >>> bool(np.allclose(f, np.exp([-2.0, -6.0]), rtol=0, atol=1e-7))
    True
    """
    _check(first, last, nodes)
    z, slope, step = _optimal(first, last, nodes)
    weights = step * slope / np.pi

    def decay(times: Reals) -> Complexes:
        result: Complexes = np.exp(np.multiply.outer(times, z)) * (weights / 1j)
        return result

    return Contour(z, decay)


def stepped_hyperbola(first: float, last: float, rate: float, nodes: int = 20, *, largest: float = 0.0) -> Contour:
    """For discrete times: the same through ``z = (e^(rate u) - 1)/rate``, for which (1 + rate z)^t is e^(rate u t).

    ``rate`` is the size of a step (the learning rate); u stays within ``|Im u| < pi/rate``. That encloses eigenvalues h up
    to 1/rate, whose modes decay; where the ``largest`` is beyond, its modes alternate in sign, and a second hyperbola, the
    first one turned about -1/rate, encloses them. Raises ``PlanarError`` where the window begins too early for a hyperbola;
    take ``circle`` there.
    """
    _check(first, last, nodes)
    u, slope, step = _optimal(first * rate, last * rate, nodes)
    if np.max(u.imag) * rate >= np.pi:
        raise PlanarError(f"a window that begins at step {first:g} is too early for a hyperbola; take a circle there.")
    z = np.expm1(rate * u) / rate
    weights = step * slope * np.exp(rate * u) / np.pi / 1j
    turned = largest * rate > 1

    def decay(times: Reals) -> Complexes:
        grown = np.exp(np.multiply.outer(times, rate * u)) * weights
        signs = (1 - 2 * (np.asarray(times) % 2))[:, None]
        result: Complexes = np.concatenate([grown, -signs * grown.conj()], axis=1) if turned else grown
        return result

    every: Complexes = np.concatenate([z, -2 / rate - z.conj()]) if turned else z.astype(np.complex128)
    return Contour(every, decay)


def circle(largest: float, rate: float, nodes: int = 200, margin: float = 0.25) -> Contour:
    """For discrete times from 0 on: a circle about [-largest, 0], ``margin`` of its diameter away from it.

    >>> ring = circle(2.0, 0.5)
    >>> f = (ring.decay(np.array([0.0, 3.0])) @ (1 / (ring.nodes + 2))).real    # (1 - 0.5 * 2)^t
    >>> bool(np.allclose(f, [1, 0]))
    True
    """
    if not largest > 0 or not rate > 0 or nodes < 2 or not margin > 0:
        raise PlanarError(f"a circle needs a positive largest eigenvalue, rate and margin, got {largest}, {rate}, {margin}.")
    radius = largest * (0.5 + margin)
    turn = np.pi * (np.arange(nodes) + 0.5) / nodes
    z: Complexes = -largest / 2 + radius * np.exp(1j * turn)
    weights = radius * np.exp(1j * turn) / nodes

    def decay(times: Reals) -> Complexes:
        result: Complexes = (1 + rate * z) ** np.asarray(times)[:, None] * weights
        return result

    return Contour(z, decay)


def _optimal(first: float, last: float, nodes: int) -> tuple[Complexes, Complexes, float]:
    """Nodes, derivatives and step of the hyperbola ``mu (1 + sin(i theta - alpha))`` that converges fastest on a window."""
    ratio = last / first
    alphas = np.linspace(np.pi / 4, np.pi / 2, 400)[1:-1]
    cosh = ((np.pi - 2 * alphas) * ratio + 4 * alphas - np.pi) / ((4 * alphas - np.pi) * np.sin(alphas))
    width = np.arccosh(np.maximum(cosh, 1 + 1e-12))
    best = int(np.argmax((np.pi**2 - 2 * np.pi * alphas) / width))
    alpha, a = alphas[best], width[best]
    mu = (4 * np.pi * alpha - np.pi**2) / a * nodes / last
    step = float(a / nodes)
    theta = step * (np.arange(nodes) + 0.5)
    inside = 1j * theta - alpha
    return mu * (1 + np.sin(inside)), 1j * mu * np.cos(inside), step


def _check(first: float, last: float, nodes: int) -> None:
    if not 0 < first <= last or not np.isfinite(last):
        raise PlanarError(f"a window of times needs 0 < first <= last, got {first:g} and {last:g}; give positive times.")
    if nodes < 2:
        raise PlanarError(f"a contour of {nodes} nodes is none; give at least 2.")
