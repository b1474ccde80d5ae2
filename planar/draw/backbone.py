"""A diagram on its backbone: the walk on one line in reading order, each block a comb (or arcs) above it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from planar.diagrams import Bare, Diagram
from planar.diagrams.atoms import Atom, label
from planar.draw.picture import COLUMN, ROW, Arc, Dot, Label, Line, Picture, aligned, label_width
from planar.errors import PlanarError

__all__ = ["backbone", "gallery"]

PITCH = 3 * COLUMN
CAP = 0.11
MARK = 0.11
GAP = 4 * COLUMN
WIDTH = 17.0
"""Cells of a gallery stand side by side up to this width, which fits two columns of a journal."""


def backbone(diagram: Diagram, laws: Sequence[str] = (), blocks: str = "comb") -> Picture:
    """The diagram on one horizontal line, in reading order.

    Random letters are discs, deterministic ones squares, bare resolvents rings; all are named below the line. A block
    is a comb above it, at a height that its nested blocks leave free (``blocks="arcs"``: an arc for each pair of
    consecutive legs). ``laws`` numbers the ensembles for the styles comb1, comb2, ...; without it they count by name.
    """
    if blocks not in ("comb", "arcs"):
        raise PlanarError(f'blocks are drawn as "comb" or "arcs", not as {blocks!r}.')
    xs = places(diagram.atoms)
    names = [letter.name for letter in diagram.walk.random]
    order = list(laws) or sorted(dict.fromkeys(names))
    lines, arcs = _line(diagram.atoms, xs), list[Arc]()
    for block, legs, height in zip(diagram.partition, diagram.blocks, heights(diagram.partition), strict=True):
        style = f"comb{order.index(names[block[0]]) % 4 + 1}"
        at = [xs[i] for i in legs]
        if blocks == "comb" or len(at) == 1:
            lines += _comb(style, at, height * ROW)
        else:
            lift = {pair: _inner(diagram.partition, *pair) for pair in pairwise(block)}
            arcs += [Arc(style, u, v, 0, ROW * lift[pair]) for (u, v), pair in zip(pairwise(at), lift, strict=True)]
    dots = tuple(Dot(_mark(atom), x, 0) for atom, x in zip(diagram.atoms, xs, strict=True))
    labels = tuple(Label("letter", x, -ROW, label(atom)) for atom, x in zip(diagram.atoms, xs, strict=True))
    return Picture(tuple(lines), tuple(arcs), dots, labels, "Planar diagram", _described(diagram))


def places(atoms: Sequence[Atom]) -> list[float]:
    """Where the atoms stand: a pitch apart, or further where their labels ask for it."""
    widths = [label_width(label(atom)) for atom in atoms]
    xs = [aligned(max(2 * COLUMN, widths[0] / 2))] if atoms else []
    for left, right in pairwise(widths):
        xs.append(xs[-1] + max(PITCH, aligned((left + right) / 2 + COLUMN)))
    return xs


def heights(partition: Iterable[Sequence[int]]) -> list[int]:
    """The level of each block: one above the highest block nested in it.

    >>> heights([(0, 3), (1, 2), (4,)])
    [2, 1, 1]
    """
    parts = list(partition)
    found: dict[int, int] = {}
    for i in sorted(range(len(parts)), key=lambda i: parts[i][-1] - parts[i][0]):
        nested = (found[j] for j in found if parts[i][0] < parts[j][0] and parts[j][-1] < parts[i][-1])
        found[i] = 1 + max(nested, default=0)
    return [found[i] for i in range(len(parts))]


def _inner(partition: Iterable[Sequence[int]], left: int, right: int) -> int:
    """The level of an arc between two legs: one above what stands between them."""
    between = [block for block in partition if left < block[0] and block[-1] < right]
    return 1 + max(heights(between), default=0)


def _comb(style: str, at: Sequence[float], y: float) -> list[Line]:
    bar = Line(style, at[0], y, at[-1], y) if len(at) > 1 else Line("cap", at[0] - CAP, y, at[0] + CAP, y)
    return [*(Line(style, x, 0, x, y) for x in at), bar]


def _line(atoms: Sequence[Atom], xs: Sequence[float]) -> list[Line]:
    """The line in pieces that leave out the hollow marks, with a stub at either end."""
    if not xs:
        return [Line("stub", 0, 0, 4 * COLUMN, 0)]
    room = [0.0 if _mark(atom) == "random" else MARK for atom in atoms]
    between = [Line("backbone", x + r, 0, y - s, 0) for (x, r), (y, s) in pairwise(zip(xs, room, strict=True))]
    end = 2 * COLUMN
    return [Line("stub", xs[0] - end, 0, xs[0] - room[0], 0), *between, Line("stub", xs[-1] + room[-1], 0, xs[-1] + end, 0)]


def _mark(atom: Atom) -> str:
    if isinstance(atom, Bare):
        return "bare"
    return "random" if atom.random else "deterministic"


def _described(diagram: Diagram) -> str:
    letters = " ".join(label(atom) for atom in diagram.atoms) or "no letters"
    joined = ", ".join("{" + " ".join(str(i + 1) for i in block) + "}" for block in diagram.partition) or "none"
    return f"Letters {letters}; blocks of random letters {joined}; value {diagram}."


def gallery(diagrams: Iterable[Diagram], columns: int | None = None, blocks: str = "comb") -> Picture:
    """The diagrams in reading order on a grid, each above its value; as many columns as a page of two columns holds."""
    every = tuple(diagrams)
    if not every:
        raise PlanarError("there is no diagram to draw; ask for an order at which the expression has one.")
    laws = sorted(dict.fromkeys(letter.name for d in every for letter in d.walk.random))
    cells = [_cell(d, backbone(d, laws, blocks)) for d in every]
    wide = aligned(max(cell.bounds[2] - cell.bounds[0] for cell in cells)) + GAP
    across = columns or max(1, min(len(cells), int((WIDTH + GAP) / wide)))
    placed, top = list[Picture](), 0.0
    for start in range(0, len(cells), across):
        row = cells[start : start + across]
        top -= ROW * round(max(cell.bounds[3] for cell in row) / ROW)
        middles = [wide * i + (wide - GAP) / 2 for i in range(len(row))]
        placed += [cell.moved(_centring(cell, x), top) for cell, x in zip(row, middles, strict=True)]
        top -= 4 * ROW
    number = f"{len(every)} planar diagram" + "s" * (len(every) > 1)
    return Picture.union(placed, number, " ".join(cell.description for cell in cells))


def _cell(diagram: Diagram, picture: Picture) -> Picture:
    """The diagram with its value below the names."""
    left, _, right, _ = picture.bounds
    value = Picture(labels=(Label("value", (left + right) / 2, -2.3 * ROW, str(diagram)),))
    return Picture.union((picture, value), picture.title, picture.description)


def _centring(cell: Picture, middle: float) -> float:
    """How far the cell moves, in whole columns, for its middle to stand at ``middle``."""
    left, _, right, _ = cell.bounds
    return COLUMN * round((middle - (left + right) / 2) / COLUMN)
