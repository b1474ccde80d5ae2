"""A diagram of two resolvents as a ladder: the left one above, the right one below, rungs between,
rainbows outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from planar.diagrams import Diagram
from planar.diagrams.atoms import Atom, is_random, label
from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.backbone import (
    MARK,
    comb,
    comb_style,
    described,
    heights,
    mark,
    places,
)
from planar.writing.drawing.picture import (
    COLUMN,
    ROW,
    Dot,
    Label,
    Line,
    Picture,
    aligned,
    label_width,
)

__all__ = ["ladder"]

BELOW = -4 * ROW
"""Height of the lower line."""


def ladder(diagram: Diagram, laws: Sequence[str] = ()) -> Picture:
    """The walk turned back on itself where the second resolvent begins; what stands between the two
    is at the turn.

    A block with legs on both lines is a rung.

    >>> import planar
    >>> from sympy import symbols
    >>> lam, W = symbols("lambda", positive=True), planar.Wishart("W", *planar.dims("N P"))
    >>> rung, *_ = (d for d in planar.derive(planar.resolvent(W, lam) * planar.resolvent(W, lam)).diagrams(2) if d.is_ladder)
    >>> print(planar.draw(ladder(rung), "text"))
          W
        ──●──┐
          │  │
          │  │
          │  │
        ──●──┘
          W

    Raises ``PlanarError`` where the expression has not two resolvents.
    """
    spans = diagram.walk.spans
    if len(spans) != 2:
        raise PlanarError(
            f'a ladder has two resolvents, this diagram has {len(spans)}; draw it with layout="backbone".'
        )
    turn = _turn(diagram.atoms, spans[0][1], spans[1][0])
    upper = list(range(turn.upper))
    lower = list(reversed(range(turn.lower, len(diagram.atoms))))
    xs, end = _columns(diagram, upper, lower)
    names = [letter.name for letter in diagram.walk.random]
    lines = _line(diagram.atoms, upper, xs, 0, end) + _line(diagram.atoms, lower, xs, BELOW, end)
    lines += _turned(end, turn.at is not None)
    rungs = set[int]()
    for side, y, up in ((upper, 0.0, ROW), (lower, BELOW, -ROW)):
        own = [k for k, legs in enumerate(diagram.blocks) if all(i in side for i in legs)]
        places_of = [sorted(side.index(i) for i in diagram.blocks[k]) for k in own]
        for k, at, level in zip(own, places_of, heights(places_of), strict=True):
            style = comb_style(names[diagram.partition[k][0]], laws or names)
            lines += comb(style, [xs[side[i]] for i in at], y, y + up * level)
    for block, legs in zip(diagram.partition, diagram.blocks, strict=True):
        over, under = ([xs[i] for i in legs if i in side] for side in (upper, lower))
        if over and under:
            lines += _rung(comb_style(names[block[0]], laws or names), over, under)
            rungs.update(legs)
    dots = [
        Dot(mark(diagram.atoms[i]), xs[i], y)
        for side, y in ((upper, 0.0), (lower, BELOW))
        for i in side
    ]
    labels = [_label(diagram.atoms[i], xs[i], 0, i in rungs, ROW) for i in upper]
    labels += [_label(diagram.atoms[i], xs[i], BELOW, i in rungs, -ROW) for i in lower]
    if turn.at is not None:
        dots.append(Dot(mark(diagram.atoms[turn.at]), end, BELOW / 2))
        labels.append(
            Label("letter", end + COLUMN, BELOW / 2, label(diagram.atoms[turn.at]), "start")
        )
    return Picture(
        tuple(lines),
        (),
        tuple(dots),
        tuple(labels),
        title="Ladder diagram",
        description=described(diagram),
    )


@dataclass(frozen=True)
class _Turn:
    """Atoms before ``upper`` are on the upper line, from ``lower`` on on the lower one; ``at`` is
    the one at the turn.
    """

    upper: int
    lower: int
    at: int | None


def _turn(atoms: Sequence[Atom], first: int, last: int) -> _Turn:
    """The deterministic atom nearest to the middle of what joins the resolvents stands at the turn."""
    fixed = [i for i in range(first, last) if not is_random(atoms[i])]
    if not fixed:
        return _Turn(last, last, None)
    at = min(fixed, key=lambda i: (abs(2 * i - first - last + 1), i))
    return _Turn(at, at + 1, at)


def _columns(
    diagram: Diagram, upper: list[int], lower: list[int]
) -> tuple[dict[int, float], float]:
    """Where each atom stands, so that every rung has columns of its own, and where the line turns."""
    xs, left, u, v = dict[int, float](), 0.0, 0, 0
    for legs in sorted(diagram.blocks):
        over, under = (
            sorted(upper.index(i) for i in legs if i in upper),
            sorted(lower.index(i) for i in legs if i in lower),
        )
        if over and under:
            left = _slot(diagram.atoms, xs, left, upper[u : over[0]], lower[v : under[0]])
            left = _slot(
                diagram.atoms,
                xs,
                left,
                upper[over[0] : over[-1] + 1],
                lower[under[0] : under[-1] + 1],
            )
            u, v = over[-1] + 1, under[-1] + 1
    return xs, _slot(diagram.atoms, xs, left, upper[u:], lower[v:]) + 2 * COLUMN


def _slot(atoms: Sequence[Atom], xs: dict[int, float], left: float, *sides: list[int]) -> float:
    """Both sides from ``left`` on, each in the middle of the wider one; returns where the next slot
    begins.
    """
    rows = [(side, places([atoms[i] for i in side])) for side in sides if side]
    if not rows:
        return left
    lead, widest = max(row[0] for _, row in rows), max(row[-1] - row[0] for _, row in rows)
    for side, row in rows:
        start = left + lead + COLUMN * round((widest - (row[-1] - row[0])) / 2 / COLUMN)
        xs.update({i: start + x - row[0] for i, x in zip(side, row, strict=True)})
    return (
        left
        + lead
        + widest
        + max(aligned(label_width(label(atoms[side[-1]])) / 2) for side, _ in rows)
    )


def _line(
    atoms: Sequence[Atom], side: list[int], xs: dict[int, float], y: float, end: float
) -> list[Line]:
    """One line from its stub to the turn."""
    ends = [(xs[i], 0.0 if is_random(atoms[i]) else MARK) for i in side]
    stops = [(0.0, 0.0), *ends, (end, 0.0)]
    style = ["stub", *["backbone"] * len(side)]
    return [
        Line(s, x + r, y, z - t, y)
        for s, ((x, r), (z, t)) in zip(style, pairwise(stops), strict=True)
    ]


def _turned(end: float, held: bool) -> list[Line]:
    middle, room = BELOW / 2, MARK if held else 0.0
    return [
        Line("backbone", end, 0, end, middle + room),
        Line("backbone", end, middle - room, end, BELOW),
    ]


def _rung(style: str, over: Sequence[float], under: Sequence[float]) -> list[Line]:
    """A straight line where one leg stands above the other, else legs that meet in a bar."""
    middle, every = BELOW / 2, sorted({*over, *under})
    if len(every) == 1:
        return [Line(style, every[0], 0, every[0], BELOW)]
    legs = [Line(style, x, 0, x, middle) for x in over] + [
        Line(style, x, BELOW, x, middle) for x in under
    ]
    return [*legs, Line(style, every[0], middle, every[-1], middle)]


def _label(atom: Atom, x: float, y: float, on_rung: bool, outside: float) -> Label:
    """A letter on a rung is named outside, others inside of the two lines."""
    return Label("letter", x, y + (outside if on_rung else -outside), label(atom))
