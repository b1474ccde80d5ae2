"""What users call: diagrams in a layout and a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal

from planar.diagrams import Diagram
from planar.foundations.errors import PlanarError
from planar.writing.drawing.formats.box_characters import text
from planar.writing.drawing.formats.dot import dot
from planar.writing.drawing.formats.raster import Raster, rendered
from planar.writing.drawing.formats.svg import svg
from planar.writing.drawing.formats.tikz import MODES, Mode, tikz
from planar.writing.drawing.layouts.backbone import Blocks, backbone
from planar.writing.drawing.layouts.circle import circle
from planar.writing.drawing.layouts.double_line import double_line
from planar.writing.drawing.layouts.gallery import gallery
from planar.writing.drawing.layouts.ladder_diagram import ladder
from planar.writing.drawing.notebook_text import Shown
from planar.writing.drawing.picture import Picture

__all__ = ["FORMATS", "LAYOUTS", "draw", "draw_each"]

FORMATS: dict[str, Callable[[Picture], str]] = {"svg": svg, "tikz": tikz, "dot": dot, "text": text}
"""The printers by name; a new format is one new file and one line here."""

RASTERS: tuple[Raster, ...] = ("png", "pdf")
BLOCKS = ("comb", "arcs")
LAYOUTS = ("backbone", "ladder", "circle", "double-line")
Layout = Literal["backbone", "ladder", "circle", "double-line"]
Drawn = Diagram | Picture | Iterable[Diagram]


def draw(
    diagrams: Drawn,
    format: str = "svg",
    *,
    layout: Layout = "backbone",
    blocks: Blocks = "comb",
    width: float = 6.9,
    mode: Mode = "fragment",
) -> Any:
    """One diagram, or several as a gallery with their values and their number: text, or bytes of
    "png" and "pdf".

    ``format``: "svg", which shows itself in a notebook, "tikz", "dot" (Graphviz, for inspection),
    "text"; "png" and "pdf" where a renderer is installed. ``layout``: "backbone", one line in
    reading order; "ladder", two resolvents above each other; "circle", the trace of the diagram
    with its Kreweras complement; "double-line", every index line. ``blocks``: "comb" or "arcs", on
    a backbone. ``width``: of a gallery, in inches; 3.4 and 6.9 fit a column of a journal and a page
    of two. ``mode``: of TikZ, a "fragment" with its styles, a "standalone" document, or "inline"
    for a formula.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> from planar.expression.tree import read
    >>> from planar.diagrams import diagrams
    >>> from sympy import Symbol
    >>> N, P = dims("N P")
    >>> tree = read(resolvent(deterministic("A", N) * Wishart("W", N, P), Symbol("lambda"))).terms[0].matrix
    >>> print(draw(diagrams(tree, 2), "text"))
         ┌─────┐          ┬     ┬
    ──□──●──□──●──   ──□──●──□──●──
      A  W  A  W       A  W  A  W
    q tr[A] A/λ³         A²/λ³
            2 planar diagrams

    Raises ``PlanarError`` for what it does not know, and where a layout does not fit the diagram.
    """
    if format not in (*FORMATS, *RASTERS):
        raise PlanarError(
            f"there is no printer for {format!r}; the formats are {', '.join((*FORMATS, *RASTERS))}."
        )
    _check_options(layout, blocks, width, mode)
    picture = _picture(diagrams, layout, blocks, width, on_grid=format == "text")
    match format:
        case "png" | "pdf":
            return rendered(picture, format)
        case "tikz":
            return tikz(picture, mode)
        case "svg":
            return Shown(svg(picture))
        case _:
            return FORMATS[format](picture)


def draw_each(
    diagrams: Iterable[Diagram],
    laws: Iterable[str],
    *,
    layout: Layout = "backbone",
    blocks: Blocks = "comb",
) -> list[str]:
    """Each diagram by itself as SVG, in the styles that the ensembles of these names have side by
    side.
    """
    _check_options(layout, blocks, 6.9, "fragment")
    laid = _layout(layout, blocks, sorted(laws))
    return [Shown(svg(laid(diagram))) for diagram in diagrams]


def _check_options(layout: object, blocks: object, width: object, mode: object) -> None:
    """One sentence for each option that is none of those there are."""
    for name, value, known in (
        ("layout", layout, LAYOUTS),
        ("way to draw blocks", blocks, BLOCKS),
        ("mode", mode, MODES),
    ):
        if value not in known:
            raise PlanarError(f"there is no {name} {value!r}; take one of {', '.join(known)}.")
    if isinstance(width, bool) or not isinstance(width, int | float) or not 1 <= width <= 100:
        raise PlanarError(
            f"a width of {width!r} inches fits no page; give a number, for example 3.4 or 6.9."
        )


def _picture(
    diagrams: Drawn, layout: Layout, blocks: Blocks, width: float, *, on_grid: bool = False
) -> Picture:
    if isinstance(diagrams, Picture):
        return diagrams
    if isinstance(diagrams, Diagram):
        return _layout(layout, blocks, _names((diagrams,)))(diagrams)
    every = (
        tuple(diagrams)
        if isinstance(diagrams, Iterable) and not isinstance(diagrams, str)
        else (diagrams,)
    )
    for diagram in every:
        if not isinstance(diagram, Diagram):
            kind = type(diagram).__name__
            raise PlanarError(
                f"a {kind} is no diagram; draw eq.diagrams(2), the diagrams of an equivalent at one order."
            )
    return gallery(every, _layout(layout, blocks, _names(every)), width=width, on_grid=on_grid)


def _names(every: tuple[Diagram, ...]) -> list[str]:
    return sorted(dict.fromkeys(letter.name for d in every for letter in d.walk.random))


def _layout(layout: Layout, blocks: Blocks, laws: list[str]) -> Callable[[Diagram], Picture]:
    """How one diagram is drawn; the ensembles of these names keep one style each."""
    match layout:
        case "backbone":
            return partial(backbone, laws=laws, blocks=blocks)
        case "ladder":
            return partial(ladder, laws=laws)
        case "circle":
            return partial(circle, laws=laws)
        case "double-line":
            return double_line
