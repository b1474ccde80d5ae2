"""A picture as TikZ: explicit coordinates for plain pdflatex, under a block of named styles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from planar.formulas.chalk_to_latex import chalk_to_latex
from planar.foundations.errors import PlanarError
from planar.writing.drawing.formats.tikz_styles import STYLE_BLOCK
from planar.writing.drawing.marks import Arc, Area, Curve, Dot, Label, Line, Point
from planar.writing.drawing.picture import CENTIMETRES, Picture

__all__ = ["MODES", "Mode", "tikz"]

BASELINE = 0.1
"""How far the baseline of a label lies below its middle."""

Mode = Literal["fragment", "standalone", "inline"]
MODES: tuple[Mode, ...] = ("fragment", "standalone", "inline")

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(picture: Picture, mode: Mode = "fragment") -> str:
    r"""The picture for a document that loads tikz.

    A "fragment" for ``\\input``: the styles, then one tikzpicture; "standalone": a whole document
    for pdflatex; "inline": the tikzpicture alone on the axis of chalk_to_latex, for a formula of a
    document whose preamble holds the styles.
    """
    if mode not in MODES:
        raise PlanarError(f"there is no mode {mode!r} of TikZ; the modes are {', '.join(MODES)}.")
    begin = rf"\begin{{tikzpicture}}[{_options(picture, mode)}]"
    marks = ("  " + mark for mark in _marks(picture))
    drawn = "\n".join([begin, *marks, r"\end{tikzpicture}", ""])
    if mode == "inline":
        return drawn
    if mode == "fragment":
        return f"{STYLE_BLOCK}\n{drawn}"
    top = r"\documentclass[border=2pt]{standalone}" + "\n" + r"\usepackage{amsmath,amssymb,tikz}"
    return "\n".join([top, STYLE_BLOCK, r"\begin{document}", drawn + r"\end{document}", ""])


def _options(picture: Picture, mode: Mode) -> str:
    """Unit, baseline, and the scale of the letters where the picture is shrunk."""
    unit = f"{round(CENTIMETRES * picture.scale, 3):g}cm"
    origin = r"([yshift=-\the\fontdimen22\textfont2]0,0)" if mode == "inline" else "(0,0)"
    options = f"x={unit}, y={unit}, baseline={{{origin}}}"
    if picture.scale == 1:
        return options
    return f"{options}, every node/.append style={{scale={round(picture.scale, 3):g}}}"


def _marks(picture: Picture) -> Iterator[str]:
    yield from map(_area, picture.areas)
    yield from map(_curve, picture.curves)
    yield from map(_line, picture.lines)
    yield from map(_arc, picture.arcs)
    yield from map(_dot, picture.dots)
    yield from map(_label, picture.labels)


def _at(x: float, y: float) -> str:
    return f"({round(x, 3):g},{round(y, 3):g})"


def _area(area: Area) -> str:
    corners = " -- ".join(_at(*point) for point in area.points)
    return rf"\path[draw, planar {area.style}] {corners} -- cycle;"


def _curve(curve: Curve) -> str:
    start, *points = curve.points
    pieces = " ".join(_piece(*points[i : i + 3]) for i in range(0, len(points), 3))
    cycle = " -- cycle" if curve.closed else ""
    return rf"\path[draw, planar {curve.style}] {_at(*start)} {pieces}{cycle};"


def _piece(first: Point, second: Point, end: Point) -> str:
    return f".. controls {_at(*first)} and {_at(*second)} .. {_at(*end)}"


def _line(line: Line) -> str:
    return rf"\draw[planar {line.style}] {_at(line.x1, line.y1)} -- {_at(line.x2, line.y2)};"


def _arc(arc: Arc) -> str:
    end = 0 if arc.height > 0 else 360
    radii = f"x radius={(arc.x2 - arc.x1) / 2:g}, y radius={abs(arc.height):g}"
    angles = f"start angle=180, end angle={end}"
    return rf"\draw[planar {arc.style}] {_at(arc.x1, arc.y)} arc[{angles}, {radii}];"


def _dot(dot: Dot) -> str:
    return rf"\node[planar {dot.style}] at {_at(dot.x, dot.y)} {{}};"


def _label(label: Label) -> str:
    style = f"planar {label.style}, anchor={_ANCHORS[label.anchor]}"
    return (
        rf"\node[{style}] at {_at(label.x, label.y - BASELINE)} {{${chalk_to_latex(label.text)}$}};"
    )
