"""Deep linear features, lambda (lambda + F F.T C)^-1 ~ kappa (kappa + Sigma)^-1 with F = F_1
F_2 F_3: kappa is a product.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592. F_l has
entries of variance 1/N_l, N_l its columns; C = R W R with Sigma = R R. Every layer and the data
multiply their S-transforms at the same df1: kappa = lambda/((1 - D/P df1)(1 - D/N_1 df1)(1 - D/N_2
df1)(1 - D/N_3 df1)).

Valid for any widths, lambda off the spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, MatMul, Mul, Symbol, Trace, symbols

import planar
from derivations.theorem import Theorem, run_all, wishart_like

D, P, *widths = planar.dims("D P N_1 N_2 N_3")
lam = symbols("lambda", positive=True)
R = planar.deterministic("R", D, positive=True)
C = R * planar.Wishart("W", D, P) * R
Sigma = R * R


def features(depth: int) -> Any:
    """F_1 ... F_depth, D x N_depth."""
    sizes = [D, *widths[:depth]]
    return MatMul(
        *(
            planar.Ginibre(f"F_{l}", sizes[l - 1], sizes[l], variance=1 / sizes[l])
            for l in range(1, depth + 1)
        )
    )


def _published(depth: int) -> Any:
    def published(derived: planar.DeterministicEquivalent) -> tuple[Expr, Mapping[Symbol, Expr]]:
        kappa = Symbol("kappa")
        g = Inverse(kappa * Identity(D) + Sigma)
        return kappa * g, {
            kappa: lam / Mul(*(1 - Trace(Sigma * g) / n for n in (P, *widths[:depth])))
        }

    return published


def values(rng: np.random.Generator) -> Mapping[Any, Any]:
    """Layers wider and narrower than the input, more samples than inputs."""
    return {
        R: wishart_like(rng, 80),
        lam: 0.3,
        P: 100,
        **dict(zip(widths, (120, 60, 90), strict=True)),
    }


theorems = tuple(
    Theorem(
        f"depth {depth}: lambda (lambda + F F.T C)^-1 ~ kappa (kappa + Sigma)^-1, kappa = "
        f"lambda S_W S_1 ... S_{depth}",
        '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592',
        lam * planar.resolvent(features(depth) * features(depth).T * C, lam),
        _published(depth),
        values,
        order=4 * (2 * depth + 1),
    )
    for depth in (2, 3)
)

if __name__ == "__main__":
    run_all(theorems)
