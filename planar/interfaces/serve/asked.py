"""What a request holds, checked: texts, numbers and choices within their bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from planar.foundations.errors import PlanarError

__all__ = ["choice", "integer", "numbers", "place", "text"]

_NUMBERS = 64


def text(request: Mapping[str, Any], name: str, limit: int) -> str:
    """A text of at most ``limit`` characters that are all characters."""
    found = request.get(name)
    if not isinstance(found, str):
        raise PlanarError(f"the request has no text `{name}`.")
    if len(found) > limit:
        raise PlanarError(f"the {name} has {len(found)} characters, more than {limit}; shorten it.")
    if any("\ud800" <= c <= "\udfff" for c in found):
        raise PlanarError(f"the {name} holds half a character (a lone surrogate); type it again.")
    return found


def integer(request: Mapping[str, Any], name: str, least: int, most: int, default: int) -> int:
    """An integer between two bounds, both included."""
    found = request.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise PlanarError(f"`{name}` is an integer between {least} and {most}.")
    return found


def choice(request: Mapping[str, Any], name: str, among: Sequence[str], default: str) -> str:
    """One of a few words."""
    found = request.get(name, default)
    if not isinstance(found, str) or found not in among:
        raise PlanarError(f"`{name}` is one of {', '.join(among)}.")
    return found


def numbers(request: Mapping[str, Any], name: str) -> dict[str, float]:
    """Finite numbers by name."""
    found = request.get(name, {})
    if not isinstance(found, dict) or len(found) > _NUMBERS:
        raise PlanarError(f"`{name}` is an object of at most {_NUMBERS} numbers.")
    return {key: _number(key, value) for key, value in found.items()}


def _number(name: str, value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or abs(value) > 1e12
        or not isfinite(value)
    ):
        raise PlanarError(f"the value of {name[:40]} is a finite number of at most 1e12.")
    return float(value)


def place(error: PlanarError, field: str, lines: Sequence[str]) -> dict[str, Any]:
    """An error as the page shows it: a sentence, the field and the line that it is in, first and
    last character there.

    Of equal lines the last is meant: declared twice is the second one.
    """
    found: dict[str, Any] = {"error": str(error), "field": field}
    if error.place is None:
        return found
    number = max((i for i, line in enumerate(lines) if line == error.text), default=0)
    return {**found, "line": number, "start": error.place[0], "end": error.place[1]}
