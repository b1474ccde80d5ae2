"""What a worker does with a request: derive, draw, evaluate, sample, export."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from planar.diagrams import Diagram
from planar.evidence.check.comparison import Comparison
from planar.formulas.chalk_as_latex import mathematics
from planar.foundations.errors import PlanarError
from planar.interfaces.api import DeterministicEquivalent
from planar.interfaces.serve import asked
from planar.interfaces.serve.subject import Control, Misread, Subject, subject
from planar.kernels.kernel import BACKENDS
from planar.writing.drawing import LAYOUTS, draw
from planar.writing.drawing.draw import draw_each
from planar.writing.latex import chalk, latex
from planar.writing.plots import plot

__all__ = ["EXPORTS", "answer"]

DECLARATIONS, EXPRESSION = 20_000, 4_000
"""Characters that are read of each."""

_ORDERS = 8
_MANY = 20_000
_SHOWN = 120
_POINTS = 9
_GRID, _FEW = 81, 33
"""Points along a scalar, and along a dimension, where each is solved by itself."""
_COUNTING = 1.0

EXPORTS = ("latex", "steps", "tikz", "svg", "figure", *BACKENDS)
"""What can be taken away."""


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request, or ``error`` with a sentence and, where text was read, its place."""
    try:
        declarations = asked.text(request, "declarations", DECLARATIONS)
        expression = asked.text(request, "expression", EXPRESSION)
        return _TASKS[request["task"]](subject(declarations, expression), request)
    except Misread as misread:
        return misread.shown
    except PlanarError as error:
        return {"error": str(error)}


# -- the formula
# ---------------------------------------------------------------------------------------------------


def _derive(found: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    equivalent = found.equivalent
    first, *others = _groups(equivalent.latex())
    counts = list(_counts(equivalent))
    return {
        "formula": first,
        "definitions": others,
        "text": str(equivalent),
        "closed": equivalent.closed,
        "assumptions": list(equivalent.assumptions),
        "counts": counts,
        "layouts": _layouts(equivalent, counts),
    }


def _groups(aligned: str) -> list[str]:
    """The rows of an ``align*`` environment, each equation with the lines that continue it as an
    environment of its own.
    """
    rows: list[list[str]] = []
    for row in (
        aligned.removeprefix("\\begin{align*}\n").removesuffix("\n\\end{align*}").split(" \\\\\n")
    ):
        if row.startswith(r"&\qquad") and rows:
            rows[-1].append(row)
        else:
            rows.append([row])
    return ["\\begin{aligned}\n" + " \\\\\n".join(group) + "\n\\end{aligned}" for group in rows]


def _counts(equivalent: DeterministicEquivalent) -> Iterator[int]:
    """The number of diagrams, order by order, as long as counting is quick and they are few enough
    to draw.
    """
    start = time.monotonic()
    for order in range(_ORDERS + 1):
        try:
            count = equivalent.count_diagrams(order)
        except PlanarError:
            return
        if count > _MANY:
            return
        yield count
        if time.monotonic() - start > _COUNTING:
            return


def _layouts(equivalent: DeterministicEquivalent, counts: list[int]) -> list[str]:
    """The layouts that fit the first diagram that has a random letter."""
    order = next((n for n, count in enumerate(counts) if n and count), None)
    some = tuple(islice(equivalent.diagrams(order), 1)) if order else ()
    return [layout for layout in LAYOUTS if some and _fits(some, layout)]


def _fits(some: tuple[Diagram, ...], layout: Any) -> bool:
    try:
        draw(some, layout=layout)
    except PlanarError:
        return False
    return True


# -- diagrams
# ------------------------------------------------------------------------------------------------------


def _diagrams(found: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    order = asked.integer(request, "order", 0, _ORDERS, 2)
    layout: Any = asked.choice(request, "layout", LAYOUTS, "backbone")
    blocks: Any = asked.choice(request, "blocks", ("comb", "arcs"), "comb")
    first = asked.integer(request, "first", 0, _MANY, 0)
    shown = list(islice(found.equivalent.diagrams(order), first, first + _SHOWN))
    pictures = draw_each(
        shown, [law.name for law in found.equivalent.laws], layout=layout, blocks=blocks
    )
    drawn = [
        {"svg": p, "latex": mathematics(str(d)), "text": str(d)}
        for d, p in zip(shown, pictures, strict=True)
    ]
    return {"count": found.equivalent.count_diagrams(order), "first": first, "drawn": drawn}


# -- numbers
# -------------------------------------------------------------------------------------------------------


def _controls(found: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    """The controls of the plot, or why there is no plot."""
    try:
        shown, first = [c.shown for c in found.controls], found.first
        named = {"plotted": latex(found.plotted), "unit": "Size" if first is None else chalk(first)}
        return {"controls": shown, "plot": bool(found.kernel), **named}
    except PlanarError as error:
        return {"controls": [], "plot": False, "why": str(error)}


def _place(found: Subject, request: Mapping[str, Any]) -> tuple[Control, int, dict[Any, Any]]:
    """The control on the axis, the first dimension, and the values of everything."""
    size = asked.integer(request, "size", 8, 200, 60)
    values = found.values(size, asked.numbers(request, "values"))
    names = [c.name for c in found.controls]
    if not names:
        raise PlanarError(
            "there is nothing to move: the expression has no scalar and no ratio of dimensions."
        )
    along = asked.choice(request, "along", names, names[0])
    return found.controls[names.index(along)], found.unit(size), values


def _theory(found: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    axis, unit, values = _place(found, request)
    here, grid = values[axis.symbol], axis.grid(_FEW if axis.counts else _GRID, unit)
    if axis.counts:
        y = np.array(
            [found.kernel({**values, axis.symbol: int(n)}, on_failure="nan") for n in grid]
        )
    else:
        y = np.asarray(found.kernel({**values, axis.symbol: grid}, on_failure="nan"))
    value = found.kernel({**values, axis.symbol: here}, on_failure="nan")
    return {
        **_points(axis, unit, grid, y),
        "here": _points(axis, unit, np.array([here]), np.array([value])),
    }


def _samples(found: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    axis, unit, _ = _place(found, request)
    compared = _compared(found, request, _POINTS)
    errors = {"error_bar": _plain(compared.standard_error), "trials": compared.trials}
    return {**_points(axis, unit, compared.points, compared.sampled), **errors}


def _compared(found: Subject, request: Mapping[str, Any], many: int) -> Comparison:
    """Theory at ``many`` points of the axis, samples at some of them."""
    axis, unit, values = _place(found, request)
    trials = asked.integer(request, "trials", 2, 200, 20)
    seed = asked.integer(request, "seed", 0, 2**31, 0)
    grid = axis.grid(many, unit)
    return found.number.compare(
        {**values, axis.symbol: grid}, trials=trials, points=_POINTS, seed=seed
    )


def _points(axis: Control, unit: int, x: Any, y: Any) -> dict[str, Any]:
    """Points of a plot, NaN as null; the imaginary part where there is one."""
    places = x / unit if axis.counts else x
    parts = {"x": _plain(places), "y": _plain(np.real(y))}
    return (
        {**parts, "imaginary": _plain(np.imag(y))}
        if np.iscomplexobj(y) and np.nanmax(np.abs(np.imag(y))) > 0
        else parts
    )


def _plain(values: Any) -> list[float | None]:
    return [float(f"{v:.10g}") if np.isfinite(v) else None for v in np.asarray(values, dtype=float)]


# -- to take away
# --------------------------------------------------------------------------------------------------


def _export(found: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    match asked.choice(request, "kind", EXPORTS, "latex"):
        case "latex":
            made = found.equivalent.latex()
        case "steps":
            made = found.equivalent.latex_steps()
        case "tikz" | "svg" as format:
            order = asked.integer(request, "order", 0, _ORDERS, 2)
            layout: Any = asked.choice(request, "layout", LAYOUTS, "backbone")
            blocks: Any = asked.choice(request, "blocks", ("comb", "arcs"), "comb")
            some = tuple(islice(found.equivalent.diagrams(order), _SHOWN))
            made = str(draw(some, format, layout=layout, blocks=blocks))
        case "figure":
            made = plot(_compared(found, request, 65)).svg
        case backend:
            made = found.equivalent.source(backend)
    return {"made": made}


_TASKS: dict[str, Callable[[Subject, Mapping[str, Any]], dict[str, Any]]] = {
    "derive": _derive,
    "diagrams": _diagrams,
    "controls": _controls,
    "theory": _theory,
    "samples": _samples,
    "export": _export,
}
