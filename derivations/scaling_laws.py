"""Scaling laws of ridge regression and random features on power-law spectra, every exponent by
dominant balance.

Source: "Scaling and renormalization in high-dimensional regression", arXiv 2405.00592; "A dynamical
model of neural scaling laws", arXiv 2402.01092. Sigma_k = k^-alpha and w_k^2 Sigma_k = k^-(1 + 2
alpha r). Excess risk falls as P^(-2 alpha min(r, 1)) where data limit it, as ridge^(2 min(r, 1))
where the ridge does, the noise adds ridge^(-1/alpha)/P, N random features leave N^(-alpha min(2r,
1)), the first correction of many features is P^(1 - alpha min(2r, 1))/N, gradient flow leaves
t^(-2r) for every r, and N features add t^(1/alpha - 1)/N to it. None is looked up: each comes out
of the equivalent with its coefficient, its corrections and the inequalities under which it holds.
Where the literature disagrees, on the exponent of the size of a model, the derived one is N^(-min(a
- 1, b)) in the letters Sigma_k = k^-b, w_k^2 Sigma_k = k^-a, and not N^(-min(a - 1, 2b)), which is
what data do: sampled at b = 2, a = 4.2 its slope is beside 2, and 3.2 is excluded. The best of N
random directions leaves tr Sigma g M g with the first power of kappa ~ N^-b.

Valid for alpha > 1 (else the dimension enters) away from points where two powers meet; slopes at
finite sizes differ from exponents by the corrections that the law itself gives, below 0.05 at the
sizes sampled here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from sympy import Rational, symbols

import planar
from derivations._power_laws import errors
from derivations.theorem import SCALING, Axis, Curves, run_all

D, N, P = planar.dims("D N P")
lam, mu = symbols("lambda mu", positive=True)
k, n, alpha, r = symbols("k n alpha r", positive=True)
R, M = planar.deterministic("R", D, positive=True), planar.deterministic("M", D, symmetric=True)
F, X = planar.Ginibre("F", D, N, variance=1 / N), planar.Ginibre("X", P, D, variance=1 / P)
LETTERS = {R: k ** (-alpha / 2), M: k ** (alpha - 1 - 2 * alpha * r)}

left, right = planar.resolvent(R * X.T * X * R, lam), planar.resolvent(R * X.T * X * R, mu)
sketch, turned = planar.resolvent(F * F.T * R * R, lam), planar.resolvent(R * R * F * F.T, mu)
both = F * F.T * R * X.T * X * R

RISK = D * lam**2 * planar.tr(R * R * left * M * left)
NOISE = D / P * planar.tr(R * R * left * R * X.T * X * R * left)
SKETCH = D * lam**2 * planar.tr(R * R * sketch * M * planar.resolvent(R * R * F * F.T, lam))
FEATURES = (
    D * lam**2 * planar.tr(R * R * planar.resolvent(both, lam) * M * planar.resolvent(both.T, lam))
)
FLOW = D * planar.tr(R * R * sketch * M * turned)

FAR = {lam: n**-12}
SPECTRA = {"low": ((1.8, 0.35), (2.3, 0.42)), "high": ((2.0, 0.8), (2.4, 1.3))}
"""Capacity alpha and source r, two of each regime."""


derived = cache(planar.derive)


def law(
    expression: Any, values: Mapping[Any, Any], spectrum: tuple[float, float], times: Any = None
) -> Any:
    """The derived law at one spectrum."""
    held = {letter: power for letter, power in LETTERS.items() if expression.has(letter)}
    at = dict(zip((alpha, r), spectrum, strict=True))
    return derived(expression).scaling({**held, **values}, at=at, times=times)


REGIMES: dict[str, tuple[Any, Mapping[Any, Any], Callable[[float, float], float]]] = {
    "data": (RISK, {P: n, **FAR}, lambda a, s: -2 * a * min(s, 1)),
    "ridge": (RISK, {P: n**3, lam: 1 / n}, lambda a, s: -2 * min(s, 1)),
    "noise": (NOISE, {P: n, lam: n ** Rational(-1, 2)}, lambda a, s: 0.5 / a - 1),
    "features": (SKETCH, {N: n, **FAR}, lambda a, s: -a * min(2 * s, 1)),
    "time": (FLOW, {N: n**4}, lambda a, s: -2 * s if 2 * s < 4 + 1 - 1 / a else 1 / a - 5),
}


@cache
def of_regime(name: str, spectrum: tuple[float, float]) -> Any:
    """The law of a row of the table."""
    expression, values, _ = REGIMES[name]
    return law(expression, values, spectrum, {lam: n, mu: n} if expression is FLOW else None)


def published(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """Every exponent of the table at every spectrum, and the correction of many features."""
    derived, stated = [], []
    for regime, (_, _, exponent) in REGIMES.items():
        for spectrum in (*SPECTRA["low"], *SPECTRA["high"]):
            derived_law = of_regime(regime, spectrum)
            derived.append(_number(derived_law.exponent, spectrum))
            stated.append(exponent(*spectrum))
    for a, s in (*SPECTRA["low"], *SPECTRA["high"]):
        few, many = (
            law(FEATURES, {P: n, N: n**power, **FAR}, (a, s)) for power in (3, 3 + Rational(1, 8))
        )
        exponents = {_number(t.exponent, (a, s)) for t in few.terms}
        moved = {_number(t.exponent, (a, s)) + 1 / 8 for t in many.terms}
        derived.append(max(e for e in exponents if min(abs(e - m) for m in moved) < 1e-9))
        stated.append(1 - a * min(2 * s, 1) - 3)
    return derived, stated, 1e-9


def sampled(regime: str) -> Callable[..., tuple[Any, Any, Any]]:
    """Slopes over sizes that were sampled: of the law, its corrections included, and fitted, with
    the exponent as first row.
    """

    def compare(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
        rows, fitted, spread = [], [], []
        for spectrum in (*SPECTRA["low"], *SPECTRA["high"]):
            law = of_regime(regime, spectrum)
            sizes, losses = errors(regime, rng, draws, *spectrum)
            slopes = [
                np.polyfit(np.log(sizes), np.log(half.mean(axis=0)), 1)[0]
                for half in np.array_split(losses, 10)
            ]
            rows.append(
                (
                    _number(law.exponent, spectrum),
                    np.polyfit(np.log(sizes), np.log(law(sizes)), 1)[0],
                )
            )
            fitted.append(np.polyfit(np.log(sizes), np.log(losses.mean(axis=0)), 1)[0])
            spread.append(np.std(slopes, ddof=1) / np.sqrt(10))
        exponents, local = np.array(rows).T
        allowed = 4 * np.array(spread) + 0.03
        return (
            np.array([exponents, local]),
            np.array([fitted, fitted]),
            np.array([allowed + abs(exponents - local), allowed]),
        )

    return compare


def model_size(rng: np.random.Generator, draws: int) -> tuple[Any, Any, Any]:
    """The loss of N random features at b = 2, a = 4.2: the law, and the mean of draws."""
    law = of_regime("features", SPECTRA["high"][0])
    sizes, losses = errors("features", rng, draws, *SPECTRA["high"][0])
    return (
        law(sizes),
        losses.mean(axis=0),
        4 * losses.std(axis=0, ddof=1) / np.sqrt(draws) + 0.05 * law(sizes),
    )


def _number(form: Any, spectrum: tuple[float, float]) -> float:
    return float(
        form.subs(dict(zip((alpha, r), (Rational(str(v)) for v in spectrum), strict=True)))
    )


theorems = (
    Curves(
        "exponents of regression on power laws",
        SCALING,
        (RISK, SKETCH),
        {
            "the table, at four spectra": published,
            **{
                f"slopes limited by {x}, and sampled": sampled(x)
                for x in ("data", "ridge", "noise", "features")
            },
            "model size": model_size,
        },
        draws=60,
        axes={"model size": Axis("features N", [16, 32, 64, 128], "loss, b = 2, a = 4.2")},
    ),
)

if __name__ == "__main__":
    run_all(theorems)
