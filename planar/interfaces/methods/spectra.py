"""The spectrum of the matrix whose resolvent was derived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike
from sympy import Symbol

from planar.applications.spectral import (
    Curve,
    Density,
    Support,
    curve,
    density,
    eigenvalues,
    support,
)
from planar.applications.spectral.resolvent_trace import spectral_symbol
from planar.derivation.equivalent import Equivalent
from planar.interfaces.methods.numbers import Numbers

__all__ = ["Spectra"]


@dataclass(frozen=True, repr=False)
class Spectra(Numbers):
    """The trace of a resolvent with the spectrum that it is a transform of."""

    @property
    def spectral_symbol(self) -> Symbol:
        """The lam of ``derive(tr(resolvent(X, lam)))``; -lam is the place in the spectrum of X.

        Raises ``SpectralError`` where this is not the trace of one resolvent.
        """
        return spectral_symbol(self, {})

    def _given(self, values: Mapping[Any, Any] | None) -> dict[Any, Any]:
        """The values by the very symbols of the expression; none by default."""
        return self._own({} if values is None else values)

    @property
    def _with_unknowns(self) -> Equivalent:
        """The derived formula in place of one in radicals that agrees with it.

        Edges are followed along unknowns, and curves are cleared of them.
        """
        certified = self._certified
        solved = not any(d.implicit for d in certified.definitions)
        if certified.derived is not None and solved and self.certificate:
            return certified.derived
        return certified

    def density(self, grid: ArrayLike, values: Mapping[Any, Any] | None = None) -> Density:
        """The spectral density of the X in ``derive(tr(resolvent(X, lam)))``.

        Parameters
        ----------
        grid : array_like
            Real places in the spectrum.
        values : Mapping, optional
            As for `evaluate`, without the parameter of the resolvent.

        Returns
        -------
        Density
            The density with atoms and with branch evidence at every point.

        Raises
        ------
        SpectralError
            Where this is not the trace of one resolvent.
        """
        return density(self._certified, grid, self._given(values))

    def eigenvalues(
        self,
        values: Mapping[Any, Any] | None = None,
        *,
        trials: int = 10,
        seed: int = 0,
        real: bool = False,
    ) -> Any:
        """Eigenvalues of X in sampled realisations, for ``planar.plot`` under the density.

        Parameters
        ----------
        values : Mapping, optional
            As for `density`.
        trials : int
            Number of realisations (default: 10).
        seed : int
            Random seed of the samples (default: 0).
        real : bool
            Real ensembles in place of complex ones.

        Returns
        -------
        numpy.ndarray
            One row a realisation.

        Raises
        ------
        SpectralError
            Where this is not the trace of one resolvent.
        ValueMissing
            Where X has complex eigenvalues.
        """
        return eigenvalues(self, self._given(values), trials=trials, seed=seed, real=real)

    def curve(self, values: Mapping[Any, Any] | None = None) -> Curve:
        """The algebraic curve P(m, lam) = 0 of the trace, where all is polynomial.

        Parameters
        ----------
        values : Mapping, optional
            As for `density`; what they leave open stays a symbol of the curve.

        Returns
        -------
        Curve
            The polynomial, and its edges and atoms at given sizes.

        Raises
        ------
        SpectralError
            Where the definitions are not algebraic.
        """
        return curve(self._with_unknowns, self._given(values))

    def support(
        self, values: Mapping[Any, Any] | None = None, *, atoms: Iterable[float] = (0.0,)
    ) -> Support:
        """Edges of the support and atoms of the spectrum, located numerically.

        Parameters
        ----------
        values : Mapping, optional
            As for `density`.
        atoms : iterable of float
            Places at which to look for atoms (default: zero).

        Returns
        -------
        Support
            Intervals, atoms and their mass in all.

        Raises
        ------
        SpectralError
            Where this is not the trace of one resolvent.
        BranchError
            Where no support is located.
        """
        return support(self._with_unknowns, self._given(values), atoms=atoms)
