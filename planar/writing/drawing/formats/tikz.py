"""A picture as TikZ: explicit coordinates, plain pdflatex, and a block of styles on top that an
author may change.
"""

from __future__ import annotations

from typing import Literal

from planar.formulas.chalk_as_latex import mathematics
from planar.foundations.errors import PlanarError
from planar.writing.drawing.picture import (
    CENTIMETRES,
    Arc,
    Area,
    Curve,
    Dot,
    Label,
    Line,
    Picture,
    Point,
)

__all__ = ["MODES", "STYLE_BLOCK", "tikz"]

BASELINE = 0.1
"""How far the baseline of a label lies below its middle."""

STYLE_BLOCK = r"""\tikzset{
  planar backbone/.style={line width=0.4pt},
  planar stub/.style={line width=0.4pt},
  planar dressed/.style={line width=1.6pt},
  planar cap/.style={line width=0.8pt},
  planar comb1/.style={line width=0.8pt, line cap=rect},
  planar comb2/.style={line width=0.8pt, dash pattern=on 2.5pt off 1.4pt},
  planar comb3/.style={line width=0.8pt, dash pattern=on 0.9pt off 1.3pt},
  planar comb4/.style={line width=1.6pt, line cap=rect},
  planar comb5/.style={line width=0.8pt, dash pattern=on 4pt off 1.1pt on 0.9pt off 1.1pt},
  planar comb6/.style={line width=1.6pt, dash pattern=on 2.5pt off 1.4pt},
  planar comb7/.style={line width=1.6pt, dash pattern=on 1.3pt off 1.7pt},
  planar comb8/.style={line width=0.8pt, dash pattern=on 6pt off 1.6pt},
  planar rule/.style={line width=0.4pt},
  planar strand/.style={line width=0.5pt},
  planar loop/.style={line width=0.4pt, dash pattern=on 1.6pt off 0.9pt},
  planar hatch/.style={line width=0.3pt},
  planar hull1/.style={line width=0.7pt, line join=round, fill=black!14},
  planar hull2/.style={line width=0.7pt, line join=round, fill=black!32, dash pattern=on 2.5pt off 1.4pt},
  planar hull3/.style={line width=0.7pt, line join=round, fill=black!5, dash pattern=on 0.9pt off 1.3pt},
  planar hull4/.style={line width=1.2pt, line join=round, fill=black!50},
  planar hull5/.style={line width=0.7pt, line join=round, fill=black!20, dash pattern=on 4pt off 1.1pt on 0.9pt off 1.1pt},
  planar hull6/.style={line width=1.3pt, line join=round, fill=black!40, dash pattern=on 2.5pt off 1.4pt},
  planar hull7/.style={line width=1.3pt, line join=round, fill=black!8, dash pattern=on 1.3pt off 1.7pt},
  planar hull8/.style={line width=0.7pt, line join=round, fill=black!26, dash pattern=on 6pt off 1.6pt},
  planar complement/.style={line width=0.4pt, dash pattern=on 1.2pt off 1pt},
  planar face1/.style={draw=none, fill=black!10},
  planar face2/.style={draw=none, fill=black!38},
  planar face3/.style={draw=none, fill=black!22},
  planar face4/.style={draw=none, fill=black!55},
  planar blob/.style={line width=0.6pt},
  planar box/.style={line width=0.6pt},
  planar arrow/.style={draw=none, fill},
  planar random/.style={circle, fill, inner sep=0pt, minimum size=4.6pt},
  planar deterministic/.style={rectangle, draw, line width=0.6pt, inner sep=0pt, minimum size=4.9pt},
  planar bare/.style={circle, draw, line width=0.6pt, inner sep=0pt, minimum size=5.3pt},
  planar hollow/.style={circle, draw, line width=0.4pt, inner sep=0pt, minimum size=3.2pt},
  planar letter/.style={inner sep=0pt, font=\small},
  planar value/.style={inner sep=0pt, font=\small},
  planar sign/.style={inner sep=0pt},
}"""
"""What each style means; an author keeps one copy in the preamble and changes it there."""

Mode = Literal["fragment", "standalone", "inline"]
MODES: tuple[Mode, ...] = ("fragment", "standalone", "inline")

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def tikz(picture: Picture, mode: Mode = "fragment") -> str:
    r"""The picture for a document that loads tikz.

    A "fragment" for ``\\input``: the styles, then one tikzpicture; "standalone": a whole document
    for pdflatex; "inline": the tikzpicture alone on the axis of mathematics, for a formula of a
    document whose preamble holds the styles.
    """
    if mode not in MODES:
        raise PlanarError(f"there is no mode {mode!r} of TikZ; the modes are {', '.join(MODES)}.")
    body = [
        *map(_area, picture.areas),
        *map(_curve, picture.curves),
        *map(_line, picture.lines),
        *map(_arc, picture.arcs),
        *map(_dot, picture.dots),
        *map(_label, picture.labels),
    ]
    unit = f"{round(CENTIMETRES * picture.scale, 3):g}cm"
    shrunk = (
        f", every node/.append style={{scale={round(picture.scale, 3):g}}}"
        if picture.scale != 1
        else ""
    )
    axis = (
        r"baseline={([yshift=-\the\fontdimen22\textfont2]0,0)}"
        if mode == "inline"
        else "baseline={(0,0)}"
    )
    start = rf"\begin{{tikzpicture}}[x={unit}, y={unit}, {axis}{shrunk}]"
    drawn = "\n".join([start, *("  " + part for part in body), r"\end{tikzpicture}", ""])
    if mode == "inline":
        return drawn
    if mode == "fragment":
        return f"{STYLE_BLOCK}\n{drawn}"
    top = r"\documentclass[border=2pt]{standalone}" + "\n" + r"\usepackage{amsmath,amssymb,tikz}"
    return "\n".join([top, STYLE_BLOCK, r"\begin{document}", drawn + r"\end{document}", ""])


def _at(x: float, y: float) -> str:
    return f"({round(x, 3):g},{round(y, 3):g})"


def _area(area: Area) -> str:
    return rf"\path[draw, planar {area.style}] {' -- '.join(_at(*point) for point in area.points)} -- cycle;"


def _curve(curve: Curve) -> str:
    start, *rest = curve.points
    pieces = " ".join(_piece(*rest[i : i + 3]) for i in range(0, len(rest), 3))
    return rf"\path[draw, planar {curve.style}] {_at(*start)} {pieces}{' -- cycle' if curve.closed else ''};"


def _piece(first: Point, second: Point, end: Point) -> str:
    return f".. controls {_at(*first)} and {_at(*second)} .. {_at(*end)}"


def _line(line: Line) -> str:
    return rf"\draw[planar {line.style}] {_at(line.x1, line.y1)} -- {_at(line.x2, line.y2)};"


def _arc(arc: Arc) -> str:
    end = 0 if arc.height > 0 else 360
    radii = f"x radius={(arc.x2 - arc.x1) / 2:g}, y radius={abs(arc.height):g}"
    return rf"\draw[planar {arc.style}] {_at(arc.x1, arc.y)} arc[start angle=180, end angle={end}, {radii}];"


def _dot(dot: Dot) -> str:
    return rf"\node[planar {dot.style}] at {_at(dot.x, dot.y)} {{}};"


def _label(label: Label) -> str:
    style = f"planar {label.style}, anchor={_ANCHORS[label.anchor]}"
    return rf"\node[{style}] at {_at(label.x, label.y - BASELINE)} {{${mathematics(label.text)}$}};"
