"""The rung and the summed ladder as equations of diagrams, on two lines above each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from planar.writing.drawing.marks import Area, Dot, Label, Line
from planar.writing.drawing.picture import Picture
from planar.writing.drawing.side_by_side import beside, block_sizes
from planar.writing.drawing.text_widths import COLUMN, ROW, typeset_width

__all__ = ["ladder_sum", "rung"]

HIGH = 2 * ROW
"""Half the distance of the two lines."""
END = 4 * COLUMN
"""Length of the lines that lead into a box or a joint."""
STUB = 2 * COLUMN
BOX = 4 * COLUMN
HATCHES = 6
GAP = 0.11
"""Half the gap that a line leaves for a mark on it."""


def rung(letter: str, sizes: Sequence[int], *, mate: str = "", more: bool = True) -> Picture:
    """The rung: blocks with legs on both lines, by the number of legs above and below.

    Between the legs of a block the lines are dressed.

    Parameters
    ----------
    letter : str
        Name of the random letter.
    sizes : sequence of int
        Numbers of legs, each at least 2; a size gives one term for each way to split it.
    mate : str
        What ``letter`` alternates with along a block, its transpose for example; by default the
        letter stands at every leg.
    more : bool
        Whether the sum ends in dots; by default it does.

    Returns
    -------
    Picture

    Raises
    ------
    PlanarError
        If ``sizes`` are not sizes of blocks.

    Examples
    --------
    >>> rung("W", (2,)).description
    'Blocks of W with legs 1 above and 1 below.'
    """
    parts: list[Picture | str] = [_rung_box("ρ")]
    splits = list[tuple[int, int]]()
    for size in block_sizes(sizes, 2):
        splits += [(over, size - over) for over in range(size - 1, 0, -1)]
    for k, (over, under) in enumerate(splits):
        parts += ["+" if k else "=", _block((letter, mate or letter), over, under)]
    if more:
        parts.append("+ ⋯")
    described = ", ".join(f"{over} above and {under} below" for over, under in splits)
    return Picture.union([beside(*parts)], "The rung", f"Blocks of {letter} with legs {described}.")


def ladder_sum(joint: str = "M", name: str = "ρ") -> Picture:
    """The summed ladder as a geometric series.

    The hatched box is the joint, plus one rung and the box again.

    Parameters
    ----------
    joint : str
        Name of the matrix between the two resolvents, M by default; empty where there is none.
    name : str
        Name of the rung; ρ by default.

    Returns
    -------
    Picture

    Examples
    --------
    >>> ladder_sum("M").description
    'The summed ladder is M plus ρ times the summed ladder.'
    """
    turn = joint or "the bare turn"
    return Picture.union(
        [beside(_hatched(), "=", _joint(joint), "+", _with_rung(name))],
        "The ladder",
        f"The summed ladder is {turn} plus {name} times the summed ladder.",
    )


def _block(names: tuple[str, str], over: int, under: int) -> Picture:
    """A block with legs on both lines, its ends above each other."""
    width = 4 * COLUMN * (max(over, under) - 1)
    above, below = _leg_places(over, width), _leg_places(under, width)
    along = [names[k % 2] for k in range(over + under)]
    upper = _legs(HIGH, above, width, along[:over])
    lower = _legs(-HIGH, below, width, reversed(along[over:]))
    first, last = min(*above, *below), max(*above, *below)
    bar = (Line("comb1", first, 0, last, 0),) if first < last else ()
    return Picture.union([upper, lower, Picture(bar)])


def _leg_places(many: int, width: float) -> list[float]:
    """Where the legs on one line stand: evenly over the width, a single one in its middle."""
    steps = max(many - 1, 1)
    return [STUB + width * (2 * k - many + 1) / 2 / steps + width / 2 for k in range(many)]


def _legs(y: float, xs: Sequence[float], width: float, letters: Iterable[str]) -> Picture:
    """One line with its legs down or up to the axis, each named outside."""
    lines = [
        Line("stub", 0, y, xs[0], y),
        *(Line("dressed", a, y, b, y) for a, b in pairwise(xs)),
        Line("stub", xs[-1], y, 2 * STUB + width, y),
        *(Line("comb1", x, y, x, 0) for x in xs),
    ]
    out = 0.8 * ROW if y > 0 else -0.8 * ROW
    labels = [Label("letter", x, y + out, letter) for letter, x in zip(letters, xs, strict=True)]
    dots = tuple(Dot("random", x, y) for x in xs)
    return Picture(tuple(lines), (), dots, tuple(labels))


def _rung_box(name: str) -> Picture:
    """The rung as a box with a stub at each corner."""
    width = _box_width(name)
    lines = list[Line]()
    for y in (HIGH, -HIGH):
        lines += [Line("stub", x, y, x + STUB, y) for x in (0.0, STUB + width)]
    label = Label("letter", STUB + width / 2, 0, name)
    return Picture(tuple(lines), labels=(label,), areas=(_box(STUB, STUB + width),))


def _with_rung(name: str) -> Picture:
    """Two dressed lines into the box of a rung, and the hatched box behind it."""
    width = _box_width(name)
    label = Label("letter", END + width / 2, 0, name)
    box = Picture(_dressed_lines(0.0), labels=(label,), areas=(_box(END, END + width),))
    return Picture.union([box, _hatched(END + width)])


def _box_width(name: str) -> float:
    return max(3 * COLUMN, typeset_width(name) + COLUMN)


def _box(left: float, right: float) -> Area:
    return Area("box", ((left, HIGH), (right, HIGH), (right, -HIGH), (left, -HIGH)))


def _dressed_lines(x: float) -> tuple[Line, ...]:
    return tuple(Line("dressed", x, y, x + END, y) for y in (HIGH, -HIGH))


def _hatched(x: float = 0.0) -> Picture:
    """Two dressed lines into a hatched box."""
    left, right = x + END, x + END + BOX
    return Picture((*_dressed_lines(x), *_hatches(left, right)), areas=(_box(left, right),))


def _hatches(left: float, right: float) -> list[Line]:
    """Lines of slope one across the box."""
    wide, tall = right - left, 2 * HIGH
    hatches = list[Line]()
    for k in range(1, HATCHES + 3):
        shift = (wide + tall) * k / (HATCHES + 3)
        x1, y1 = (left, -HIGH + tall - shift) if shift < tall else (left + shift - tall, -HIGH)
        x2, y2 = (left + shift, HIGH) if shift < wide else (right, HIGH - (shift - wide))
        hatches.append(Line("hatch", x1, y1, x2, y2))
    return hatches


def _joint(name: str) -> Picture:
    """Two dressed lines joined at the right, through the named matrix where there is one."""
    if not name:
        return Picture((*_dressed_lines(0.0), Line("backbone", END, HIGH, END, -HIGH)))
    upper, lower = Line("backbone", END, HIGH, END, GAP), Line("backbone", END, -GAP, END, -HIGH)
    dot = Dot("deterministic", END, 0)
    label = Label("letter", END + COLUMN, 0, name, "start")
    return Picture((*_dressed_lines(0.0), upper, lower), (), (dot,), (label,))
