"""The task ``export``: texts that the page hands over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planar.interfaces.serve import asked
from planar.interfaces.serve.diagram_task import first_diagrams, style
from planar.interfaces.serve.plot_tasks import compared
from planar.interfaces.serve.subject import Subject
from planar.kernels.backends.registry import BACKENDS
from planar.writing.drawing import draw
from planar.writing.plots import plot

__all__ = ["EXPORTS", "export"]

EXPORTS = ("latex", "steps", "tikz", "svg", "figure", *BACKENDS)
"""What can be exported."""

_FIGURE_POINTS = 65


def export(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    """The text of one kind."""
    return {"made": _text(subject, request)}


def _text(subject: Subject, request: Mapping[str, Any]) -> str:
    match asked.choice(request, "kind", EXPORTS, "latex"):
        case "latex":
            return subject.equivalent.latex()
        case "steps":
            return subject.equivalent.latex_steps()
        case "tikz" | "svg" as format:
            return str(draw(first_diagrams(subject, request), format, **style(request)))
        case "figure":
            return plot(compared(subject, request, _FIGURE_POINTS)).svg
        case backend:
            return subject.equivalent.source(backend)
