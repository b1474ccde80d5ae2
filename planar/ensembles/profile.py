"""Gaussian matrices whose entries have different variances: a variance profile of finite rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import MatAdd, MatrixExpr, Rational, sqrt

from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.foundations.errors import DeclarationError, ShapeError

__all__ = ["variance_profile"]


def variance_profile(
    name: str, factors: Sequence[tuple[Any, Any]], *, symmetric: bool = False
) -> MatrixExpr:
    """A Gaussian matrix of independent entries, ``E X_ij^2 = (1/P) sum over r of (A_r^2)_ii
    (B_r^2)_jj``, P x N.

    ``factors`` are pairs (A_r, B_r) of diagonal letters, symmetric ones of size P and N: square
    roots of the factors of the profile. A rank-one profile is one pair, a profile of blocks one
    pair for each row of blocks. ``symmetric`` is a Wigner matrix, N x N, ``E H_ij^2 = (1/2N) sum of
    (A_r^2)_ii (B_r^2)_jj + (B_r^2)_ii (A_r^2)_jj`` off the diagonal.

    Variances of independent Gaussians add: X is the sum of A_r X_r B_r with independent Ginibre
    matrices X_r, so that an equivalent of X has a vector of unknowns, one a factor, and needs no
    law of its own. Source: Ajanki, Erdos and Krueger, "Quadratic vector equations on complex upper
    half-plane", arXiv 1506.05095.

    >>> import planar
    >>> from sympy import symbols
    >>> N = planar.dims("N")
    >>> A, B = (planar.deterministic(name, N, positive=True) for name in "AB")
    >>> H = variance_profile("H", [(A, A), (B, B)], symmetric=True)
    >>> print(planar.derive(planar.resolvent(H, symbols("lambda"))))
    (λ + A H₁ A + B H₂ B)⁻¹ ≃ (λ + s_H₁ A² + s_H₂ B²)⁻¹
      s_H₁ = -tr[A² (λ + s_H₁ A² + s_H₂ B²)⁻¹]
      s_H₂ = -tr[B² (λ + s_H₁ A² + s_H₂ B²)⁻¹]

    Raises ``DeclarationError`` where there is no factor, ``ShapeError`` where letters are not
    symmetric or do not fit.
    """
    if not factors:
        raise DeclarationError(f"{name} has no factors; give pairs (A, B) of diagonal letters.")
    for pair in factors:
        for letter in pair:
            if not getattr(letter, "symmetric", False):
                raise ShapeError(
                    f"a factor of the profile of {name} is {letter}; give symmetric letters, square roots."
                )
    rows, cols = factors[0][0].shape[0], factors[0][1].shape[0]
    if any((a.shape[0], b.shape[0]) != (rows, cols) for a, b in factors) or (
        symmetric and rows != cols
    ):
        raise ShapeError(
            f"the factors of the profile of {name} have different sizes; all are {rows} and {cols}."
        )
    numbered = [name if len(factors) == 1 else f"{name}{r}" for r in range(1, len(factors) + 1)]
    parts = []
    for label, (a, b) in zip(numbered, factors, strict=True):
        if symmetric and a == b:
            parts.append(a * GOE(label, rows) * a)
        elif symmetric:
            x = sqrt(Rational(1, 2)) * Ginibre(label, rows)
            parts += [a * x * b, b * x.T * a]
        else:
            parts.append(a * Ginibre(label, rows, cols) * b)
    return MatAdd(*parts) if len(parts) > 1 else parts[0]
