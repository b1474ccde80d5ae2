"""A picture as a Graphviz graph with every mark at its place, to be inspected.

``neato -n`` draws it as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from graphviz import Graph

from planar.writing.drawing.marks import Arc, Curve, Dot, Label, Point
from planar.writing.drawing.picture import CENTIMETRES, Picture

__all__ = ["dot"]

POINTS = 72 / 2.54 * CENTIMETRES
"""Points a unit, Graphviz's own measure of position."""
STEPS = 6

_BLOCK_DASHES = {2: "dashed", 3: "dotted", 5: "dashed", 6: "dashed", 7: "dotted", 8: "dashed"}
_DASHES = {"loop": "dashed", "complement": "dashed"}
_WIDTHS = {"backbone": "0.5", "stub": "0.5", "dressed": "2", "hatch": "0.3"}
for _kind in ("comb", "hull"):
    _DASHES |= {f"{_kind}{k}": dash for k, dash in _BLOCK_DASHES.items()}
    _WIDTHS |= {f"{_kind}{k}": "2" for k in (4, 6, 7)}
_SHAPES = {
    "random": ("circle", "filled"),
    "deterministic": ("square", "solid"),
    "bare": ("circle", "solid"),
}


def dot(picture: Picture) -> str:
    """The picture in the DOT language: marks and labels are nodes, lines are edges.

    The ends of an edge are nodes pinned at their places.
    """
    graph = _empty(picture.description)
    names = _add_dots(graph, picture.dots)
    for style, points in _strokes(picture):
        _add_stroke(graph, names, style, points)
    for place, label in enumerate(picture.labels):
        _add_label(graph, f"l{place}", label)
    return str(graph.source)


def _empty(description: str) -> Graph:
    attributes = {"splines": "false", "outputorder": "edgesfirst"}
    graph = Graph("planar", engine="neato", graph_attr=attributes)
    graph.attr(
        "node",
        label="",
        shape="point",
        width="0",
        height="0",
        fixedsize="true",
        fontname="Times",
        fontsize="10",
    )
    graph.attr("graph", label="", comment=description)
    return graph


def _add_dots(graph: Graph, dots: Iterable[Dot]) -> dict[Point, str]:
    """A node for each dot; returns their names by place."""
    names: dict[Point, str] = {}
    for mark in dots:
        names[mark.x, mark.y] = f"p{len(names)}"
        shape, style = _SHAPES.get(mark.style, ("circle", "solid"))
        size = "0.05" if mark.style == "hollow" else "0.09"
        graph.node(
            names[mark.x, mark.y],
            pos=_pinned((mark.x, mark.y)),
            shape=shape,
            style=style,
            width=size,
            height=size,
        )
    return names


def _add_stroke(graph: Graph, names: dict[Point, str], style: str, points: Iterable[Point]) -> None:
    """Edges along the points; a place without a node gets one, and its name enters ``names``."""
    ends = [(round(x, 3), round(y, 3)) for x, y in points]
    for end in ends:
        if end not in names:
            names[end] = f"p{len(names)}"
            graph.node(names[end], pos=_pinned(end))
    dash, width = _DASHES.get(style, "solid"), _WIDTHS.get(style, "1")
    for start, end in pairwise(ends):
        graph.edge(names[start], names[end], style=dash, penwidth=width)


def _add_label(graph: Graph, name: str, label: Label) -> None:
    left, right = label.extent
    place = _pinned(((left + right) / 2, label.y))
    graph.node(name, label=_escaped(label.text), shape="plaintext", pos=place, width="0.1")


def _pinned(point: Point) -> str:
    return f"{round(point[0] * POINTS, 1):g},{round(point[1] * POINTS, 1):g}!"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


def _strokes(picture: Picture) -> Iterator[tuple[str, list[Point]]]:
    """Everything that is drawn as chains of straight pieces."""
    for area in picture.areas:
        yield area.style, [*area.points, area.points[0]]
    for curve in picture.curves:
        yield curve.style, _sampled(curve)
    for line in picture.lines:
        yield line.style, [(line.x1, line.y1), (line.x2, line.y2)]
    for arc in picture.arcs:
        yield arc.style, _bent(arc)


def _sampled(curve: Curve) -> list[Point]:
    """Points along the cubic pieces."""
    start, *controls = curve.points
    points = [start]
    for i in range(0, len(controls), 3):
        piece = (points[-1], *controls[i : i + 3])
        points += [_cubic(piece, k / STEPS) for k in range(1, STEPS + 1)]
    return points


def _cubic(controls: tuple[Point, ...], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    weighted = list(zip(weights, controls, strict=True))
    return sum(w * x for w, (x, _) in weighted), sum(w * y for w, (_, y) in weighted)


def _bent(arc: Arc) -> list[Point]:
    """The half ellipse through points whose cosines are evenly spread enough to look round."""
    middle, half = (arc.x1 + arc.x2) / 2, (arc.x2 - arc.x1) / 2
    shares = [2 * k / (2 * STEPS) - 1 for k in range(2 * STEPS + 1)]
    return [(middle + half * s, arc.y + arc.height * (1 - s * s) ** 0.5) for s in shares]
