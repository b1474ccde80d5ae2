"""Ridge regression on sparse features: in its equivalent each variance counts the samples in which
the feature was active.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592; features
that are learned or not, each for itself: "The Quantization Model of Neural Scaling", arXiv
2303.13506. Features x_i = m_i z_i, m_i active with probability p_i, z_i of random sign and variance
Sigma_i/p_i, have one covariance diag(Sigma_i) however sparse they are, and Gaussian equivalence
sees no more of them. But with feature i left out, its error is kappa/(kappa + c_i), where c_i =
|x_i|^2/P is its own second moment in the sample, Sigma_i n_i/(p_i P) for a binomial count n_i; all
others are in kappa. So the training covariance is diag(c_i), a mixture over counts, and Sigma is
left to the test, as in covariate shift. Where one feature is active at a time the sample covariance
is diagonal, kappa is lambda, and the risk of a feature is a mean over its count, which is zero with
probability (1 - p_i)^P.

Valid by counts for ten active features a sample, or fewer with a ridge; by Sigma if all that matter
are also seen often. At P = 200 and ridge 1e-3 Gaussian equivalence is 1, 5, 19, 40 % low for 10, 3,
1, 0.3 active ones, counts are within 1 %. At ridge 1e-5 and three active ones a single sample no
longer averages over its features: counts give twice the risk at P = 100.
"""

from __future__ import annotations

from functools import cache
from math import lgamma
from typing import Any

import numpy as np
from sympy import Identity, symbols

import planar
from derivations.theorem import SCALING, Axis, Curves, run_all

N, P = planar.dims("N P")
lam, variance = symbols("lambda sigma^2", positive=True)
R, T = planar.deterministic("R", N, positive=True), planar.deterministic("T", N, symmetric=True)
M = planar.deterministic("M", N, symmetric=True)
Y = planar.Ginibre("X", P, N, variance=1 / P) * R
gram = planar.resolvent(Y * Y.T, lam)
gap = Identity(N) - Y.T * gram * Y
risk = N * planar.tr(T * gap * M * gap) + variance * planar.tr(gram * Y * T * Y.T * gram)
"""Excess risk under covariance T of ridge regression on inputs of covariance R R; M is the mean of
w w.T.
"""

MODES, RIDGE, NOISE = 300, 1e-3, 0.3
SPECTRUM = np.arange(1.0, MODES + 1) ** -1.2
SPECTRUM /= SPECTRUM.sum()
SAMPLES = np.array([10, 20, 50, 100, 200, 500, 1000])
ACTIVE = np.array([0.1, 0.3, 1, 3, 10, 30, 100])


def activity(active: float) -> Any:
    """p_i proportional to Sigma_i up to 1/2, so many features active in all."""
    low, high = 0.0, 1e6
    for _ in range(200):
        scale = (low + high) / 2
        low, high = (
            (low, scale) if np.minimum(0.5, scale * SPECTRUM).sum() > active else (scale, high)
        )
    return np.minimum(0.5, high * SPECTRUM)


@cache
def kernel() -> Any:
    """The derived risk for diagonal letters."""
    return planar.derive(risk, commuting=[(R, T), (R, M), (T, M)]).compile()


def derived(samples: int, training: Any, weights: Any, test: Any, ridge: float) -> float:
    """Derived risk for isotropic w of signal one; the weights of each feature's training variances
    sum to one.
    """
    values = {
        R: planar.spectrum(np.sqrt(training), weights),
        T: test,
        M: np.ones(len(training)),
        N: MODES,
    }
    return float(np.real(kernel()({**values, P: int(samples), lam: ridge, variance: NOISE})))


def gaussian(samples: int, ridge: float = RIDGE) -> float:
    """Gaussian equivalence."""
    return derived(samples, SPECTRUM, np.ones(MODES), SPECTRUM, ridge)


def binomial(samples: int, p: Any) -> Any:
    """Probabilities of counts 0 to P, a row for each p."""
    n = np.arange(samples + 1)
    ways = np.array([lgamma(samples + 1) - lgamma(k + 1) - lgamma(samples - k + 1) for k in n])
    return np.exp(
        ways + np.multiply.outer(np.log(p), n) + np.multiply.outer(np.log1p(-p), samples - n)
    )


def counted(samples: int, p: Any, ridge: float = RIDGE) -> float:
    """The equivalent over counts."""
    law = binomial(samples, p)
    seen = np.multiply.outer(SPECTRUM / (p * samples), np.arange(samples + 1))
    kept = law > 1e-12
    return derived(
        samples, seen[kept], law[kept], np.broadcast_to(SPECTRUM[:, None], law.shape)[kept], ridge
    )


def alone(samples: int) -> float:
    """One feature at a time, of variance one: each has its own risk, in the mean over its count."""
    seen = np.arange(samples + 1) / samples
    each = (RIDGE / (RIDGE + seen)) ** 2 + NOISE / samples * seen / (RIDGE + seen) ** 2
    return float(SPECTRUM @ binomial(samples, SPECTRUM) @ each)


def sampled(rng: np.random.Generator, samples: int, p: Any, ridge: float = RIDGE) -> float:
    """Ridge regression on sparse data, averaged over w and noise; one feature at a time where p is
    None.
    """
    if p is None:
        active = np.eye(MODES)[rng.choice(MODES, samples, p=SPECTRUM)]
    else:
        active = (rng.random((samples, MODES)) < p) * np.sqrt(SPECTRUM / p)
    x = active * rng.choice([-1, 1], (samples, MODES))
    c = x.T @ x / samples
    inverse = np.linalg.inv(ridge * np.eye(MODES) + c)
    return float(
        SPECTRUM @ np.sum(ridge**2 * inverse**2 + NOISE / samples * inverse @ c * inverse, axis=1)
    )


def averaged(rng: np.random.Generator, draws: int, *setting: Any) -> tuple[float, float]:
    """Mean of some draws, and four standard errors with 2 %."""
    risks = np.array([sampled(rng, *setting) for _ in range(draws)])
    return float(risks.mean()), float(4 * risks.std(ddof=1) / np.sqrt(draws) + 0.02 * risks.mean())


def learning_curves(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Half of all features active: Gaussian equivalence; 3, then 0.3: counts; one at a time: the
    mean over its count.
    """
    dense, some, few = np.full(MODES, 0.5), activity(3), activity(0.3)
    rows = [(gaussian(n), counted(n, some), counted(n, few), alone(n)) for n in SAMPLES]
    measured = np.array(
        [[averaged(rng, 24, n, p) for n in SAMPLES] for p in (dense, some, few, None)]
    )
    return np.array(rows).T, measured[..., 0], measured[..., 1]


def beyond_gaussian(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Risk over that of Gaussian equivalence, P = 200: by counts, and on samples."""
    unit = gaussian(200)
    measured = np.array([averaged(rng, 48, 200, activity(active)) for active in ACTIVE]) / unit
    return (
        np.array([counted(200, activity(active)) / unit for active in ACTIVE]),
        measured[:, 0],
        measured[:, 1],
    )


def rows_apart(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Whether (1) or not (0) counts are off by a tenth and more, P = 100 and ridge 1e-5: thirty
    active features, and three.
    """
    setting = [(100, activity(active), 1e-5) for active in (30, 3)]
    ratios = np.array([counted(*at) / averaged(rng, 40, *at)[0] for at in setting])
    print(
        f"ridge 1e-5, derived over sampled: {ratios.round(3)} for thirty and for three active "
        f"features"
    )
    return np.array([0, 1]), np.abs(ratios - 1) > 0.1, 0


LINES = ("half of 300 active", "3 active in a sample", "0.3 active in a sample", "one at a time")
CURVES, SHARE = (
    "learning curves, and sparse data",
    "what counts add to Gaussian equivalence, and sparse data",
)
theorem = Curves(
    "ridge regression on sparsely active features",
    SCALING,
    (risk,),
    {
        CURVES: learning_curves,
        SHARE: beyond_gaussian,
        "few active features and no ridge to speak of": rows_apart,
    },
    axes={
        CURVES: Axis("samples", SAMPLES.tolist(), "excess risk", LINES),
        SHARE: Axis(
            "features active in a sample", ACTIVE.tolist(), "risk over Gaussian equivalence"
        ),
    },
)

if __name__ == "__main__":
    run_all([theorem])
