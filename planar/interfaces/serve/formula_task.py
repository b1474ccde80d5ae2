"""The task ``derive``: the formula, and what the page can show of its diagrams."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from planar.diagrams import Diagram
from planar.foundations.errors import PlanarError
from planar.interfaces.api import DeterministicEquivalent
from planar.interfaces.serve.diagram_task import MANY, ORDERS
from planar.interfaces.serve.subject import Subject
from planar.writing.drawing import LAYOUTS, draw

__all__ = ["formula"]

_COUNTING = 1.0
"""Seconds of counting after which no further order is counted."""


def formula(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    """The equivalent, its definitions, the number of diagrams of each order, and their layouts."""
    equivalent = subject.equivalent
    first, *others = _groups(equivalent.latex())
    counts = list(_counts(equivalent))
    return {
        "formula": first,
        "definitions": others,
        "text": str(equivalent),
        "closed": equivalent.closed,
        "certificate": equivalent.certificate.sentence,
        "assumptions": list(equivalent.assumptions),
        "counts": counts,
        "layouts": _layouts(equivalent, counts),
    }


def _groups(aligned: str) -> list[str]:
    """The equations of an ``align*`` environment, each with the lines that continue it.

    Each is an environment of its own.
    """
    rows = aligned.removeprefix("\\begin{align*}\n").removesuffix("\n\\end{align*}")
    groups: list[list[str]] = []
    for row in rows.split(" \\\\\n"):
        if row.startswith(r"&\qquad") and groups:
            groups[-1].append(row)
        else:
            groups.append([row])
    return ["\\begin{aligned}\n" + " \\\\\n".join(group) + "\n\\end{aligned}" for group in groups]


def _counts(equivalent: DeterministicEquivalent) -> Iterator[int]:
    """The number of diagrams, order by order.

    It ends where counting is slow, or where they are too many to draw.
    """
    start = time.monotonic()
    for order in range(ORDERS + 1):
        try:
            count = equivalent.count_diagrams(order)
        except PlanarError:
            return
        if count > MANY:
            return
        yield count
        if time.monotonic() - start > _COUNTING:
            return


def _layouts(equivalent: DeterministicEquivalent, counts: list[int]) -> list[str]:
    """The layouts that fit the first diagram that has a random letter."""
    order = next((n for n, count in enumerate(counts) if n and count), None)
    first = tuple(islice(equivalent.diagrams(order), 1)) if order else ()
    return [layout for layout in LAYOUTS if first and _fits(first, layout)]


def _fits(diagrams: tuple[Diagram, ...], layout: Any) -> bool:
    try:
        draw(diagrams, layout=layout)
    except PlanarError:
        return False
    return True
