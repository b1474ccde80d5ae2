"""The spectrum of a symmetric letter in place of its matrix, whole or compressed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planar.expression.compression import Quadrature, compress
from planar.expression.numeric import Array, frozen, numbers, shape_text
from planar.foundations.errors import ShapeError, ValueMissing

__all__ = ["Compressed", "Spectrum", "spectrum"]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues of a symmetric letter, each of equal or of given weight; see ``planar.spectrum``.

    Attributes
    ----------
    eigenvalues : array of shape (n,)
        Finite and real.
    weights : array of shape (n,) or None
        The weights, which sum to one; None where the eigenvalues are those of the letter itself,
        each of equal weight.

    Raises
    ------
    ShapeError
        Where the eigenvalues are not one list, or the weights are not one for each.
    ValueMissing
        Where eigenvalues are not finite real numbers, or weights are negative or all zero.
    """

    eigenvalues: Array
    weights: Array | None = None

    def __post_init__(self) -> None:
        values = numbers("the spectrum", self.eigenvalues, "a list of eigenvalues")
        if values.ndim != 1:
            raise ShapeError(
                "the eigenvalues of a spectrum form one list, and these have shape "
                f"{shape_text(values.shape)}; use .ravel()."
            )
        if np.iscomplexobj(values):
            raise ValueMissing(
                "a spectrum is real, and these eigenvalues are complex; give their real parts."
            )
        object.__setattr__(self, "eigenvalues", frozen(values))
        if self.weights is not None:
            object.__setattr__(self, "weights", frozen(_normalised(self.weights, len(values))))

    def __len__(self) -> int:
        return len(self.eigenvalues)

    @property
    def measure(self) -> Array:
        """The weights, also where none were given; they sum to one."""
        return np.full(len(self), 1 / len(self)) if self.weights is None else self.weights

    @property
    def uniform(self) -> bool:
        """Whether all weights are equal."""
        return bool(np.allclose(self.measure, 1 / len(self), rtol=1e-12, atol=0))

    def compressed(self, tolerance: float = 1e-10, *, insertions: bool = False) -> Compressed:
        """A short quadrature of a spectrum without negative eigenvalues, with a bound of its error.

        Parameters
        ----------
        tolerance : float, default 1e-10
            The largest relative error of an average over the spectrum, at least 1e-14 and below 1.
        insertions : bool, default False
            Whether averages that hold the diagonal of another letter keep their digits too, at
            twice the nodes.

        Returns
        -------
        Compressed
            The quadrature, with a ``bound`` of what averages over it lose.

        Raises
        ------
        PlanarError
            Where an eigenvalue is negative, or the tolerance out of range.

        Examples
        --------
        >>> short = spectrum(np.geomspace(1e-6, 1, 20000)).compressed()
        >>> len(short) < 200, short.bound < 1e-10
        (True, True)
        """
        quadrature = compress(self.eigenvalues, self.measure, tolerance, insertions=insertions)
        return Compressed(quadrature.eigenvalues, quadrature.weights, quadrature)


@dataclass(frozen=True, eq=False)
class Compressed(Spectrum):
    """A spectrum in a few nodes; N is given beside it, as with any weights.

    ``Spectrum.compressed`` makes it.

    Attributes
    ----------
    eigenvalues : array of shape (nodes,)
        The nodes.
    weights : array of shape (nodes,)
        The weights of the nodes, which sum to one.
    quadrature : Quadrature or None
        How the nodes came out of the eigenvalues; ``project`` reads it.
    """

    quadrature: Quadrature | None = None

    @property
    def bound(self) -> float:
        """The largest relative error that the nodes add to an average over the spectrum.

        It holds for averages of 1/(kappa + x) and of its square, at every kappa >= 0.
        """
        return self.quadrature.bound if self.quadrature is not None else 0.0

    def project(self, diagonal: ArrayLike) -> Array:
        """The diagonal of another letter, known at every eigenvalue, at the nodes.

        Its averages with functions of the spectrum are those of the diagonal. The average of two
        diagonals is that of their product, which is projected as one.

        Parameters
        ----------
        diagonal : array_like of shape (n,)
            One entry for each eigenvalue of the spectrum that was compressed, in its order.

        Returns
        -------
        array of shape (nodes,)

        Raises
        ------
        ShapeError
            Where the length is another one, or nothing was compressed.
        """
        if self.quadrature is None:
            raise ShapeError("nothing was compressed; take spectrum(...).compressed().")
        return self.quadrature.project(diagonal)


def spectrum(eigenvalues: ArrayLike, weights: ArrayLike | None = None) -> Spectrum:
    """A value for a symmetric N x N letter: its eigenvalues.

    Other letters are then given in its eigenbasis.

    Parameters
    ----------
    eigenvalues : array_like of shape (n,)
        Finite and real. Without ``weights`` these are the N eigenvalues themselves.
    weights : array_like of shape (n,), optional
        Nonnegative and not all zero; normalised here to the sum one. With weights w the
        eigenvalues are a quadrature of the spectral measure, and N is given beside it: an
        eigenvalue stands for N w equal ones, along which the diagonal of another letter, or a
        vector, has one value.

    Returns
    -------
    Spectrum

    Raises
    ------
    ShapeError
        Where the eigenvalues are not one list, or the weights are not one for each.
    ValueMissing
        Where eigenvalues are not finite real numbers, or weights are negative or all zero.

    Examples
    --------
    >>> spectrum([1, 2, 4], weights=[2, 1, 1]).measure.tolist()
    [0.5, 0.25, 0.25]
    """
    return Spectrum(np.asarray(eigenvalues), None if weights is None else np.asarray(weights))


def _normalised(value: object, count: int) -> Array:
    weights = numbers("the weights of the spectrum", value, "one weight for each eigenvalue")
    if weights.shape != (count,):
        raise ShapeError(
            f"a spectrum of {count} eigenvalues has weights of shape "
            f"{shape_text(weights.shape)}; give one for each."
        )
    if np.iscomplexobj(weights) or weights.min() < 0 or weights.sum() <= 0:
        raise ValueMissing(
            "the weights of a spectrum are nonnegative and not all zero, and the least of these is "
            f"{weights.min()}; correct them."
        )
    result: Array = weights / weights.sum()
    return result
