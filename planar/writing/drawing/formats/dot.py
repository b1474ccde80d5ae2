"""A picture as a Graphviz graph with every mark at its place, to be inspected; ``neato -n`` draws
it as it stands.
"""

from __future__ import annotations

from itertools import pairwise

from graphviz import Graph

from planar.writing.drawing.picture import CENTIMETRES, Arc, Curve, Picture, Point

__all__ = ["dot"]

POINTS = 72 / 2.54 * CENTIMETRES
"""Points a unit, Graphviz's own measure of position."""
STEPS = 6

_DASHES = {
    f"{kind}{k}": dash
    for kind in ("comb", "hull")
    for k, dash in ((2, "dashed"), (3, "dotted"), (6, "dashed"), (7, "dotted"))
}
_DASHES |= {f"{kind}{k}": "dashed" for kind in ("comb", "hull") for k in (5, 8)} | {
    "loop": "dashed",
    "complement": "dashed",
}
_WIDTHS = {"backbone": "0.5", "stub": "0.5", "dressed": "2", "hatch": "0.3"}
_WIDTHS |= {f"{kind}{k}": "2" for kind in ("comb", "hull") for k in (4, 6, 7)}
_SHAPES = {
    "random": ("circle", "filled"),
    "deterministic": ("square", "solid"),
    "bare": ("circle", "solid"),
}


def dot(picture: Picture) -> str:
    """The picture in the DOT language: marks and labels are nodes, lines are edges between nodes
    pinned at their ends.
    """
    graph = Graph(
        "planar", engine="neato", graph_attr={"splines": "false", "outputorder": "edgesfirst"}
    )
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
    graph.attr("graph", label="", comment=picture.description)
    names: dict[Point, str] = {}

    def node(point: Point) -> str:
        if point not in names:
            names[point] = f"p{len(names)}"
            graph.node(names[point], pos=_pinned(point))
        return names[point]

    for mark in picture.dots:
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
    for style, points in _strokes(picture):
        ends = [node((round(x, 3), round(y, 3))) for x, y in points]
        for a, b in pairwise(ends):
            graph.edge(a, b, style=_DASHES.get(style, "solid"), penwidth=_WIDTHS.get(style, "1"))
    for i, text in enumerate(picture.labels):
        left, right = text.extent
        graph.node(
            f"l{i}",
            label=_escaped(text.text),
            shape="plaintext",
            pos=_pinned(((left + right) / 2, text.y)),
            width="0.1",
        )
    return str(graph.source)


def _pinned(point: Point) -> str:
    return f"{round(point[0] * POINTS, 1):g},{round(point[1] * POINTS, 1):g}!"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


def _strokes(picture: Picture) -> list[tuple[str, list[Point]]]:
    """Everything that is drawn as chains of straight pieces."""
    found = [(a.style, [*a.points, a.points[0]]) for a in picture.areas]
    found += [(c.style, _sampled(c)) for c in picture.curves]
    found += [(x.style, [(x.x1, x.y1), (x.x2, x.y2)]) for x in picture.lines]
    return found + [(a.style, _bent(a)) for a in picture.arcs]


def _sampled(curve: Curve) -> list[Point]:
    start, *rest = curve.points
    found = [start]
    for i in range(0, len(rest), 3):
        controls = (found[-1], *rest[i : i + 3])
        found += [_cubic(controls, k / STEPS) for k in range(1, STEPS + 1)]
    return found


def _cubic(controls: tuple[Point, ...], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (sum(w * c[axis] for w, c in zip(weights, controls, strict=True)) for axis in (0, 1))
    return x, y


def _bent(arc: Arc) -> list[Point]:
    """The half ellipse through points whose cosines are evenly spread enough to look round."""
    middle, half = (arc.x1 + arc.x2) / 2, (arc.x2 - arc.x1) / 2
    shares = [2 * k / (2 * STEPS) - 1 for k in range(2 * STEPS + 1)]
    return [(middle + half * s, arc.y + arc.height * (1 - s * s) ** 0.5) for s in shares]
