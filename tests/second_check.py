"""What is compared of a case: planar's numbers with the dense fixed point and with samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from dense_oracle import NoPath, along, fixed_point
from sampled_oracle import NoSampler, probes, sampled
from second_generator import ENLARGED, Case
from sympy import Dummy, Expr, MatrixSymbol, Symbol, oo

from planar import PlanarError, derive
from planar.foundations.errors import TooLargeError, Ungraded

CLOSE = 1e-6
"""Relative difference from the fixed point that is allowed."""


def answered(case: Case) -> Any:
    """The equivalent that was asked for."""
    equivalent = derive(case.expression)
    match case.asked:
        case "diff":
            return equivalent.diff(case.about[0])
        case "subs":
            return equivalent.subs({case.about[0]: case.about[1]})
        case "infinite":
            return equivalent.limit(case.about[0], oo)
        case "ridgeless":
            return equivalent.limit(case.about[0], 0)
        case "restate":
            fresh = {d.symbol: Dummy(f"y{i}") for i, d in enumerate(equivalent.definitions)}
            parts = {fresh[d.symbol]: d.expr.xreplace(fresh) for d in equivalent.definitions}
            return equivalent.restate(equivalent.rhs.xreplace(fresh), parts)
        case _:
            return equivalent


def values(case: Case, equivalent: Any, copies: int = 1) -> dict[Any, Any]:
    """Values of what is asked; a derivative may have lost symbols."""
    given = case.given(copies)
    if case.asked == "diff":
        kept = equivalent.lhs.atoms(Symbol, MatrixSymbol)
        return {k: v for k, v in given.items() if k in kept}
    if case.asked in ("subs", "infinite", "ridgeless"):
        given.pop(case.about[0], None)
    return given


def expected(case: Case) -> Any:
    """The same by the fixed point, with differences in place of derivatives."""
    sizes, given = dict(case.sizes), dict(case.values)
    expression, about = case.expression, case.about
    if case.asked == "subs":
        given[about[0]] = given[about[1]]
    if case.asked == "infinite":
        sizes[about[0]] = 10**14
    if case.asked == "diff":
        return _slope(expression, given, sizes, about[0])
    if case.asked == "ridgeless":
        return _at_zero(expression, given, sizes, about[0])
    return fixed_point(expression, given, sizes)


def _slope(
    expression: Any, given: Mapping[Any, Any], sizes: Mapping[Expr, int], symbol: Symbol
) -> Any:
    """A difference of eighth order on a circle around the point."""
    radius, at = 1e-2 * abs(given[symbol]), given[symbol]
    turns = np.exp(2j * np.pi * np.arange(8) / 8)
    points = along(expression, given, sizes, symbol, [at + radius * u for u in turns])
    return sum(v / u for v, u in zip(points, turns, strict=True)) / (8 * radius)


def _at_zero(
    expression: Any, given: Mapping[Any, Any], sizes: Mapping[Expr, int], symbol: Symbol
) -> Any:
    """Extrapolated from three small values, or no path where they grow."""
    heights = (4e-5, 2e-5, 1e-5)
    a, b, c = map(np.asarray, along(expression, given, sizes, symbol, heights))
    near, far = 2 * c - b, 2 * b - a
    value = (4 * near - far) / 3
    if np.abs(value - near).max() > 1e-7 * np.abs(value).max():
        raise NoPath("no regular limit")
    return value


def examined(case: Case, trials: int = 24, deep: bool = True) -> dict[str, Any]:
    """The verdict on a case: its kind, and what was seen."""
    equivalent = answered(case)
    value = equivalent.evaluate(values(case, equivalent))
    try:
        reference = expected(case)
    except NoPath as why:
        return _drawn(case, equivalent, trials, str(why))
    scale = max(float(np.abs(reference).max()), 1e-3)
    gap = float(np.abs(np.asarray(value) - reference).max()) / scale
    if not gap <= CLOSE:
        return {"kind": "SILENT", "msg": f"gap {gap:.3g}: {probes(value)} for {probes(reference)}"}
    if deep and case.asked == "value":
        return _deeper(case, equivalent, trials)
    return {"kind": "right", "msg": f"{gap:.1e}"}


def _drawn(case: Case, equivalent: Any, trials: int, why: str) -> dict[str, Any]:
    try:
        return _by_samples(case, equivalent, trials, why)
    except NoSampler:
        return {"kind": "unjudged", "msg": why}


def _by_samples(case: Case, equivalent: Any, trials: int, why: str) -> dict[str, Any]:
    if case.asked not in ("value", "restate", "subs"):
        return {"kind": "unjudged", "msg": why}
    copies = ENLARGED // 6
    big, sizes = case.enlarged(copies)
    if case.asked == "subs":
        big = {**big, case.about[0]: big[case.about[1]]}
    drawn = sampled(case.expression, big, sizes, trials, case.seed)
    predicted = probes(equivalent.evaluate(values(case, equivalent, copies)))
    if not drawn.strange(predicted):
        return {"kind": "right", "msg": f"sampled ({why})"}
    twice, sizes = case.enlarged(2 * copies)
    if case.asked == "subs":
        twice = {**twice, case.about[0]: twice[case.about[1]]}
    again = sampled(case.expression, twice, sizes, trials, case.seed + 1)
    predicted = probes(equivalent.evaluate(values(case, equivalent, 2 * copies)))
    kind = "SILENT" if again.strange(predicted) else "right"
    return {"kind": kind, "msg": f"{why}: {predicted} for {again.mean} +- {again.error}"}


def _certificate(equivalent: Any) -> Any:
    """That of third order, None where no symbol carries the orders or diagrams are too many."""
    try:
        return equivalent.verify(order=3)
    except (Ungraded, TooLargeError):
        return None


def _deeper(case: Case, equivalent: Any, trials: int) -> dict[str, Any]:
    """On a fraction: the certificate, and the fixed point itself against samples."""
    notes = []
    if case.seed % 8 == 0:
        certificate = _certificate(equivalent)
        if certificate is not None and not certificate:
            return {"kind": "VERIFY", "msg": str(certificate)}
        notes.append("verified")
    if case.seed % 12 == 0:
        return _drawn(case, equivalent, trials, "also sampled")
    return {"kind": "right", "msg": " ".join(notes)}


def outcome(case: Case, *, deep: bool = True) -> dict[str, Any]:
    """The verdict, where a refusal or a crash is one too, so that a batch reports every seed."""
    line = f"case({case.seed}), {case.asked} {case.about}: {case.expression}"
    try:
        verdict = examined(case, deep=deep)
    except PlanarError as error:
        verdict = {"kind": "refused", "msg": f"{error}"}
    except Exception as error:
        verdict = {"kind": "CRASH", "msg": f"{type(error).__name__} {error}"}
    return {**verdict, "msg": f"{verdict['msg']} <- {line}"}
