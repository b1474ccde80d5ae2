"""Refusal of densities on the real line of what has complex eigenvalues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import MatrixSymbol, Symbol

from planar.applications.spectral.resolvent_trace import completed, spectral_symbol
from planar.applications.spectral.sampled import draws, real_but_for_rounding
from planar.applications.spectral.self_adjointness import real_spectrum
from planar.derivation.equivalent import Equivalent
from planar.expression.numeric import Array
from planar.expression.spectrum import Spectrum
from planar.expression.tree import Inv
from planar.foundations.errors import PlanarError, SpectralError, TooLargeError

__all__ = ["refuse_complex_spectrum"]

_SIZE, _LARGEST, _TRIALS = 60, 400, 3
"""Rows of a sampled X, how many there may be where they cannot be reduced, and how many samples."""


def refuse_complex_spectrum(equivalent: Equivalent, values: Mapping[Any, Any]) -> None:
    """Raises ``SpectralError`` where X in ``tr (lam + X)^-1`` has complex eigenvalues.

    Most often the expression and the signs of the values show that it has none. Else a sample
    tells; where it cannot be sampled nothing is refused, and the mass shows what is missing.
    """
    spectral_symbol(equivalent, values)
    (inverse,) = equivalent.target.terms[0].traces
    assert isinstance(inverse, Inv)
    if _real(values) and real_spectrum(inverse.argument, _semidefinite(values)):
        return
    try:
        sampled, copies = _resized(equivalent, completed(equivalent, values))
        spectra = list(draws(equivalent, sampled, trials=_TRIALS, seed=0, copies=copies))
    except PlanarError:
        return
    if not all(map(real_but_for_rounding, spectra)):
        raise SpectralError(
            f"the matrix in `{equivalent.lhs}` has complex eigenvalues at these values, so that it "
            "has no density on the real line; ask for that of a self-adjoint matrix, or of a "
            "positive one times a self-adjoint one."
        )


def _real(values: Mapping[Any, Any]) -> bool:
    """Whether all values are real numbers."""
    plain = [v for v in values.values() if not isinstance(v, Spectrum)]
    return not any(np.iscomplexobj(v) and np.any(np.imag(v)) for v in map(_array, plain))


def _array(value: Any) -> Array:
    """A value as an array, numbers of SymPy among them."""
    array = np.asarray(value)
    return array.astype(complex) if array.dtype == object else array


def _semidefinite(values: Mapping[Any, Any]) -> frozenset[str]:
    """The names of letters that are positive semidefinite by their values."""
    return frozenset(
        letter.name
        for letter, value in values.items()
        if isinstance(letter, MatrixSymbol) and _positive(value)
    )


def _positive(value: Any) -> bool:
    """Whether a spectrum, a diagonal or a symmetric array has no negative eigenvalue."""
    array = np.asarray(value.eigenvalues if isinstance(value, Spectrum) else value)
    if array.dtype.kind not in "biuf" or not array.size:
        return False
    if array.ndim == 2:
        if array.shape[0] != array.shape[1] or not np.array_equal(array, array.T):
            return False
        array = np.linalg.eigvalsh(array)
    return bool(array.ndim == 1 and array.min() >= -1e-12 * np.abs(array).max())


def _resized(equivalent: Equivalent, values: Mapping[Any, Any]) -> tuple[dict[Any, Any], int]:
    """Values of a problem of about ``_SIZE`` rows, and how often it is repeated to be that large.

    Signals of finite rank, which no density sees, are zero.
    """
    letters = [x for x in equivalent.letters if x in values]
    given = {x: values[x] for x in letters}
    spectra = [v for v in given.values() if isinstance(v, Spectrum)]
    square = any(np.ndim(v) == 2 for x, v in given.items() if not _is_signal(x))
    sizes = {s: int(n) for s, n in values.items() if isinstance(s, Symbol) and s.is_integer}
    known = [*sizes.values(), *(len(v) for v in given.values() if isinstance(v, Spectrum))]
    rows = max([*known, *(np.shape(v)[0] for v in given.values() if np.ndim(v))], default=1)
    if square or not (spectra or rows > _SIZE):
        if rows > _LARGEST:
            raise TooLargeError("the matrix is too large to be sampled; give smaller letters.")
        return {**values, **_zeroed(given)}, max(1, _SIZE // rows)
    return _reduced(values, given, sizes, rows), 1


def _reduced(
    values: Mapping[Any, Any], given: Mapping[Any, Any], sizes: Mapping[Symbol, int], rows: int
) -> dict[Any, Any]:
    """The values with spectra and dimensions in proportion at another size, weights as numbers."""
    spectrum = next((v for v in given.values() if isinstance(v, Spectrum)), None)
    if spectrum is None:
        ratio = _SIZE / rows
        scaled = {s: _part(n, ratio) for s, n in sizes.items()}
        return {**values, **scaled, **_zeroed(given, ratio)}
    places = _places(spectrum)
    own = {d for x, v in given.items() if isinstance(v, Spectrum) for d in x.shape}
    before = next((sizes[d] for d in own if d in sizes), len(spectrum))
    ratio = len(places) / before
    scaled = {s: len(places) if s in own else _part(n, ratio) for s, n in sizes.items()}
    taken = {x: _taken(v, places, len(spectrum)) for x, v in given.items()}
    return {**values, **scaled, **taken, **_zeroed(taken)}


def _part(size: int, ratio: float) -> int:
    return max(1, round(size * ratio))


def _places(spectrum: Spectrum) -> NDArray[np.intp]:
    """The eigenvalues that stand for a spectrum, least and largest among them, as often as is due.

    They come to about ``_SIZE``.
    """
    n = len(spectrum)
    if not spectrum.uniform or n < _SIZE:
        weights = np.maximum(1, np.round(_SIZE * spectrum.measure)).astype(int)
        return np.repeat(np.arange(n), weights)[:_LARGEST]
    order = np.argsort(spectrum.eigenvalues, kind="stable")
    chosen = np.linspace(0, n - 1, _SIZE).round().astype(int)
    return np.asarray(order[chosen])


def _taken(value: Any, places: NDArray[np.intp], n: int) -> Any:
    """A spectrum, a diagonal or a column at some of its places."""
    if isinstance(value, Spectrum):
        return Spectrum(value.eigenvalues[places])
    array = np.asarray(value)
    return array[places] if array.ndim and len(array) == n else array


def _zeroed(given: Mapping[Any, Any], ratio: float = 1.0) -> dict[Any, Any]:
    """Signals of finite rank without their numbers, along with their spaces larger or smaller."""
    signals = {x: np.shape(v) for x, v in given.items() if _is_signal(x)}
    return {
        x: np.zeros([n if n == 1 else _part(n, ratio) for n in shape])
        for x, shape in signals.items()
    }


def _is_signal(letter: MatrixSymbol) -> bool:
    return bool(1 in letter.shape)
