"""Eigenvalues of sampled matrices, to lay beside a density."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import S

from planar.applications.spectral.resolvent_trace import spectral_symbol
from planar.derivation.equivalent import Equivalent
from planar.evidence.check.tree_arrays import evaluate_tree
from planar.evidence.check.trials import experiment
from planar.expression.tree import Inv, Target, Term, identity_sizes, letters, shape
from planar.expression.values import Values, resolve
from planar.foundations.errors import ValueMissing

__all__ = ["draws", "eigenvalues", "real_but_for_rounding"]

_REAL = 1e-6


def eigenvalues(
    equivalent: Equivalent,
    values: Mapping[Any, Any] | None = None,
    *,
    trials: int = 10,
    seed: int = 0,
    real: bool = False,
) -> NDArray[np.float64]:
    """Eigenvalues of X in ``tr(resolvent(X, lam))``, sorted, one row for each of ``trials`` draws.

    The draws are independent. ``values`` are those of ``density``, with every dimension.

    >>> import planar
    >>> from sympy import symbols
    >>> N, P = planar.dims("N P")
    >>> W, lam = planar.Wishart("W", N, P), symbols("lambda")
    >>> equivalent = planar.derive(planar.tr(planar.resolvent(W, lam)))
    >>> spectra = eigenvalues(equivalent, {N: 50, P: 100}, trials=4)
    >>> spectra.shape, bool(abs(spectra.mean() - 1) < 0.05)
    ((4, 50), True)

    Raises ``SpectralError`` where the expression is not such a trace, ``ValueMissing`` where X has
    complex eigenvalues.
    """
    rows = []
    for spectrum in draws(equivalent, dict(values or {}), trials=trials, seed=seed, real=real):
        if not real_but_for_rounding(spectrum):
            raise ValueMissing(
                f"the matrix in `{equivalent.lhs}` has complex eigenvalues; "
                "a density needs real ones."
            )
        rows.append(np.sort(spectrum.real))
    return np.array(rows)


def draws(
    equivalent: Equivalent,
    values: Mapping[Any, Any],
    *,
    trials: int,
    seed: int,
    real: bool = False,
    copies: int = 1,
) -> Iterator[NDArray[np.complexfloating]]:
    """The eigenvalues of X in each of ``trials`` draws, every space enlarged ``copies`` times."""
    target, numbers = _matrix(equivalent, values, trials)
    run = experiment(target, equivalent.laws, numbers, real, copies)
    tree = run.target.terms[0].matrix
    assert tree is not None
    for child in np.random.SeedSequence(seed).spawn(trials):
        matrices = {**run.matrices, **run.draw(np.random.default_rng(child))}
        yield np.asarray(np.linalg.eigvals(evaluate_tree(tree, matrices, {}, run.sizes)), complex)


def real_but_for_rounding(eigenvalues: NDArray[np.complexfloating]) -> bool:
    """Whether imaginary parts are small beside the largest eigenvalue."""
    return bool(np.abs(eigenvalues.imag).max() <= _REAL * np.abs(eigenvalues).max())


def _matrix(
    equivalent: Equivalent, values: Mapping[Any, Any], trials: int
) -> tuple[Target, Values]:
    """X itself as the target, with lambda zero, and its values."""
    symbol = spectral_symbol(equivalent, values)
    (inverse,) = equivalent.target.terms[0].traces
    assert isinstance(inverse, Inv)
    target = Target((Term(S.One, (), inverse.argument),), shape(inverse))
    if isinstance(trials, bool) or not isinstance(trials, int) or trials < 1:
        raise ValueMissing(f"eigenvalues need at least one trial, got trials={trials!r}.")
    numbers = resolve(
        letters(target),
        equivalent.laws,
        equivalent.scalars,
        {**values, symbol: 0},
        identities=identity_sizes(target),
    )
    return target, numbers
