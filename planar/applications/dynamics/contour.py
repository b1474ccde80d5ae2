"""Contours around the spectrum: quadratures of Bromwich and Cauchy integrals.

All singularities of a transform lie on [-h, 0], h the largest eigenvalue. With p an entire function
of z, the exponential e^(z t) or the polynomial of an iteration, ``f(t) = sum over j of p(z_j)
F(z_j) weights[j]``, real part, undoes a transform F.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planar.applications.dynamics.iteration import Descent, Iteration
from planar.foundations.errors import PlanarError

__all__ = ["Contour", "ellipse", "hyperbola", "stepped_hyperbola", "whole_hyperbola"]

Reals = NDArray[np.float64]
Complexes = NDArray[np.complex128]
GROWTH = 4.0
"""The logarithm of what an iteration may grow to on an ellipse: its square is lost in round-off."""
MOST = 3000
"""Upper nodes of an ellipse that are still worth their time in two frequencies."""
DIGITS = 37.0
"""The logarithm of what counts as nothing."""
REACH, REACHED = 25.0, 160
"""The logarithm of how far a whole hyperbola goes, and its upper nodes."""


@dataclass(frozen=True)
class Contour:
    """Nodes in the upper half plane, each with a weight.

    Those below are their conjugates, and count by the real part.

    Attributes
    ----------
    nodes : numpy.ndarray of complex
        Points of shape (n,).
    weights : numpy.ndarray of complex
        Weights of shape (n,).
    """

    nodes: Complexes
    weights: Complexes

    def both(self) -> Contour:
        """All nodes: the upper ones, then their conjugates.

        Returns
        -------
        Contour
            2 n nodes, each with a weight of its own.
        """
        return Contour(
            _joined(self.nodes, self.nodes.conj()), _joined(self.weights, self.weights.conj()) / 2
        )


def hyperbola(first: float, last: float, nodes: int = 20) -> Contour:
    """A contour for continuous times, f(t) = (1/2 pi i) times the integral of e^(z t) F(z).

    The error falls by a factor of about five a node pair over a window of ten, until at more than
    about 20 nodes the growth of e^(Re z t) brings round-off back.

    Parameters
    ----------
    first, last : float
        The window of times, 0 < first <= last.
    nodes : int, default 20
        The number of nodes in the upper half plane.

    Returns
    -------
    Contour
        A hyperbola.

    Raises
    ------
    PlanarError
        The window is not one of positive times, or there are fewer than 2 nodes.

    References
    ----------
    Weideman and Trefethen, "Parabolic and hyperbolic contours for computing the Bromwich integral",
    Math. Comp. 76 (2007).

    Examples
    --------
    >>> line = hyperbola(1.0, 10.0)
    >>> f = (np.exp(np.outer([1.0, 3.0], line.nodes)) @ (line.weights / (line.nodes + 2))).real
    >>> bool(np.allclose(f, np.exp([-2.0, -6.0]), rtol=0, atol=1e-7))
    True
    """
    _check(first, last, nodes)
    z, slope, step = _optimal(first, last, nodes)
    return Contour(z, step * slope / (1j * np.pi))


def whole_hyperbola(first: float, last: float, nodes: int = 20) -> Contour:
    """The hyperbola of a window as far out as functions reach that fall as 1/z^2.

    An exponential ends it much earlier.
    """
    mu, alpha, _ = _best_hyperbola(first, last, nodes)
    theta: Reals = np.asarray(REACH / REACHED * (np.arange(REACHED) + 0.5), np.float64)
    z, slope = _on_hyperbola(mu, alpha, theta)
    return Contour(z, REACH / REACHED * slope / (1j * np.pi))


def stepped_hyperbola(
    first: float, last: float, descent: Descent, nodes: int = 20, *, largest: float = 0.0
) -> Contour:
    """A contour for whole numbers of steps: a hyperbola in u, with ``rho = e^u``.

    Here rho is the larger root of the iteration at z. That encloses the eigenvalues whose modes
    decay without a sign; where the largest one lies beyond, its modes alternate, and a second
    hyperbola, the first one turned about the middle of the stable range, encloses them.

    Parameters
    ----------
    first, last : float
        The window of steps, 0 < first <= last.
    descent : Descent
        The iteration.
    nodes : int, default 20
        The number of nodes of a hyperbola in the upper half plane.
    largest : float, default 0
        The largest eigenvalue.

    Returns
    -------
    Contour
        One hyperbola, or two.

    Raises
    ------
    PlanarError
        The window begins too early for a hyperbola; take ``ellipse`` there.
    """
    _check(first, last, nodes)
    u, slope, step = _optimal(first, last, nodes)
    if np.max(u.imag) >= np.pi:
        raise PlanarError(
            f"a window that begins at step {first:g} is too early for a hyperbola; "
            "take an ellipse there."
        )
    kept = u.real * first > -DIGITS
    u, slope = u[kept], slope[kept]
    beta, rate = descent.momentum, descent.rate
    z = np.asarray((np.expm1(u) + beta * np.expm1(-u)) / rate, np.complex128)
    weights: Complexes = step * slope * (np.exp(u) - beta * np.exp(-u)) / rate / (1j * np.pi)
    if largest * rate <= (1 + np.sqrt(beta)) ** 2:
        return Contour(z, weights)
    return Contour(_joined(z, -descent.stable_below - z.conj()), _joined(weights, -weights.conj()))


def ellipse(largest: float, iteration: Iteration, last: float, fineness: float = 1.0) -> Contour:
    """A contour for times from 0: an ellipse about [-largest, 0].

    It is as wide as the iteration stays of order one on it. The number of nodes grows as the root
    of ``last``, and as ``last`` itself where modes oscillate: it must resolve the iteration as well
    as the spectrum.

    Parameters
    ----------
    largest : float
        The largest eigenvalue, positive.
    iteration : Descent or Flow
        What is done at every step.
    last : float
        The last time.
    fineness : float, default 1
        The error is of the order of 1e-16 to this power.

    Returns
    -------
    Contour
        The upper half of the ellipse.

    Raises
    ------
    PlanarError
        A number is not positive, or too many nodes are needed.

    Examples
    --------
    >>> from planar.applications.dynamics.iteration import Descent
    >>> ring = ellipse(2.0, Descent(0.5), last=3)
    >>> powers = Descent(0.5).residual(np.array([0.0, 3.0]), ring.nodes)
    >>> f = (powers @ (ring.weights / (ring.nodes + 2))).real
    >>> bool(np.allclose(f, [1, 0]))                    # (1 - 0.5 * 2)^t
    True
    """
    if not largest > 0 or not last >= 0:
        raise PlanarError(
            "an ellipse needs a positive largest eigenvalue and a last time of at least 0, "
            f"got {largest}, {last}."
        )
    width, needed = _best_width(largest, iteration, last)
    count = int(np.ceil(fineness * needed / 2))
    if count > MOST:
        raise PlanarError(
            f"modes that still oscillate after {last:g} steps need {count} frequencies; "
            "take fewer steps or a smaller momentum."
        )
    z, slope = _oval(largest, width, np.pi * (np.arange(count) + 0.5) / count)
    return Contour(z, slope / (1j * count))


def _best_width(largest: float, iteration: Iteration, last: float) -> tuple[float, float]:
    """The widest ellipse on which the iteration stays of order one, and the nodes it needs."""
    widths = np.geomspace(1e-5, 2, 120)
    turn = np.pi * (1 - np.cos(np.linspace(0, np.pi, 65))) / 2
    growth = np.array(
        [last * np.max(np.real(iteration.exponent(_oval(largest, w, turn)[0]))) for w in widths]
    )
    width = max(widths[(growth < GROWTH) & (widths <= 1)], default=widths[0])
    wider = widths > 1.01 * width
    oscillating = np.min(
        (DIGITS + np.maximum(growth[wider], 0)) / (widths[wider] - width), initial=np.inf
    )
    return width, max(DIGITS / width, oscillating)


def _joined(a: Complexes, b: Complexes) -> Complexes:
    joined: Complexes = np.concatenate([a, b])
    return joined


def _oval(largest: float, width: float, turn: Reals) -> tuple[Complexes, Complexes]:
    """Points of the ellipse with foci at -largest and 0, and their derivatives in the angle."""
    w = np.exp(width + 1j * turn)
    z: Complexes = largest / 2 * ((w + 1 / w) / 2 - 1)
    slope: Complexes = largest / 2 * 1j * (w - 1 / w) / 2
    return z, slope


def _optimal(first: float, last: float, nodes: int) -> tuple[Complexes, Complexes, float]:
    """Nodes, derivatives and step of the hyperbola that converges fastest on a window."""
    mu, alpha, step = _best_hyperbola(first, last, nodes)
    theta: Reals = np.asarray(step * (np.arange(nodes) + 0.5), np.float64)
    return *_on_hyperbola(mu, alpha, theta), step


def _best_hyperbola(first: float, last: float, nodes: int) -> tuple[float, float, float]:
    """Size mu and angle alpha of the hyperbola ``mu (1 + sin(i theta - alpha))``, and its step."""
    ratio = last / first
    alphas = np.linspace(np.pi / 4, np.pi / 2, 400)[1:-1]
    cosh = ((np.pi - 2 * alphas) * ratio + 4 * alphas - np.pi) / (
        (4 * alphas - np.pi) * np.sin(alphas)
    )
    width = np.arccosh(np.maximum(cosh, 1 + 1e-12))
    best = int(np.argmax((np.pi**2 - 2 * np.pi * alphas) / width))
    alpha, a = alphas[best], width[best]
    mu = (4 * np.pi * alpha - np.pi**2) / a * nodes / last
    return mu, alpha, float(a / nodes)


def _on_hyperbola(mu: float, alpha: float, theta: Reals) -> tuple[Complexes, Complexes]:
    """Points of a hyperbola, and their derivatives in theta."""
    inside = 1j * theta - alpha
    return mu * (1 + np.sin(inside)), 1j * mu * np.cos(inside)


def _check(first: float, last: float, nodes: int) -> None:
    if not 0 < first <= last or not np.isfinite(last):
        raise PlanarError(
            f"a window of times needs 0 < first <= last, got {first:g} and {last:g}; "
            "give positive times."
        )
    if nodes < 2:
        raise PlanarError(f"a contour needs at least 2 nodes, got {nodes}.")
