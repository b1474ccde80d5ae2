"""A diagram on its backbone: the walk on one line in reading order, each block a comb (or arcs)
above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from planar.diagrams import Bare, Diagram
from planar.diagrams.atoms import Atom, label
from planar.foundations.errors import PlanarError
from planar.writing.drawing.picture import (
    COLUMN,
    COMBS,
    ROW,
    Arc,
    Dot,
    Label,
    Line,
    Picture,
    aligned,
    label_width,
)

__all__ = [
    "CAP",
    "Blocks",
    "backbone",
    "comb",
    "comb_style",
    "described",
    "heights",
    "line",
    "mark",
    "places",
]

PITCH = 3 * COLUMN
CAP = 0.11
MARK = 0.11

Blocks = Literal["comb", "arcs"]
"""A comb is the habit of free probability, an arc for each pair of consecutive legs that of
physics.
"""


def backbone(diagram: Diagram, laws: Sequence[str] = (), blocks: Blocks = "comb") -> Picture:
    """The diagram on one horizontal line, in reading order.

    Random letters are discs, deterministic ones squares, bare resolvents rings; all are named below
    the line. A block is a comb above it, at a height that its nested blocks leave free
    (``blocks="arcs"``: an arc for each pair of consecutive legs). ``laws`` numbers the ensembles
    for the styles comb1, comb2, ...; without it they count by name.

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
    for block, legs, height in zip(
        diagram.partition, diagram.blocks, heights(diagram.partition), strict=True
    ):
        style = comb_style(names[block[0]], laws or names)
        at = [xs[i] for i in legs]
        if blocks == "comb" or len(at) == 1:
            lines += comb(style, at, 0, height * ROW)
        else:
            lift = {pair: _inner(diagram.partition, *pair) for pair in pairwise(block)}
            arcs += [
                Arc(style, u, v, 0, ROW * lift[pair])
                for (u, v), pair in zip(pairwise(at), lift, strict=True)
            ]
    dots = tuple(Dot(mark(atom), x, 0) for atom, x in zip(diagram.atoms, xs, strict=True))
    labels = tuple(
        Label("letter", x, -ROW, label(atom)) for atom, x in zip(diagram.atoms, xs, strict=True)
    )
    return Picture(
        tuple(lines),
        tuple(arcs),
        dots,
        labels,
        title="Planar diagram",
        description=described(diagram),
    )


def comb_style(name: str, names: Iterable[str]) -> str:
    """The style of an ensemble's blocks, by its place among all names."""
    every = sorted(dict.fromkeys(names))
    if len(every) > len(COMBS):
        raise PlanarError(
            f"{len(every)} ensembles ({', '.join(every)}) are more than the {len(COMBS)} styles of blocks; draw fewer."
        )
    return COMBS[every.index(name)]


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
        nested = (
            found[j] for j in found if parts[i][0] < parts[j][0] and parts[j][-1] < parts[i][-1]
        )
        found[i] = 1 + max(nested, default=0)
    return [found[i] for i in range(len(parts))]


def _inner(partition: Iterable[Sequence[int]], left: int, right: int) -> int:
    """The level of an arc between two legs: one above what stands between them."""
    between = [block for block in partition if left < block[0] and block[-1] < right]
    return 1 + max(heights(between), default=0)


def comb(style: str, at: Sequence[float], foot: float, y: float) -> list[Line]:
    """Legs at these places from the height ``foot`` to a common bar at y; a single leg has a short
    cap.
    """
    bar = (
        Line(style, at[0], y, at[-1], y)
        if len(at) > 1
        else Line("cap", at[0] - CAP, y, at[0] + CAP, y)
    )
    return [*(Line(style, x, foot, x, y) for x in at), bar]


def line(atoms: Sequence[Atom], xs: Sequence[float], y: float = 0) -> list[Line]:
    """The line in pieces that leave out the hollow marks, with a stub at either end."""
    if not xs:
        return [Line("stub", 0, y, 4 * COLUMN, y)]
    room = [0.0 if mark(atom) == "random" else MARK for atom in atoms]
    between = [
        Line("backbone", x + r, y, z - s, y)
        for (x, r), (z, s) in pairwise(zip(xs, room, strict=True))
    ]
    end = 2 * COLUMN
    return [
        Line("stub", xs[0] - end, y, xs[0] - room[0], y),
        *between,
        Line("stub", xs[-1] + room[-1], y, xs[-1] + end, y),
    ]


def mark(atom: Atom) -> str:
    """The style of an atom's dot."""
    if isinstance(atom, Bare):
        return "bare"
    return "random" if atom.random else "deterministic"


def described(diagram: Diagram) -> str:
    """The diagram in words."""
    letters = " ".join(label(atom) for atom in diagram.atoms) or "no letters"
    joined = (
        ", ".join("{" + " ".join(str(i + 1) for i in block) + "}" for block in diagram.partition)
        or "none"
    )
    return f"Letters {letters}; blocks of random letters {joined}; value {diagram}."
