"""Distilled on the same inputs, a student of ridge mu is (lambda w(lambda) - mu w(mu))/(lambda -
mu), w(x) ridge regression.

Source: "Understanding Self-Distillation in the Presence of Label Noise", arXiv 2301.13304;
"High-dimensional Analysis of Knowledge Distillation: Weak-to-Strong Generalization and Scaling
Laws", arXiv 2410.18837. The teacher w(lambda) is fitted to P samples of Y w + noise, the student to
the teacher's outputs. On the teacher's inputs all resolvents, up to four in the risk, are of one C
= Y.T Y; since C/((lambda + C)(mu + C)) is the divided difference of x/(x + C), the risk is that of
x y times the risk of ridge regression at ridges x, y. On Q inputs of its own the student sees a
noiseless target and is tested on another: label shift at its kappa' inside, covariate shift at the
teacher's kappa outside.

Valid for independent samples and ridges off the spectrum. At D = 200, P = Q = 100, label noise 0.5
and w^2 ~ Sigma^1.5 the best student is 8.6 % (same inputs) or 5.8 % (fresh ones) below the best
ridge; for isotropic w it is no better. A student of ridge 0.002 has risk 0.073 from labels of the
best teacher, 0.43 from noisy ones, and is then its own teacher. Samples: within 2 %.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Symbol, Trace, symbols

import planar
from derivations.theorem import Axis, Curves, Published, Statement, Theorem, run_all, wishart_like

SOURCE = (
    "models: arXiv 2301.13304 and 2410.18837; closed forms: by hand, from the two-point "
    "rules of ridge regression"
)
D, P, Q, J = planar.dims("D P Q J")
lam, mu = symbols("lambda mu", positive=True)
R, w = planar.deterministic("R", D, positive=True), planar.deterministic("w", D, J)
Y, Z = planar.Ginibre("X", P, D, variance=1 / P) * R, planar.Ginibre("Z", Q, D, variance=1 / Q) * R
C, Sigma, one = Y.T * Y, R * R, Identity(D)
teacher = planar.resolvent(C, lam)
STUDENTS = {
    "none": 0 * one,
    "same": mu * planar.resolvent(C, mu),
    "fresh": mu * planar.resolvent(Z.T * Z, mu),
}
"""What each leaves out of its teacher."""


def bias(student: Any, teachers: Any = w * w.T) -> Expr:
    """Tr[Sigma G w w.T G.T], G w the gap: what the teacher left out, and what the student leaves
    out of the rest.
    """
    gap, turned = (
        lam * teacher + student - lam * x for x in (student * teacher, teacher * student)
    )
    return D * planar.tr(Sigma * gap * teachers * turned)


def noise(student: Any) -> Expr:
    """Tr[Sigma (1 - student) (lambda + C)^-1 C (lambda + C)^-1 (1 - student)]/P."""
    return (
        D / P * planar.tr(Sigma * (teacher - student * teacher) * C * (teacher - teacher * student))
    )


kappa, primed, gamma, own = symbols("kappa kappa' gamma gamma'")
h, g = (Inverse(k * one + Sigma) for k in (kappa, primed))


def at_two_ridges(k: Symbol, other: Symbol) -> tuple[Expr, Expr]:
    """Bias and noise of ridge regression, k k' Tr[w.T Sigma g g' w]/(1 - gamma) and gamma/(1 -
    gamma).
    """
    a, b = (Inverse(x * one + Sigma) for x in (k, other))
    ladder = Trace(Sigma**2 * a * b) / P
    return k * other * Trace(Sigma * a * w * w.T * b) / (1 - ladder), ladder / (1 - ladder)


corners = zip(
    at_two_ridges(kappa, kappa),
    at_two_ridges(kappa, primed),
    at_two_ridges(primed, primed),
    strict=True,
)
same = [(lam**2 * a - 2 * lam * mu * b + mu**2 * c) / (lam - mu) ** 2 for a, b, c in corners]
passed = (
    Trace(Sigma**4 * g**2 * h**2) + own / (1 - own) * primed**2 * Trace(Sigma**2 * g**2 * h**2)
) / P
"""Excess risk of the student for each unit of the teacher's risk, label noise included."""
gap = one - Sigma**2 * g * h
fresh = [
    Trace(Sigma * gap * w * w.T * gap)
    + own / (1 - own) * primed**2 * Trace(w.T * Sigma**3 * g**2 * h**2 * w)
    + kappa**2 * Trace(w.T * Sigma * h**2 * w) / (1 - gamma) * passed,
    passed / (1 - gamma),
]


def published(rhs: Expr, samples: Any) -> Published:
    """The right-hand side, kappa of the teacher, kappa' of a student who has so many samples."""
    points = {
        kappa: lam / (1 - Trace(Sigma * h) / P),
        primed: mu / (1 - Trace(Sigma * g) / samples),
    }
    ladders = {gamma: Trace(Sigma**2 * h**2) / P, own: Trace(Sigma**2 * g**2) / samples}
    return lambda derived: (rhs, points | (ladders if rhs.has(own) else {}))


def values(rng: np.random.Generator) -> Any:
    """80 dimensions and teachers, 60 samples for the teacher, 100 for the student."""
    return {
        R: wishart_like(rng, 80),
        w: rng.standard_normal((80, 80)) / 80,
        P: 60,
        Q: 100,
        lam: 0.4,
        mu: 0.9,
    }


SPECTRUM, VARIANCE, SAMPLES = 1 / np.arange(1.0, 201), 0.5, 100
ALIGNED, ISOTROPIC = (x / np.sum(SPECTRUM * x) for x in (SPECTRUM**1.5, np.ones(200)))
RIDGES, FINE = np.geomspace(2e-3, 0.4, 10), np.geomspace(1e-3, 2, 60)
M = planar.deterministic("M", D, symmetric=True)


@cache
def kernels(student: str) -> Any:
    """Expressions of bias and noise, and their equivalents compiled."""
    return [
        (e, planar.derive(e).compile())
        for e in (bias(STUDENTS[student], M), noise(STUDENTS[student]))
    ]


def risk(student: str, squares: Any, ridge: Any, own: Any) -> Any:
    """Derived excess risk at pairs of ridges, averaged over signs of w: M is diagonal, with its
    squares.
    """
    given = {
        R: planar.spectrum(np.sqrt(SPECTRUM)),
        M: squares,
        lam: ridge,
        mu: own,
        P: SAMPLES,
        Q: SAMPLES,
    }
    parts = [
        kernel({x: value for x, value in given.items() if e.has(x)})
        for e, kernel in kernels(student)
    ]
    return np.real(parts[0] + VARIANCE * parts[1])


def compared(rng: np.random.Generator, *fits: Any, draws: int = 16) -> tuple[Any, Any, Any]:
    """Derived risks, those of fits to sampled inputs averaged over labels, and four standard errors
    with 1 %.
    """
    risks, unit = np.zeros((draws, len(fits), len(fits[0][2]))), np.eye(len(SPECTRUM))
    for draw in risks:
        x, z = rng.standard_normal((2, SAMPLES, len(SPECTRUM))) * np.sqrt(SPECTRUM)
        c, e = x.T @ x / SAMPLES, z.T @ z / SAMPLES
        for row, (student, squares, *ridges) in zip(draw, fits, strict=True):
            for i, (ridge, own) in enumerate(zip(*ridges, strict=True)):
                fit, seen = np.linalg.inv(ridge * unit + c), e if student == "fresh" else c
                fit = fit if student == "none" else np.linalg.solve(own * unit + seen, seen @ fit)
                row[i] = SPECTRUM @ (
                    (unit - fit @ c) ** 2 @ squares
                    + VARIANCE / SAMPLES * np.sum(fit @ c * fit, axis=1)
                )
    mean, error = risks.mean(axis=0), risks.std(axis=0, ddof=1) / np.sqrt(draws)
    return np.array([risk(*fit) for fit in fits]), mean, 4 * error + 0.01 * mean


def over_ridges(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """The teacher, the best student on the same and on fresh inputs, and one on fresh inputs whose
    ridge is small.
    """
    own = {
        s: FINE[risk(s, ALIGNED, RIDGES[:, None], FINE).argmin(axis=1)] for s in ("same", "fresh")
    }
    weak = ("fresh", ALIGNED, RIDGES, np.full(len(RIDGES), RIDGES[0]))
    return compared(
        rng, ("none", ALIGNED, RIDGES, RIDGES), *((s, ALIGNED, RIDGES, own[s]) for s in own), weak
    )


def gains(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Least risk of a student over that of ridge regression: same inputs, fresh ones, same ones for
    isotropic w.
    """
    fits: list[Any] = []
    for student, squares in (("same", ALIGNED), ("fresh", ALIGNED), ("same", ISOTROPIC)):
        alone, taught = (
            risk("none", squares, FINE, FINE),
            risk(student, squares, FINE[:, None], FINE),
        )
        i, j = np.unravel_index(taught.argmin(), taught.shape)
        fits += [
            ("none", squares, FINE[[alone.argmin()]], FINE[:1]),
            (student, squares, FINE[[i]], FINE[[j]]),
        ]
    ours, mean, allowed = (x[:, 0] for x in compared(rng, *fits))
    return ours[1::2] / ours[::2], mean[1::2] / mean[::2], allowed[1::2] / mean[::2]


RISKS, RATIOS = (
    "excess risk over the teacher's ridge, and in samples",
    "best student over best ridge, and in samples",
)
LINES = ("teacher", "student, same inputs", "student, fresh inputs", "fresh inputs, ridge 0.002")
AXES = {RISKS: Axis("ridge of the teacher", RIDGES.tolist(), "excess risk", LINES)}
theorems: tuple[Statement, ...] = (
    *(
        Theorem(
            f"{name} inputs, {of}",
            SOURCE,
            made(STUDENTS[name]),
            published(rhs, samples),
            values,
            order=6,
        )
        for name, forms, samples in (("same", same, P), ("fresh", fresh, Q))
        for of, made, rhs in (("bias", bias, forms[0]), ("noise", noise, forms[1]))
    ),
    Curves(
        "excess risk of teacher and student",
        SOURCE,
        (),
        {RISKS: over_ridges, RATIOS: gains},
        axes=AXES,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
