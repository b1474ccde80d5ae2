"""A diagram on its backbone: the walk on one line in reading order, each block a comb above it.

With ``blocks="arcs"`` a block is an arc for each pair of consecutive legs instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from planar.diagrams import Diagram
from planar.diagrams.atoms import label
from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.combs import comb, comb_style, heights
from planar.writing.drawing.layouts.walk_line import described, line, mark, places
from planar.writing.drawing.marks import Arc, Dot, Label
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.text_widths import ROW

__all__ = ["Blocks", "backbone"]

Blocks = Literal["comb", "arcs"]
"""A comb is the habit of free probability, an arc for each pair of consecutive legs that of
physics.
"""


def backbone(diagram: Diagram, laws: Sequence[str] = (), blocks: Blocks = "comb") -> Picture:
    """The diagram on one horizontal line, in reading order.

    Random letters are discs, deterministic ones squares, bare resolvents rings; all are named below
    the line. A block is a comb above it, at a height that its nested blocks leave free.

    Parameters
    ----------
    diagram : Diagram
        One of ``eq.diagrams(order)``.
    laws : sequence of str
        Names of ensembles, which number them for the styles comb1, comb2, ...; by default those of
        the diagram in the order of their names.
    blocks : {"comb", "arcs"}
        A comb for each block, the default, or an arc for each pair of consecutive legs.

    Returns
    -------
    Picture

    Raises
    ------
    PlanarError
        If ``blocks`` is neither, or if there are more than eight ensembles.

    Examples
    --------
    >>> import planar
    >>> W = planar.Wishart("W", *planar.dims("N P"))
    >>> first, second = planar.derive(W * W).diagrams(2)
    >>> print(planar.draw(backbone(first), "text"))
      ┌──┐
    ──●──●──
      W  W
    """
    if blocks not in ("comb", "arcs"):
        raise PlanarError(f'blocks are drawn as "comb" or "arcs", not as {blocks!r}.')
    xs = places(diagram.atoms)
    names = [letter.name for letter in diagram.walk.random]
    lines, arcs = line(diagram.atoms, xs), list[Arc]()
    levels = heights(diagram.partition)
    for block, legs, level in zip(diagram.partition, diagram.blocks, levels, strict=True):
        style = comb_style(names[block[0]], laws or names)
        leg_xs = [xs[i] for i in legs]
        if blocks == "comb" or len(leg_xs) == 1:
            lines += comb(style, leg_xs, 0, level * ROW)
        else:
            arcs += _block_arcs(style, leg_xs, block, diagram.partition)
    placed = list(zip(diagram.atoms, xs, strict=True))
    return Picture(
        tuple(lines),
        tuple(arcs),
        tuple(Dot(mark(atom), x, 0) for atom, x in placed),
        tuple(Label("letter", x, -ROW, label(atom)) for atom, x in placed),
        title="Planar diagram",
        description=described(diagram),
    )


def _block_arcs(
    style: str, xs: Sequence[float], block: Sequence[int], partition: Iterable[Sequence[int]]
) -> list[Arc]:
    """An arc for each pair of consecutive legs, at ``xs``, above what stands between them."""
    levels = [_arc_level(partition, left, right) for left, right in pairwise(block)]
    return [
        Arc(style, left, right, 0, ROW * level)
        for (left, right), level in zip(pairwise(xs), levels, strict=True)
    ]


def _arc_level(partition: Iterable[Sequence[int]], left: int, right: int) -> int:
    """The level of an arc between two legs: one above what stands between them."""
    between = [block for block in partition if left < block[0] and block[-1] < right]
    return 1 + max(heights(between), default=0)
