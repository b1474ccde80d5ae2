"""A part of a report: its value, or the sentence why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from planar.foundations.errors import PlanarError

__all__ = ["Made", "Part"]

Made = TypeVar("Made")


@dataclass(frozen=True)
class Part(Generic[Made]):
    """One part of a report, or the reason why planar refuses it; all else stands without it."""

    value: Made | None
    reason: str = ""

    @staticmethod
    def of(make: Callable[[], Made]) -> Part[Made]:
        """What is made, or planar's own sentence."""
        try:
            return Part(make())
        except PlanarError as error:
            return Part(None, str(error))
