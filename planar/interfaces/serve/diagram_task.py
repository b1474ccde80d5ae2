"""The task ``diagrams``: pages of drawings with their values."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from planar.diagrams import Diagram
from planar.formulas.chalk_to_latex import chalk_to_latex
from planar.interfaces.serve import asked
from planar.interfaces.serve.subject import Subject
from planar.writing.drawing import LAYOUTS
from planar.writing.drawing.draw import draw_each

__all__ = ["MANY", "ORDERS", "diagrams", "first_diagrams", "style"]

ORDERS = 8
"""The last order that is drawn."""

MANY = 20_000
"""Orders with more diagrams are not drawn."""

_PAGE = 120
"""Diagrams that are drawn at once."""


def diagrams(subject: Subject, request: Mapping[str, Any]) -> dict[str, Any]:
    """One page of the diagrams of one order, and how many there are."""
    order, chosen = _order(request), style(request)
    first = asked.integer(request, "first", 0, MANY, 0)
    page = list(islice(subject.equivalent.diagrams(order), first, first + _PAGE))
    pictures = draw_each(page, [law.name for law in subject.equivalent.laws], **chosen)
    drawn = [
        {"svg": picture, "latex": chalk_to_latex(str(diagram)), "text": str(diagram)}
        for diagram, picture in zip(page, pictures, strict=True)
    ]
    return {"count": subject.equivalent.count_diagrams(order), "first": first, "drawn": drawn}


def first_diagrams(subject: Subject, request: Mapping[str, Any]) -> tuple[Diagram, ...]:
    """The first page of the diagrams of one order."""
    return tuple(islice(subject.equivalent.diagrams(_order(request)), _PAGE))


def _order(request: Mapping[str, Any]) -> int:
    """The order that is asked for."""
    return asked.integer(request, "order", 0, ORDERS, 2)


def style(request: Mapping[str, Any]) -> dict[str, Any]:
    """The layout of each diagram, and how its blocks are drawn."""
    return {
        "layout": asked.choice(request, "layout", tuple(LAYOUTS), "backbone"),
        "blocks": asked.choice(request, "blocks", ("comb", "arcs"), "comb"),
    }
