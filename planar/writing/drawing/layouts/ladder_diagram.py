"""A diagram of two resolvents as a ladder: the left one above, the right one below.

Rungs stand between them, rainbows outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from planar.diagrams import Diagram
from planar.diagrams.atoms import Atom, is_random, label
from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.combs import comb, comb_style, heights
from planar.writing.drawing.layouts.ladder_columns import columns, turn_of
from planar.writing.drawing.layouts.walk_line import MARK, described, mark
from planar.writing.drawing.marks import Dot, Label, Line
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.text_widths import COLUMN, ROW

__all__ = ["ladder"]

BELOW = -4 * ROW
"""Height of the lower line."""


def ladder(diagram: Diagram, laws: Sequence[str] = ()) -> Picture:
    """The walk turned back on itself where the second resolvent begins.

    What stands between the two resolvents is at the turn. A block with legs on both lines is a
    rung.

    Parameters
    ----------
    diagram : Diagram
        One of ``eq.diagrams(order)`` with two resolvents.
    laws : sequence of str
        Names of ensembles, which number them for the styles comb1, comb2, ...; by default those of
        the diagram in the order of their names.

    Returns
    -------
    Picture

    Raises
    ------
    PlanarError
        If the expression has not two resolvents, or more than eight ensembles.

    Examples
    --------
    >>> import planar
    >>> from sympy import symbols
    >>> lam, W = symbols("lambda", positive=True), planar.Wishart("W", *planar.dims("N P"))
    >>> eq = planar.derive(planar.resolvent(W, lam) * planar.resolvent(W, lam))
    >>> rung, *_ = (diagram for diagram in eq.diagrams(2) if diagram.is_ladder)
    >>> print(planar.draw(ladder(rung), "text"))
          W
        ──●──┐
          │  │
          │  │
          │  │
        ──●──┘
          W
    """
    spans = diagram.walk.spans
    if len(spans) != 2:
        raise PlanarError(
            f"a ladder has two resolvents, this diagram has {len(spans)}; draw it with "
            'layout="backbone".'
        )
    (_, first_end), (second_start, _) = spans
    turn = turn_of(diagram.atoms, first_end, second_start)
    upper = _Side(tuple(range(turn.upper)), 0.0, ROW)
    lower = _Side(tuple(reversed(range(turn.lower, len(diagram.atoms)))), BELOW, -ROW)
    xs, end = columns(diagram, upper.atoms, lower.atoms)
    blocks = _blocks(diagram, laws)
    rungs = [block for block in blocks if _is_rung(block, upper, lower)]
    dots, labels = _letters(diagram.atoms, (upper, lower), xs, rungs)
    if turn.at is not None:
        joint = diagram.atoms[turn.at]
        dots.append(Dot(mark(joint), end, BELOW / 2))
        labels.append(Label("letter", end + COLUMN, BELOW / 2, label(joint), "start"))
    lines = [
        *_line(diagram.atoms, upper, xs, end),
        *_line(diagram.atoms, lower, xs, end),
        *_turned(end, MARK if turn.at is not None else 0.0),
        *_rainbows(blocks, upper, xs),
        *_rainbows(blocks, lower, xs),
    ]
    for block in rungs:
        lines += _rung(block, upper, lower, xs)
    return Picture(
        tuple(lines),
        (),
        tuple(dots),
        tuple(labels),
        title="Ladder diagram",
        description=described(diagram),
    )


@dataclass(frozen=True)
class _Side:
    """One line: its atoms from left to right, its height, and a step outwards."""

    atoms: tuple[int, ...]
    y: float
    outwards: float


@dataclass(frozen=True)
class _Block:
    """The style of a block, and the positions of its legs among the atoms."""

    style: str
    legs: tuple[int, ...]

    def on(self, side: _Side) -> list[int]:
        """The legs on one line, in reading order."""
        return [i for i in self.legs if i in side.atoms]


def _blocks(diagram: Diagram, laws: Sequence[str]) -> list[_Block]:
    names = [letter.name for letter in diagram.walk.random]
    styles = [comb_style(names[block[0]], laws or names) for block in diagram.partition]
    return [_Block(style, legs) for style, legs in zip(styles, diagram.blocks, strict=True)]


def _is_rung(block: _Block, upper: _Side, lower: _Side) -> bool:
    return bool(block.on(upper) and block.on(lower))


def _letters(
    atoms: Sequence[Atom], sides: Iterable[_Side], xs: Mapping[int, float], rungs: Iterable[_Block]
) -> tuple[list[Dot], list[Label]]:
    """A dot and a label for each atom on the two lines.

    A letter on a rung is named outside, others inside of the two lines.
    """
    on_rungs = set(chain.from_iterable(rung.legs for rung in rungs))
    dots, labels = list[Dot](), list[Label]()
    for side in sides:
        for i in side.atoms:
            out = side.outwards if i in on_rungs else -side.outwards
            dots.append(Dot(mark(atoms[i]), xs[i], side.y))
            labels.append(Label("letter", xs[i], side.y + out, label(atoms[i])))
    return dots, labels


def _line(atoms: Sequence[Atom], side: _Side, xs: Mapping[int, float], end: float) -> list[Line]:
    """One line from its stub to the turn, in pieces that leave out the hollow marks."""
    gaps = [(xs[i], 0.0 if is_random(atoms[i]) else MARK) for i in side.atoms]
    stops = pairwise([(0.0, 0.0), *gaps, (end, 0.0)])
    styles = ["stub", *["backbone"] * len(gaps)]
    return [
        Line(style, left + gap, side.y, right - next_gap, side.y)
        for style, ((left, gap), (right, next_gap)) in zip(styles, stops, strict=True)
    ]


def _turned(end: float, gap: float) -> list[Line]:
    """From the upper to the lower line, with a gap in the middle for what stands there."""
    middle = BELOW / 2
    return [
        Line("backbone", end, 0, end, middle + gap),
        Line("backbone", end, middle - gap, end, BELOW),
    ]


def _rainbows(blocks: Iterable[_Block], side: _Side, xs: Mapping[int, float]) -> list[Line]:
    """The blocks with all legs on one line, as combs outside of it."""
    own = [block for block in blocks if len(block.on(side)) == len(block.legs)]
    at = [sorted(map(side.atoms.index, block.legs)) for block in own]
    lines = list[Line]()
    for block, columns_of, level in zip(own, at, heights(at), strict=True):
        leg_xs = [xs[side.atoms[k]] for k in columns_of]
        lines += comb(block.style, leg_xs, side.y, side.y + side.outwards * level)
    return lines


def _rung(block: _Block, upper: _Side, lower: _Side, xs: Mapping[int, float]) -> list[Line]:
    """A straight line where one leg stands above the other, else legs that meet in a bar."""
    above, below = [xs[i] for i in block.on(upper)], [xs[i] for i in block.on(lower)]
    middle, leg_xs = BELOW / 2, sorted({*above, *below})
    if len(leg_xs) == 1:
        return [Line(block.style, leg_xs[0], 0, leg_xs[0], BELOW)]
    return [
        *(Line(block.style, x, 0, x, middle) for x in above),
        *(Line(block.style, x, BELOW, x, middle) for x in below),
        Line(block.style, leg_xs[0], middle, leg_xs[-1], middle),
    ]
