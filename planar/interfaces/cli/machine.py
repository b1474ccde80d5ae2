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

__all__ = ["comparison", "diagrams", "formula", "json_text", "verdict"]


def json_text(value: Any) -> str:
    """JSON text, keys in the order given; infinities and NaN are null."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def formula(equivalent: DeterministicEquivalent) -> dict[str, Any]:
    """The equivalent with its definitions and letters."""
    return {
        "expression": _both(equivalent.lhs),
        "equivalent": _both(equivalent.rhs),
        "definitions": [_definition(d) for d in equivalent.definitions],
        "closed": equivalent.closed,
        "certificate": _certificate(equivalent),
        "letters": [_letter(x) for x in (*equivalent.letters, *equivalent.laws)],
        "scalars": [s.name for s in equivalent.scalars],
        "assumptions": list(equivalent.assumptions),
        "latex": equivalent.latex(),
    }


def _certificate(equivalent: DeterministicEquivalent) -> dict[str, Any]:
    certificate = equivalent.certificate
    return {
        "status": certificate.status,
        "relative_error": certificate.error,
        "sentence": certificate.sentence,
    }


def _letter(letter: Any) -> dict[str, Any]:
    return {
        "name": letter.name,
        "kind": type(letter).__name__,
        "shape": [str(n) for n in letter.shape],
    }


def _definition(definition: Definition) -> dict[str, Any]:
    return {
        "symbol": definition.symbol.name,
        "latex": latex(definition.symbol),
        "meaning": definition.meaning,
        "implicit": definition.implicit,
        **_both(definition.expr, "expression"),
    }


def diagrams(order: int, enumerated: list[Diagram]) -> dict[str, Any]:
    """The diagrams of one order: value, weight, blocks of positions among the random letters."""
    return {
        "order": order,
        "count": len(enumerated),
        "diagrams": [
            {"value": str(d), "weight": chalk(d.weight), "walk": str(d.walk), "blocks": d.partition}
            for d in enumerated
        ],
    }


def verdict(result: Verdict, values: str) -> dict[str, Any]:
    """The verdict and the probes behind it."""
    return {
        "verdict": result.verdict,
        "z_score": result.z_score,
        "relative_error": result.relative_error,
        "standard_error": result.standard_error,
        "bias": result.bias,
        "trials": result.trials,
        "seed": result.seed,
        "sizes": [dict(size) for size in result.sizes],
        "probes": [row._asdict() for row in result.table],
        "values": values.removeprefix("values: "),
    }


def comparison(result: Comparison) -> dict[str, Any]:
    """Theory on the grid, samples at their points."""
    return {
        "symbol": str(result.symbol),
        "grid": result.grid,
        "predicted": result.predicted,
        "points": result.points,
        "sampled": result.sampled,
        "standard_error": result.standard_error,
        "trials": result.trials,
        "seed": result.seed,
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
