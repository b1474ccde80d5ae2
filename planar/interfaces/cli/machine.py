"""Results as JSON, for programs: every formula as text and as LaTeX, numbers as numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from planar.derivation.definitions import Definition
from planar.diagrams import Diagram
from planar.evidence.check.comparison import Comparison
from planar.evidence.check.verdict import Verdict
from planar.interfaces.api import DeterministicEquivalent
from planar.writing.latex import chalk, latex

__all__ = ["comparison", "diagrams", "formula", "printed", "verdict"]


def printed(value: Any) -> str:
    """JSON text, keys in the order given; infinities and NaN are null."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def formula(equivalent: DeterministicEquivalent) -> dict[str, Any]:
    """The equivalent with its definitions and letters."""
    return {
        "expression": _both(equivalent.lhs),
        "equivalent": _both(equivalent.rhs),
        "definitions": [_definition(d) for d in equivalent.definitions],
        "closed": equivalent.closed,
        "letters": [
            {"name": x.name, "kind": type(x).__name__, "shape": [str(n) for n in x.shape]}
            for x in (*equivalent.letters, *equivalent.laws)
        ],
        "scalars": [s.name for s in equivalent.scalars],
        "assumptions": list(equivalent.assumptions),
        "latex": equivalent.latex(),
    }


def _definition(found: Definition) -> dict[str, Any]:
    return {
        "symbol": found.symbol.name,
        "latex": latex(found.symbol),
        "meaning": found.meaning,
        "implicit": found.implicit,
        **_both(found.expr, "expression"),
    }


def diagrams(order: int, found: list[Diagram]) -> dict[str, Any]:
    """The diagrams of one order: value, weight, blocks of positions among the random letters."""
    return {
        "order": order,
        "count": len(found),
        "diagrams": [
            {"value": str(d), "weight": chalk(d.weight), "walk": str(d.walk), "blocks": d.partition}
            for d in found
        ],
    }


def verdict(found: Verdict, values: str) -> dict[str, Any]:
    """The verdict and the probes behind it."""
    return {
        "verdict": found.verdict,
        "z_score": found.z_score,
        "relative_error": found.relative_error,
        "standard_error": found.standard_error,
        "bias": found.bias,
        "trials": found.trials,
        "seed": found.seed,
        "sizes": [dict(size) for size in found.sizes],
        "probes": [row._asdict() for row in found.table],
        "values": values.removeprefix("values: "),
    }


def comparison(found: Comparison) -> dict[str, Any]:
    """Theory on the grid, samples at their points."""
    return {
        "symbol": str(found.symbol),
        "grid": found.grid,
        "predicted": found.predicted,
        "points": found.points,
        "sampled": found.sampled,
        "standard_error": found.standard_error,
        "trials": found.trials,
        "seed": found.seed,
    }


def _both(expression: Any, name: str = "text") -> dict[str, str]:
    return {
        name: chalk(expression),
        "latex" if name == "text" else f"{name}_latex": latex(expression),
    }


def _plain(value: Any) -> Any:
    """What JSON can hold: complex numbers as pairs unless they are real."""
    match value:
        case dict():
            return {key: _plain(x) for key, x in value.items()}
        case list() | tuple() | np.ndarray():
            return [_plain(x) for x in value]
        case bool() | str() | None:
            return value
        case int() | np.integer():
            return int(value)
    number = complex(value)
    if not np.isfinite(number):
        return None
    return number.real if number.imag == 0 else [number.real, number.imag]
