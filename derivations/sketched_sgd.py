"""SGD on sketched inputs: its risk is sigma^2, approximation kappa w.T Sigma g w with Tr[Sigma g] =
N, bias and variance.

Source: "Scaling Laws in Linear Regression: Compute, Parameters, and Data", arXiv 2406.08466 (one
pass); "Improved Scaling Laws in Linear Regression via Data Reuse", arXiv 2506.08415 (many passes):
the terms are bounds there and formulas here. Inputs of covariance Sigma are sketched by F, D x N
with entries of variance 1/N; g = (kappa + Sigma)^-1. The best predictor of N parameters misses A,
the limit of lambda^2 Tr[Sigma (lambda + H)^-1 w w.T (lambda + H.T)^-1] with H = F F.T Sigma;
Gaussian inputs make the rest of the target label noise of variance A. In one pass SGD of rate eta
and batch B adds the bias that it has without that noise and a variance (sigma^2 + A) V, at late
times V = gain (1 + V) with gain = eta/B Tr[H (2 - eta H)^-1], one resolvent at -2/eta. Spectrum
i^-a and isotropic w give A = N kappa = N (c/(N + 1/2))^a, c = (pi/a)/sin(pi/a).

Valid for eta below 2/h, h the largest eigenvalue of H, and eta Tr[Sigma]/B small, here 0.06: 48
runs of SGD are then within 4 standard errors and 2 %. Passes over 256 samples take the excess risk
from 0.33 after the first to 0.235 after 12.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sympy import Expr, Identity, Inverse, Trace, symbols

import planar
from derivations.theorem import Axis, Curves, Published, Statement, Theorem, run_all, wishart_like

SOURCE = (
    "sketched SGD, one pass: arXiv 2406.08466, many: arXiv 2506.08415; SGD in high "
    "dimension: arXiv 2502.05074"
)
D, N, J = planar.dims("D N J")
lam, z, kappa, gamma = symbols("lambda z kappa gamma")
Sigma, w = planar.deterministic("Sigma", D, positive=True), planar.deterministic("w", D, J)
M = planar.deterministic("M", D, symmetric=True)
F = planar.Ginibre("F", D, N, variance=1 / N)
H = F * F.T * Sigma
left, right = planar.resolvent(H, lam), planar.resolvent(H.T, lam)
kicks = D * planar.tr(planar.resolvent(H, z) * H)
g = Inverse(kappa * Identity(D) + Sigma)
seen = Trace(w.T * Sigma * g**2 * w) + Trace(Sigma * g**2) / N * Trace(
    w.T * Sigma**2 * g**2 * w
) / (1 - gamma)
ALL_DATA = {
    "ridge objective": (
        D * lam * planar.tr(Sigma * left * w * w.T),
        kappa * Trace(Sigma * g * w * w.T),
    ),
    "excess risk": (D * lam**2 * planar.tr(Sigma * left * w * w.T * right), kappa**2 * seen),
}
"""Of a sketch, all data seen: what is derived, and in closed form. Without a ridge both are A."""


def published(rhs: Expr) -> Published:
    """The right-hand side, with kappa and gamma of the sketch."""
    ladder = {gamma: Trace(Sigma**2 * g**2) / N} if rhs.has(gamma) else {}
    return lambda derived: (rhs, {kappa: lam / (1 - Trace(Sigma * g) / N)} | ladder)


def values(rng: np.random.Generator) -> Any:
    """80 dimensions and teachers, 50 parameters."""
    return {Sigma: wishart_like(rng, 80), w: rng.standard_normal((80, 80)) / 80, N: 50, lam: 0.3}


SPECTRUM = np.arange(1, 201) ** -1.5
SIZE = 1 / np.sqrt(np.sum(SPECTRUM))
STEPS = np.array([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
RATE, BATCH, NOISE, WIDTH = 0.2, 8, 0.5, 40


@cache
def curve(samples: int | None, noise: float) -> Any:
    """The derived curves."""
    given: dict[str, Any] = {
        "spectrum": SPECTRUM,
        "teacher": np.full(200, SIZE),
        "features": WIDTH,
        "times": STEPS,
    }
    return planar.dynamics.sgd_curves(
        **given, samples=samples, batch_size=BATCH, learning_rate=RATE, noise=noise
    )


def approximation(of: str, spectrum: Any, size: float, width: int) -> Any:
    """A as the limit of the one or the other, for w of random signs and this size in each mode."""
    limit = planar.derive(ALL_DATA[of][0].subs(w * w.T, M)).limit(lam, 0)
    return np.real(
        limit.evaluate(
            {Sigma: planar.spectrum(spectrum), M: np.full(len(spectrum), size**2), N: width}
        )
    )


def runs(rng: np.random.Generator, draws: int, samples: int | None) -> Any:
    """Risk, approximation, bias, variance over time of runs on 20 targets each: mean, and four
    standard errors with 2 %.

    Each run has a twin with the same batches whose target is the best sketched predictor, without
    noise: that is the bias.
    """
    f = rng.standard_normal((draws, 200, WIDTH)) / np.sqrt(WIDTH)
    targets = SIZE * rng.choice([-1, 1], (draws, 200, 20))
    turned = f.transpose(0, 2, 1) * SPECTRUM
    best = np.linalg.solve(turned @ f, turned @ targets)

    def drawn(count: int) -> tuple[Any, Any]:
        x = rng.standard_normal((draws, count, 200)) * np.sqrt(SPECTRUM)
        return x @ f, x @ targets + np.sqrt(NOISE) * rng.standard_normal((draws, count, 20))

    def risk(gap: Any) -> Any:
        return (gap * (turned @ (f @ gap))).sum(axis=1).mean(axis=1)

    left, sample, risks = 1 - risk(best), drawn(samples or 0), []
    fit, twin = np.zeros((2, *best.shape))
    for step in range(STEPS[-1] + 1):
        if step in STEPS:
            risks.append([left + risk(fit - best), left, risk(twin - best), risk(fit - twin)])
        chosen = np.arange(draws)[:, None], rng.integers(samples or 1, size=(draws, BATCH))
        inputs, labels = (x[chosen] for x in sample) if samples else drawn(BATCH)
        push = RATE / BATCH * inputs.transpose(0, 2, 1)
        fit, twin = fit - push @ (inputs @ fit - labels), twin - push @ (inputs @ (twin - best))
    mean, error = np.mean(risks, axis=2).T, np.std(risks, axis=2, ddof=1).T / np.sqrt(draws)
    return mean, 4 * error + 0.02 * mean


def terms(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """Curves are linear in the noise: their response to a unit of it tells variance from bias."""
    missed, quiet = approximation("excess risk", SPECTRUM, SIZE, WIDTH), curve(None, 0.0).test
    response = curve(None, 1.0).test - quiet
    bias, variance = quiet - missed * (1 + response), (NOISE + missed) * response
    return np.array([quiet + NOISE * response, np.full(len(STEPS), missed), bias, variance]), *runs(
        rng, draws, None
    )


def passes(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """Few samples and many passes, more samples, one pass."""
    measured = np.array([runs(rng, draws, size) for size in (64, 256, None)])[:, :, 0]
    return (
        np.array([curve(size, NOISE).test for size in (64, 256, None)]),
        measured[:, 0],
        measured[:, 1],
    )


def settled(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """The limit of the curve, and A + (sigma^2 + A) gain/(1 - gain) with A of one resolvent."""
    missed = approximation("ridge objective", SPECTRUM, SIZE, WIDTH)
    gain = (
        -np.real(
            planar.derive(kicks).evaluate(
                {Sigma: planar.spectrum(SPECTRUM), N: WIDTH, z: -2 / RATE}
            )
        )
        / BATCH
    )
    return curve(None, NOISE).limit[0], missed + (NOISE + missed) * gain / (1 - gain), 1e-9


def power_law(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """A of 10^5 modes i^-2, and N (c/(N + 1/2))^2, to what modes beyond would add."""
    widths, modes = np.array([20, 40, 80]), np.arange(1.0, 10**5 + 1)
    other = widths * (np.pi / 2 / (widths + 0.5)) ** 2
    return (
        np.array([approximation("excess risk", modes**-2, 1.0, int(n)) for n in widths]),
        other,
        other * widths / 10**5,
    )


TERMS, PASSES = "one pass, term by term, and runs of SGD", "many passes, and runs of SGD"
COMPARISONS = {
    TERMS: terms,
    PASSES: passes,
    "late times, and gain": settled,
    "power law, and N (c/(N + 1/2))^2": power_law,
}
axis = {"label": "steps", "values": STEPS.tolist(), "vertical": "excess risk"}
AXES = {
    TERMS: Axis(**axis, rows=("risk", "approximation", "bias", "variance")),
    PASSES: Axis(**axis, rows=("64 samples", "256 samples", "one pass")),
}
theorems: tuple[Statement, ...] = (
    *(
        Theorem(name, SOURCE, made, published(rhs), values, order=6)
        for name, (made, rhs) in ALL_DATA.items()
    ),
    Curves("risk of SGD on sketched inputs", SOURCE, (kicks,), COMPARISONS, axes=AXES, draws=48),
)

if __name__ == "__main__":
    run_all(theorems)
