"""What a request holds, checked: texts, numbers and choices within their bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from planar.foundations.errors import PlanarError

__all__ = ["choice", "integer", "numbers", "place", "text"]

_NUMBERS = 64
_LARGEST = 1e12


def text(request: Mapping[str, Any], name: str, limit: int) -> str:
    """A text of at most ``limit`` characters that are all characters."""
    value = request.get(name)
    if not isinstance(value, str):
        raise PlanarError(f"the request has no text `{name}`.")
    if len(value) > limit:
        raise PlanarError(
            f"the {name} may have at most {limit} characters, got {len(value)}; shorten it."
        )
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise PlanarError(f"the {name} contains half a character (a lone surrogate); retype it.")
    return value


def integer(request: Mapping[str, Any], name: str, least: int, most: int, default: int) -> int:
    """An integer between two bounds, both included."""
    value = request.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise PlanarError(f"`{name}` must be an integer between {least} and {most}.")
    return value


def choice(request: Mapping[str, Any], name: str, among: Sequence[str], default: str) -> str:
    """One of a few words."""
    value = request.get(name, default)
    if not isinstance(value, str) or value not in among:
        raise PlanarError(f"`{name}` must be one of {', '.join(among)}.")
    return value


def numbers(request: Mapping[str, Any], name: str) -> dict[str, float]:
    """Finite numbers by name."""
    values = request.get(name, {})
    if not isinstance(values, dict) or len(values) > _NUMBERS:
        raise PlanarError(f"`{name}` must be an object of at most {_NUMBERS} numbers.")
    return {key: _number(key, value) for key, value in values.items()}


def _number(name: str, value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or abs(value) > _LARGEST
        or not isfinite(value)
    ):
        raise PlanarError(f"the value of {name[:40]} must be a finite number of at most 1e12.")
    return float(value)


def place(error: PlanarError, field: str, lines: Sequence[str]) -> dict[str, Any]:
    """An error as the page shows it: a sentence, the field, the line, first and last character.

    Of equal lines the last is meant: declared twice is the second one.
    """
    shown: dict[str, Any] = {"error": str(error), "field": field}
    if error.place is None:
        return shown
    number = max((i for i, line in enumerate(lines) if line == error.text), default=0)
    return {**shown, "line": number, "start": error.place[0], "end": error.place[1]}
