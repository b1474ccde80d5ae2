"""Compute-optimal frontier of one-pass SGD on N random features: the phases of the plane of
spectra, with their exponents.

Source: "4+3 phases of compute-optimal neural scaling laws", arXiv 2405.15074; "A dynamical model of
neural scaling laws", arXiv 2402.01092. Sigma_k = k^-2alpha, w_k = k^-beta, N features, a budget f =
N t of steps times features. The loss is the larger of a forcing F (which holds the population's
part, the embedding's and the limit of finite N) and of the kernel K of the gradient noise: in a
Volterra equation with finite gain the slower of the two prevails. Both are derived at two
frequencies or one, and reduced to powers; the best share x, N = f^x, lies where two of these meet.
Phases Ia: N = f^(1/(2 alpha + 1)); II: N = f^(beta/(alpha + beta)), loss f^-((2 alpha + 2 beta -
1)/(2 (alpha + beta))); III: N = f^(1/2), loss f^-(1 - 1/(4 alpha)). Where 2 alpha < 1 the trace
diverges with the D ~ N inputs and the rate falls as N^(2 alpha - 1): Ib, loss f^(1/2 - alpha -
beta), and IVa, f^-alpha, both at N = f^(1/2). Ib and IVa are those of D = N^delta, delta > 1, as
delta -> 1.

Valid inside of each phase; at sizes of hundreds the slopes of the frontier are within 0.04 of the
exponents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from sympy import Rational, symbols

import planar
from derivations.theorem import Curves, run_all

SOURCE = '"4+3 phases of compute-optimal neural scaling laws", arXiv 2405.15074'
D, N = planar.dims("D N")
lam, mu = symbols("lambda mu", positive=True)
k, n, x, alpha, beta, delta, rate = symbols("k n x alpha beta delta eta", positive=True)
A, w = planar.deterministic("A", D, positive=True), planar.deterministic("w", D, 1)
F = planar.Ginibre("F", D, N, variance=1 / N)
H = F * F.T * A

FORCING = D * planar.tr(A * planar.resolvent(H, lam) * w * w.T * planar.resolvent(H.T, mu))
KERNEL = rate * D * planar.tr(A * planar.resolvent(H, lam) * H * F * F.T)
"""At twice the time; its rate squared meets the sum over steps of F, which is one over the rate."""

TRACED: dict[str, tuple[tuple[tuple[str, str], ...], Any, Any]] = {
    "Ia": (
        (("0.9", "0.3"), ("0.7", "0.2")),
        1 / (2 * alpha + 1),
        (1 - 2 * alpha - 2 * beta) / (2 * alpha + 1),
    ),
    "II": (
        (("0.9", "0.7"), ("1.2", "0.9")),
        beta / (alpha + beta),
        (1 - 2 * alpha - 2 * beta) / (2 * (alpha + beta)),
    ),
    "III": ((("0.75", "0.9"), ("0.9", "1.2")), Rational(1, 2), 1 / (4 * alpha) - 1),
}
UNTRACED: dict[str, tuple[tuple[tuple[str, str], ...], Any, Any]] = {
    "Ib": ((("0.4", "0.3"), ("0.45", "0.2")), Rational(1, 2), Rational(1, 2) - alpha - beta),
    "IVa": ((("0.4", "0.7"), ("0.45", "0.8")), Rational(1, 2), -alpha),
}


@cache
def derived() -> tuple[planar.DeterministicEquivalent, planar.DeterministicEquivalent]:
    return planar.derive(FORCING), planar.derive(KERNEL)


def losses(time: Any, kick: Any, more: Mapping[Any, Any]) -> list[Any]:
    """Forcing and kernel with their values, at a time and a rate."""
    forcing, kernel = derived()
    values = {A: k ** (-2 * alpha), N: n**x, **more}
    return [
        (forcing, {**values, w: k**-beta}, {lam: time, mu: time}),
        (kernel, {**values, rate: kick}, {lam: 2 * time}),
    ]


def traced(at: Mapping[Any, Any]) -> tuple[Any, Any]:
    """Share and exponent where the trace of the covariance is finite."""
    optimum = planar.compute_optimal(losses(n ** (1 - x), 1, {}), x, at=at)
    return optimum.share, optimum.exponent


def untraced(at: Mapping[Any, Any]) -> tuple[Any, Any]:
    """The same from the powers on either side, D = N^delta with delta -> 1."""
    falls = n ** (x * delta * (2 * alpha - 1))
    every = losses(n ** (1 - x) * falls, falls, {D: n ** (delta * x)})
    sides = []
    for share in (Rational(2, 5), Rational(3, 5)):
        here = {**at, x: share}
        laws = []
        for equivalent, values, times in every:
            try:
                law = equivalent.scaling(values, at={**here, delta: Rational(11, 10)}, times=times)
            except planar.NoPowerError:
                continue
            laws.append(law.exponent.subs(delta, 1))
        sides.append(_largest(laws, here))
    gap = (sides[0] - sides[1]).expand()
    share = -gap.subs(x, 0) / gap.diff(x)
    return share, sides[0].subs(x, share)


def _largest(exponents: list[Any], at: Mapping[Any, Any]) -> Any:
    return max(exponents, key=lambda e: e.subs(at))


def phases(
    table: Mapping[str, tuple[Any, Any, Any]],
    method: Callable[[Mapping[Any, Any]], tuple[Any, Any]],
    which: int,
) -> Callable[[np.random.Generator], tuple[Any, Any, Any]]:
    """Derived share and exponent at one point a phase against the published forms; equal as forms,
    or it is no agreement.
    """

    def compare(rng: np.random.Generator) -> tuple[Any, Any, Any]:
        ours, theirs = [], []
        for points, share, exponent in table.values():
            a, b = points[which]
            at = {alpha: Rational(a), beta: Rational(b)}
            computed = method(at)
            same = all(
                (f - g).simplify() == 0 for f, g in zip(computed, (share, exponent), strict=True)
            )
            ours += [float(f.subs(at)) if same else np.inf for f in computed]
            theirs += [float(g.subs(at)) for g in (share, exponent)]
        return ours, theirs, 1e-12

    return compare


BUDGETS = 2.0 ** np.arange(11, 17)
WIDTHS = np.unique(np.round(2.0 ** np.arange(3, 10, 0.5))).astype(int)


def frontier(a: float, b: float) -> Any:
    """The least loss of one-pass SGD at each budget over many widths, from its curves on 1500
    modes.
    """
    modes = np.arange(1, 1501.0)
    best = np.full(len(BUDGETS), np.inf)
    for width in WIDTHS:
        times = np.unique(np.maximum(BUDGETS / width, 1).astype(int))
        curves = planar.dynamics.sgd_curves(
            spectrum=modes ** (-2 * a),
            teacher=modes**-b,
            samples=None,
            features=int(width),
            batch_size=1,
            learning_rate=0.3,
            times=times,
        )
        best = np.minimum(
            best,
            np.exp(
                np.interp(
                    np.log(np.maximum(BUDGETS / width, 1)), np.log(times), np.log(curves.test)
                )
            ),
        )
    return best


def slopes(rng: np.random.Generator) -> tuple[Any, Any, Any]:
    """Exponents of the loss along the frontier: derived, and of curves at budgets from 2^11 to
    2^16.
    """
    points = {name: tuple(map(float, points[0])) for name, (points, _, _) in TRACED.items()}
    ours = [float(TRACED[name][2].subs({alpha: a, beta: b})) for name, (a, b) in points.items()]
    theirs = [np.polyfit(np.log(BUDGETS), np.log(frontier(a, b)), 1)[0] for a, b in points.values()]
    return ours, theirs, 0.05


ELSEWHERE = {"Ia, II, III": phases(TRACED, traced, 1), "Ib, IVa": phases(UNTRACED, untraced, 1)}
theorems = (
    Curves(
        "share and loss, phases Ia, II, III",
        SOURCE,
        (FORCING, KERNEL),
        {"forms": phases(TRACED, traced, 0)},
    ),
    Curves("share and loss, phases Ib, IVa", SOURCE, (), {"forms": phases(UNTRACED, untraced, 0)}),
    Curves("share and loss, elsewhere in each phase", SOURCE, (), ELSEWHERE, long=True),
    Curves(
        "the frontier of curves",
        SOURCE,
        (),
        {"slopes at budgets of 2^11 to 2^16": slopes},
        long=True,
    ),
)

if __name__ == "__main__":
    run_all(theorems)
