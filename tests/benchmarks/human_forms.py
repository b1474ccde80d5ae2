"""What a theorist wrote for expressions of the tests, as formulas or only as their length.

A formula stands here to be compared, as the published ones in ``derivations/``:
``tests/test_forms_measure.py`` holds each against the derived one. Where a formula and a length
are known, the shorter one is the target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from letters import M2, TWO, A, D, F, K, L, M, N, P, R, U, lam, mu, nu, z
from sympy import Add, Expr, Identity, Inverse, MatrixExpr, Mul, Symbol, Trace, symbols

Written = tuple[Expr, Mapping[Symbol, Expr]]
"""A right-hand side and the definitions of its symbols."""

LENGTHS: dict[str, int] = {
    "system: A W + W A, two-point": 185,
    "three-point: three resolvents": 669,
    "three-point: three, two bulks": 1499,
    "two-point: a square and a sum": 659,
    "two-point: mixed sum": 541,
    "two-point: two-bulk letter between": 833,
    "rectangular: two groups, two-point": 788,
}
"""Characters of forms that were written by hand, where the formula itself is not stated."""

kappa, other, s, t = symbols("kappa kappa' s s'")


def _resolvent(ridge: Expr, letter: MatrixExpr) -> MatrixExpr:
    return Inverse(ridge * Identity(N) + letter)


def zero_mean_twice() -> Written:
    """Both letters of H A H pair up from outside inwards."""
    return Identity(N) / kappa, {
        kappa: 6 * lam + kappa * Trace(A * _resolvent(kappa, A)) / N,
    }


def haar_added_twice() -> Written:
    """The resolvent identity in place of 1 - gamma: ridges one apart, kappa' - kappa apart."""
    g, h = _resolvent(kappa, F), _resolvent(other, F)
    share = (other - kappa - 1) * Trace(M * g * h) / Trace(g * h)
    return g * M * h + share * g * h, {
        kappa: 3 + z + 2 * s,
        s: (s**2 - 1) * Trace(g) / N,
        other: 4 + z + 2 * t,
        t: (t**2 - 1) * Trace(h) / N,
    }


def deep_features_twice() -> Written:
    """Two-point at any depth: outer and inner ridges, one ratio of differences each."""
    sigma = R * R
    inner, after, first, last = symbols("kappa_2 kappa_2' kappa_1 kappa_1'")
    e, c, trace = symbols("e c t")
    g, h = _resolvent(inner, sigma), _resolvent(after, sigma)
    widths = (D, L, K)

    def ridges(outer: Symbol, deep: Symbol, ridge: Symbol, part: MatrixExpr) -> dict[Symbol, Expr]:
        freedom = Trace(sigma * part)
        return {
            outer: ridge / (1 - freedom / P),
            deep: outer / Mul(*(1 - freedom / n for n in widths)),
        }

    driven = e * Trace(M * sigma**2 * g * h) / N / (inner * after)
    once = Trace(M * sigma * g * h) / N + driven
    rhs = g * M * h + driven / trace * g * h + c * once * (sigma + e * Identity(N)) * g * h
    return inner * after / (lam * mu) * rhs, {
        **ridges(first, inner, lam, g),
        **ridges(last, after, mu, h),
        e: (last * inner - first * after) / (last - first),
        c: N / P * (last - first) / (mu - lam),
        trace: Trace(sigma * g * h) / N,
    }


def three_wishart() -> Written:
    """Nested: t12 and t23 are driven amplitudes, what lies between the outer two is dressed."""
    ridges = symbols("kappa kappa' kappa''")
    shares, (one, two) = symbols("S S' S''"), symbols("t_12 t_23")
    g, h, k = (_resolvent(ridge, A) for ridge in ridges)
    q = N / P
    dressed = (M + one * A**2) * h * (M2 + two * Identity(N)) - one * two * A

    def amplitude(driven: MatrixExpr, loop: MatrixExpr) -> Expr:
        return Trace(driven) / P / (1 - Trace(loop) / P)

    rung = amplitude(A * g * dressed * k, A**2 * g * k)
    definitions = {
        one: amplitude(g * M * h, A**2 * g * h),
        two: amplitude(A**2 * h * M2 * k, A**2 * h * k),
    }
    for ridge, share, shift in zip(ridges, shares, (lam, mu, nu), strict=True):
        freedom = Trace(A * _resolvent(ridge, A)) / N
        definitions |= {ridge: shift / (1 - q * freedom), share: ridge / shift}
    return Mul(*shares) * (g * dressed * k + rung * A * g * k), definitions


def mixed_sum() -> Written:
    """Both letters close the ladder on the same trace: one rung, the sum of theirs."""
    s, t, w, u = symbols("s_Q t s_W u")
    after, trace, share, driven, rho = symbols("s_Q' t' s_W' m rho")
    g = Inverse((lam + w) * Identity(N) + s * A)
    h = Inverse((mu + after) * Identity(N) + share * A)
    slope = (s - after) / (trace - t)
    dressed = (
        K / N * M
        - after * (1 - after) * driven * Identity(N)
        - s * (1 - s) * u * A * M
        + slope * (1 - s - after) * u * driven * A
    )
    rung = rho * Trace(g * dressed * h) / N / (1 - rho * Trace(A * g * h) / N)
    return g * dressed * h + rung * g * A * h, {
        s: K / N - t * s * (1 - s),
        t: Trace(A * g) / N,
        w: 1 / (1 + N / P * u),
        u: Trace(g) / N,
        after: K / N - trace * after * (1 - after),
        trace: Trace(h) / N,
        share: 1 / (1 + Trace(A * h) / P),
        driven: Trace(M * h) / N,
        rho: slope + N / P * w * share,
    }


def two_groups_twice() -> Written:
    """A two by two system of rungs, solved by its determinant."""
    s, v, after, share = symbols("s_X s_Y s_X' s_Y'")
    x, y, joint, first, second = symbols("x y a gamma_X gamma_Y")
    t, u = symbols("t_X t_Y")
    g = Inverse(lam * Identity(N) + s * R**2 + v * U**2)
    h = Inverse(mu * Identity(N) + after * R**2 + share * U**2)
    determinant = (1 - first) * (1 - second) - x * y * joint**2
    of_x = x * ((1 - second) * t + y * joint * u) / determinant
    of_y = y * ((1 - first) * u + x * joint * t) / determinant
    return g * M * h + of_x * g * R**2 * h + of_y * g * U**2 * h, {
        s: 1 / (1 + Trace(R**2 * g) / P),
        v: 1 / (1 + Trace(U**2 * g) / K),
        after: 1 / (1 + Trace(R**2 * h) / P),
        share: 1 / (1 + Trace(U**2 * h) / K),
        x: N * s * after / P,
        y: N * v * share / K,
        joint: Trace(R**2 * g * U**2 * h) / N,
        first: x * Trace(R**2 * g * R**2 * h) / N,
        second: y * Trace(U**2 * g * U**2 * h) / N,
        t: Trace(R**2 * g * M * h) / N,
        u: Trace(U**2 * g * M * h) / N,
    }


def two_bulk_letter_between() -> Written:
    """The letter in the middle is a node at zero; divided differences are differences."""
    s_, x, after, y = symbols("s x s' x'")
    driven, other_driven, a, b, c, rho = symbols("t t' rho_1 rho_2 rho_3 rho")
    g, h = (Inverse(ridge * Identity(N) + v * A) for ridge, v in ((lam, s_), (mu, after)))
    mean = TWO.free_cumulant(1)
    dressed = (
        mean * M * M2 - a * other_driven * M - b * driven * A * M2 + c * driven * other_driven * A
    )
    rung = rho * Trace(A * g * dressed * h) / N / (1 - rho * Trace(A**2 * g * h) / N)
    definitions = {
        driven: Trace(g * M) / N,
        other_driven: Trace(A * h * M2) / N,
        a: (mean - after) / -y,
        b: (s_ - mean) / x,
        c: (b - a) / (x - y),
        rho: (s_ - after) / (x - y),
    }
    for v, h_, part in ((s_, x, g), (after, y, h)):
        definitions |= {v: _on_spectrum(v, h_), h_: -Trace(A * part) / N}
    return g * dressed * h + rung * g * A * h, definitions


def _on_spectrum(s_: Symbol, h: Symbol) -> Expr:
    """The self-energy of a letter of known spectrum: <b/(1 + h (s - b))>/<1/(1 + h (s - b))>."""
    values, weights = TWO.atoms_and_weights()
    parts = [w / (1 + h * (s_ - b)) for b, w in zip(values, weights, strict=True)]
    return Add(*(b * part for b, part in zip(values, parts, strict=True))) / Add(*parts)


FORMULAS: dict[str, Callable[[], Written]] = {
    "system: zero mean twice": zero_mean_twice,
    "rectangular: Haar, itself added, two-point": haar_added_twice,
    "rectangular: deep features, two-point": deep_features_twice,
    "rectangular: two groups, two-point": two_groups_twice,
    "three-point: three resolvents": three_wishart,
    "two-point: mixed sum": mixed_sum,
    "two-point: two-bulk letter between": two_bulk_letter_between,
}
"""Forms that are stated, by the name of their expression."""
