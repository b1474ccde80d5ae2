"""Drawings of planar diagrams: a diagram becomes a ``Picture``, and printers turn that into SVG, TikZ or text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from planar.diagrams import Diagram
from planar.draw.backbone import backbone, gallery
from planar.draw.picture import Arc, Dot, Label, Line, Picture
from planar.draw.svg import svg
from planar.draw.text import text
from planar.draw.tikz import tikz
from planar.errors import PlanarError

__all__ = ["FORMATS", "Arc", "Dot", "Label", "Line", "Picture", "backbone", "draw", "gallery", "svg", "text", "tikz"]

FORMATS: dict[str, Callable[[Picture], str]] = {"svg": svg, "tikz": tikz, "text": text}
"""The printers by name; a new format is one new file and one line here."""


def draw(diagrams: Diagram | Picture | Iterable[Diagram], format: str = "svg") -> str:
    """One diagram on its backbone, or several as a gallery with their values, in one of ``FORMATS``.

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
    """
    if format not in FORMATS:
        raise PlanarError(f"there is no printer for {format!r}; the formats are {', '.join(FORMATS)}.")
    if isinstance(diagrams, Picture):
        return FORMATS[format](diagrams)
    return FORMATS[format](backbone(diagrams) if isinstance(diagrams, Diagram) else gallery(diagrams))
