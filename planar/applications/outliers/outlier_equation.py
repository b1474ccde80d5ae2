"""The outlier equation of a matrix expression: its bulk, its signal, and equivalents of C."""

from __future__ import annotations

from sympy import Integer, MatAdd, MatrixExpr, Symbol

from planar.applications.outliers.outliers import Outliers
from planar.applications.outliers.realisation import Realisation, realised
from planar.applications.spectral.self_adjointness import real_spectrum
from planar.derivation.derive import derive
from planar.derivation.equivalent import Equivalent
from planar.expression.reading import read
from planar.formulas.naming import unused
from planar.formulas.symbols import resolvent, tr
from planar.foundations.errors import PlanarError

__all__ = ["outliers"]


def outliers(matrix: MatrixExpr) -> Outliers:
    """The outliers of a self-adjoint matrix that holds a signal, products ``u * v.T`` of vectors.

    The expression is split into a bulk and a finite rank by rule: signals may be added to a random
    matrix, to the population covariance inside of a product, to data that are then squared, or to
    what is inverted.

    Parameters
    ----------
    matrix : MatrixExpr
        A square, self-adjoint expression with the signal anywhere in it.

    Returns
    -------
    Outliers
        The outlier equation, which finds outliers for values.

    Raises
    ------
    PlanarError
        The matrix is not square, has no signal, is only a signal or is not self-adjoint.

    References
    ----------
    Benaych-Georges and Nadakuditi, "The eigenvalues and eigenvectors of finite, low rank
    perturbations of large random matrices", arXiv 0910.2120, for sums and products.

    Examples
    --------
    >>> import planar
    >>> import numpy as np
    >>> from sympy import Symbol
    >>> N = planar.dims("N")
    >>> theta = Symbol("theta", positive=True)
    >>> u = planar.deterministic("u", N, 1)
    >>> spiked = outliers(planar.GOE("H", N) + theta * u * u.T)
    >>> unit = np.eye(400)[:, :1]
    >>> print(spiked.find({u: unit, theta: 2.0}, u)[0])      # theta + 1/theta, 1 - 1/theta^2
    2.5, |u . v|^2 = 0.75
    >>> [round(t, 6) for t in spiked.threshold(theta, {u: unit})]
    [1.0]
    """
    split = _split(matrix)
    taken = {str(s.name) for s in matrix.free_symbols | matrix.atoms(Symbol)}
    lam = Symbol(unused(("lambda", "omega", "zeta"), taken))
    g = resolvent(split.bulk, lam)
    entries = []
    for i, x in enumerate(split.right):
        row: list[Equivalent] = []
        for j, y in enumerate(split.left):
            # (x - f)^-1 is minus the resolvent at lambda = -x
            parts = [*split.middle[i][j], Integer(-1) * x * g * y]
            row.append(derive(MatAdd(*parts) if len(parts) > 1 else parts[0]))
        entries.append(tuple(row))
    return Outliers(matrix, split, lam, tuple(entries))


def _split(matrix: MatrixExpr) -> Realisation:
    """Bulk and signal; raises ``PlanarError`` where there are no outliers to look for."""
    if not getattr(matrix, "is_Matrix", False) or matrix.shape[0] != matrix.shape[1]:
        raise PlanarError(f"outliers are those of a square matrix, got {matrix}.")
    split = realised(matrix)
    if not split.rank:
        raise PlanarError(
            f"`{matrix}` holds no signal; write one as theta*u*u.T with a vector "
            "u = deterministic('u', n, 1)."
        )
    if split.bulk.is_ZeroMatrix:
        raise PlanarError(f"`{matrix}` is nothing but a signal; add it to a random matrix.")
    terms = read(tr(matrix)).terms
    if not all(real_spectrum(term.traces[0]) for term in terms):
        raise PlanarError(
            f"`{matrix}` is not self-adjoint; ask for the outliers of X.T*X, "
            "its squared singular values."
        )
    return split
