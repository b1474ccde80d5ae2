"""Gaussian matrices whose entries have different variances: a variance profile of finite rank."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, MatAdd, MatrixExpr, Rational, sqrt

from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.foundations.errors import DeclarationError, ShapeError

__all__ = ["variance_profile"]


def variance_profile(
    name: str, factors: Sequence[tuple[MatrixExpr, MatrixExpr]], *, symmetric: bool = False
) -> MatrixExpr:
    """A Gaussian matrix of independent entries whose variances are a sum of products.

    ``E X_ij^2 = (1/P) sum over r of (A_r^2)_ii (B_r^2)_jj`` for X of shape P x N; where it is
    ``symmetric``, ``E H_ij^2 = (1/2N) sum of (A_r^2)_ii (B_r^2)_jj + (B_r^2)_ii (A_r^2)_jj`` off
    the diagonal of H of shape N x N.

    Variances of independent Gaussians add: X is the sum of A_r X_r B_r with independent Ginibre
    matrices X_r, so that an equivalent of X has a vector of unknowns, one a factor, and needs no
    law of its own.

    Parameters
    ----------
    name : str
        The letter X; of several factors, the letters are X1, X2, ....
    factors : sequence of pairs of MatrixExpr
        Pairs (A_r, B_r) of diagonal letters, symmetric ones of size P and N: square roots of the
        factors of the profile. A rank-one profile is one pair, a profile of blocks one pair for
        each row of blocks.
    symmetric : bool, default False
        A Wigner matrix, N x N.

    Returns
    -------
    MatrixExpr
        The sum of A_r X_r B_r.

    Raises
    ------
    DeclarationError
        Where there is no factor.
    ShapeError
        Where letters are not symmetric or do not fit.

    References
    ----------
    Ajanki, Erdos and Krueger, "Quadratic vector equations on complex upper half-plane",
    arXiv 1506.05095.

    Examples
    --------
    >>> import planar
    >>> from sympy import symbols
    >>> N = planar.dims("N")
    >>> A, B = (planar.deterministic(name, N, positive=True) for name in "AB")
    >>> H = variance_profile("H", [(A, A), (B, B)], symmetric=True)
    >>> print(planar.derive(planar.resolvent(H, symbols("lambda"))))
    (λ + A H₁ A + B H₂ B)⁻¹ ≃ (λ + s_H₁ A² + s_H₂ B²)⁻¹
      s_H₁ = -tr[A² (λ + s_H₁ A² + s_H₂ B²)⁻¹]
      s_H₂ = -tr[B² (λ + s_H₁ A² + s_H₂ B²)⁻¹]
    """
    if not factors:
        raise DeclarationError(f"{name} has no factors; give pairs (A, B) of diagonal letters.")
    rows, cols = _shape(name, factors, symmetric)
    labels = [name] if len(factors) == 1 else [f"{name}{r + 1}" for r in range(len(factors))]
    parts: list[MatrixExpr] = []
    for label, (a, b) in zip(labels, factors, strict=True):
        if symmetric and a == b:
            parts.append(a * GOE(label, rows) * a)
        elif symmetric:
            x = sqrt(Rational(1, 2)) * Ginibre(label, rows)
            parts += [a * x * b, b * x.T * a]
        else:
            parts.append(a * Ginibre(label, rows, cols) * b)
    return MatAdd(*parts) if len(parts) > 1 else parts[0]


def _shape(
    name: str, factors: Sequence[tuple[MatrixExpr, MatrixExpr]], symmetric: bool
) -> tuple[Expr, Expr]:
    """Rows and columns of the profile; an error where the factors do not have one shape."""
    for pair in factors:
        for letter in pair:
            if not getattr(letter, "symmetric", False):
                raise ShapeError(
                    f"a factor of the profile of {name} is {letter}; "
                    "give symmetric letters, square roots."
                )
    rows, cols = factors[0][0].shape[0], factors[0][1].shape[0]
    alike = all((a.shape[0], b.shape[0]) == (rows, cols) for a, b in factors)
    if not alike or (symmetric and rows != cols):
        raise ShapeError(
            f"the factors of the profile of {name} have different sizes; all are {rows} and {cols}."
        )
    return rows, cols
