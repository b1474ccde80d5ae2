"""A result on axes, as data: lines of theory, points of experiment, marks, and what the axes show.

A result that can be plotted has a method ``traces``; what draws plots reads these values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

__all__ = ["TheoryLine", "Mark", "SamplePoints", "Traceable", "Traces"]


@dataclass(frozen=True, eq=False)
class TheoryLine:
    """Theory: ``y`` over ``x``.

    ``name`` distinguishes the lines of one result; ``unlabelled`` names a line that stands alone.
    """

    x: Any
    y: Any
    name: str = ""
    dashed: bool = False
    unlabelled: str = ""


@dataclass(frozen=True, eq=False)
class SamplePoints:
    """Experiment: ``y`` at ``x`` with bars of length ``error`` to both sides."""

    x: Any
    y: Any
    error: Any
    name: str = ""


@dataclass(frozen=True, eq=False)
class Mark:
    """A place on the horizontal axis with something to say, such as an atom of a spectrum."""

    x: float
    text: str


@dataclass(frozen=True, eq=False)
class Traces:
    """What one result puts on axes.

    ``across`` is a SymPy symbol or text, ``up`` text, with mathematics between dollars;
    ``distribution`` says that a histogram of samples belongs under the lines.
    """

    across: Any
    up: str
    lines: tuple[TheoryLine, ...]
    points: tuple[SamplePoints, ...] = ()
    marks: tuple[Mark, ...] = ()
    distribution: bool = False


@runtime_checkable
class Traceable(Protocol):
    """A result that says how it is put on axes."""

    def traces(self) -> Traces: ...
