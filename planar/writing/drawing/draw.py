"""What users call: diagrams in a layout and a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Literal, overload

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
"""Formats by name; a new one is one file and one line here."""

RASTERS: tuple[Raster, ...] = ("png", "pdf")
BLOCKS = ("comb", "arcs")
LAYOUTS: dict[str, Callable[[Diagram, Sequence[str], Blocks], Picture]] = {
    "backbone": backbone,
    "ladder": lambda diagram, laws, blocks: ladder(diagram, laws),
    "circle": lambda diagram, laws, blocks: circle(diagram, laws),
    "double-line": lambda diagram, laws, blocks: double_line(diagram),
}
"""Layouts by name; a new one is one file and one line here, and its name in ``Layout``."""

TextFormat = Literal["svg", "tikz", "dot", "text"]
Layout = Literal["backbone", "ladder", "circle", "double-line"]
Drawn = Diagram | Picture | Iterable[Diagram]


@overload
def draw(
    diagrams: Drawn,
    format: TextFormat = ...,
    *,
    layout: Layout = ...,
    blocks: Blocks = ...,
    width: float = ...,
    mode: Mode = ...,
) -> str: ...


@overload
def draw(
    diagrams: Drawn,
    format: Raster,
    *,
    layout: Layout = ...,
    blocks: Blocks = ...,
    width: float = ...,
    mode: Mode = ...,
) -> bytes: ...


@overload
def draw(
    diagrams: Drawn,
    format: str,
    *,
    layout: Layout = ...,
    blocks: Blocks = ...,
    width: float = ...,
    mode: Mode = ...,
) -> str | bytes: ...


def draw(
    diagrams: Drawn,
    format: str = "svg",
    *,
    layout: Layout = "backbone",
    blocks: Blocks = "comb",
    width: float = 6.9,
    mode: Mode = "fragment",
) -> str | bytes:
    """One diagram, or several as a gallery with their values and their number.

    Parameters
    ----------
    diagrams : Diagram, Picture or iterable of Diagram
        What ``eq.diagrams(order)`` yields, one of them, or a picture of ``planar.pictures``.
    format : {"svg", "tikz", "dot", "text", "png", "pdf"}
        "svg" by default, which a notebook renders; "dot" is for Graphviz, to inspect; "png" and
        "pdf" need a renderer.
    layout : {"backbone", "ladder", "circle", "double-line"}
        "backbone", the default, is one line in reading order; "ladder" two resolvents above each
        other; "circle" the trace of the diagram with its Kreweras complement; "double-line" every
        index line.
    blocks : {"comb", "arcs"}
        How a backbone shows blocks; combs by default.
    width : float
        Width of a gallery in inches; 3.4 and 6.9, the default, fit a column of a journal and a page
        of two.
    mode : {"fragment", "standalone", "inline"}
        What TikZ is for: a fragment with its styles, the default, a standalone document, or a
        formula of a document whose preamble holds the styles.

    Returns
    -------
    str or bytes
        Text; bytes for "png" and "pdf".

    Raises
    ------
    PlanarError
        If an option is not one of those above, a layout does not fit the diagram, or a renderer is
        missing.

    Examples
    --------
    >>> from planar import Wishart, derive, deterministic, dims, resolvent
    >>> from sympy import Symbol
    >>> N, P = dims("N P")
    >>> A, W = deterministic("A", N), Wishart("W", N, P)
    >>> print(draw(derive(resolvent(A * W, Symbol("lambda"))).diagrams(2), "text"))
         ┌─────┐          ┬     ┬
    ──□──●──□──●──   ──□──●──□──●──
      A  W  A  W       A  W  A  W
    q tr[A] A/λ³         A²/λ³
            2 planar diagrams
    """
    if format not in (*FORMATS, *RASTERS):
        formats = ", ".join((*FORMATS, *RASTERS))
        raise PlanarError(f"there is no printer for {format!r}; the formats are {formats}.")
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
    """Each diagram by itself as SVG.

    Ensembles of these names have the styles that they would have side by side.
    """
    _check_options(layout, blocks, 6.9, "fragment")
    laid_out = _layout(layout, blocks, sorted(laws))
    return [Shown(svg(laid_out(diagram))) for diagram in diagrams]


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
        return _layout(layout, blocks, _ensembles((diagrams,)))(diagrams)
    members = _checked(diagrams)
    laid_out = _layout(layout, blocks, _ensembles(members))
    return gallery(members, laid_out, width=width, on_grid=on_grid)


def _checked(diagrams: Iterable[Diagram]) -> tuple[Diagram, ...]:
    """The diagrams, or an error for anything else."""
    several = isinstance(diagrams, Iterable) and not isinstance(diagrams, str)
    members = list[Diagram]()
    for member in diagrams if several else [diagrams]:
        if not isinstance(member, Diagram):
            raise PlanarError(
                f"a {type(member).__name__} is not a valid diagram; draw eq.diagrams(2), the "
                "diagrams of an equivalent at one order."
            )
        members.append(member)
    return tuple(members)


def _ensembles(diagrams: Iterable[Diagram]) -> list[str]:
    """The names of all random letters."""
    letters = chain.from_iterable(diagram.walk.random for diagram in diagrams)
    return sorted({letter.name for letter in letters})


def _layout(layout: Layout, blocks: Blocks, laws: list[str]) -> Callable[[Diagram], Picture]:
    """How one diagram is drawn; the ensembles of these names keep one style each."""
    return lambda diagram: LAYOUTS[layout](diagram, laws, blocks)
