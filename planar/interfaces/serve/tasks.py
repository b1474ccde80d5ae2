"""What a worker does with a request: derive, draw, evaluate, sample, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from planar.foundations.errors import PlanarError
from planar.interfaces.serve import asked
from planar.interfaces.serve.diagram_task import diagrams
from planar.interfaces.serve.export_task import EXPORTS, export
from planar.interfaces.serve.formula_task import formula
from planar.interfaces.serve.plot_tasks import controls, samples, theory
from planar.interfaces.serve.subject import Misread, Subject, subject_of

__all__ = ["EXPORTS", "answer"]

DECLARATIONS, EXPRESSION = 20_000, 4_000
"""Characters that are read of each."""

_TASKS: dict[str, Callable[[Subject, Mapping[str, Any]], dict[str, Any]]] = {
    "derive": formula,
    "diagrams": diagrams,
    "controls": controls,
    "theory": theory,
    "samples": samples,
    "export": export,
}


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request.

    Where planar refuses it is ``error`` with a sentence and, where text was read, its place.
    """
    try:
        declarations = asked.text(request, "declarations", DECLARATIONS)
        expression = asked.text(request, "expression", EXPRESSION)
        return _TASKS[request["task"]](subject_of(declarations, expression), request)
    except Misread as misread:
        return misread.shown
    except PlanarError as error:
        return {"error": str(error)}
