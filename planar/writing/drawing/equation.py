"""Equations of diagrams: pictures and signs side by side on the axis of mathematics, all in one
scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planar.foundations.errors import PlanarError
from planar.writing.drawing.layouts.backbone import CAP
from planar.writing.drawing.layouts.circle import ring
from planar.writing.drawing.picture import (
    COLUMN,
    ROW,
    Area,
    Dot,
    Label,
    Line,
    Picture,
    typeset_width,
)

__all__ = ["beside", "dyson", "irreducible", "ladder_sum", "rung"]

GAP = COLUMN
LENGTH = 6 * COLUMN
RADIUS = 0.36
HIGH = 2 * ROW
"""Half the distance of the two lines of a ladder."""
BOX = 4 * COLUMN
HATCHES = 6


def beside(*parts: Picture | str) -> Picture:
    """Pictures and signs ("=", "+", "⋯") from left to right, with a gap between neighbours.

    >>> twice = beside(dyson(), "+", dyson())
    >>> twice.width > 2 * dyson().width
    True
    """
    placed, x = list[Picture](), 0.0
    for part in parts:
        if not isinstance(part, str | Picture):
            raise PlanarError(
                f"{part!r} is no picture and no sign; put pictures and signs such as '=' side by side."
            )
        if isinstance(part, str):
            wide = typeset_width(part) + COLUMN
            placed.append(Picture(labels=(Label("sign", x + wide / 2, 0, part),)))
            x += wide + GAP
        else:
            left, _, right, _ = part.bounds
            placed.append(part.moved(x - left, 0))
            x += right - left + GAP
    return Picture.union(placed)


def _chain(*parts: Picture) -> Picture:
    """Pictures that begin and end on the axis, joined."""
    placed, x = list[Picture](), 0.0
    for part in parts:
        ends = [v for line in part.lines for v in (line.x1, line.x2)] + [
            v for c in part.curves for v, _ in c.points
        ]
        placed.append(part.moved(x - min(ends), 0))
        x += max(ends) - min(ends)
    return Picture.union(placed)


def _propagator(name: str, *, dressed: bool, length: float = LENGTH) -> Picture:
    labels = (Label("letter", length / 2, -0.8 * ROW, name),) if name else ()
    return Picture((Line("dressed" if dressed else "backbone", 0, 0, length, 0),), labels=labels)


def _blob(name: str) -> Picture:
    radius = max(RADIUS, 0.5 * typeset_width(name) + 0.12)
    return Picture(labels=(Label("letter", 0, 0, name),), curves=(ring(radius, "blob"),))


def _sizes(sizes: Sequence[int], least: int) -> tuple[int, ...]:
    """Sizes of blocks, in their order; an error where they are none."""
    found = tuple(sizes) if isinstance(sizes, Sequence) else ()
    if not found or any(not isinstance(n, int) or n < least for n in found):
        raise PlanarError(
            f"{sizes!r} are no sizes of blocks; give integers of at least {least}, for example (2, 3)."
        )
    return found


def dyson(dressed: str = "G", bare: str = "G₀", energy: str = "Σ") -> Picture:
    """G = G0 + G0 Sigma G: a thick line is dressed, a thin one bare, the circle one-particle
    irreducible.

    >>> dyson("G", "1/λ").description
    'The dressed line G is 1/λ plus 1/λ Σ G.'
    """
    right = _chain(
        _propagator(bare, dressed=False), _blob(energy), _propagator(dressed, dressed=True)
    )
    parts = (_propagator(dressed, dressed=True), "=", _propagator(bare, dressed=False), "+", right)
    title = "Dyson's equation"
    return Picture.union(
        [beside(*parts)],
        title,
        f"The dressed line {dressed} is {bare} plus {bare} {energy} {dressed}.",
    )


def irreducible(
    letter: str, sizes: Sequence[int], energy: str = "Σ", *, mate: str = "", more: bool = True
) -> Picture:
    """Sigma as the sum over the sizes of the one block that holds both ends, with dressed lines
    between its legs.

    Along a block ``letter`` alternates with ``mate``, where it has one.

    >>> irreducible("X", (2, 4), mate="Xᵀ").description
    'Blocks of X with 2, 4 legs.'
    """
    sizes = _sizes(sizes, 1)
    stub = _propagator("", dressed=False, length=2 * COLUMN)
    parts: list[Picture | str] = [_chain(stub, _blob(energy), stub)]
    for k, size in enumerate(sizes):
        parts += ["+" if k else "=", _block((letter, mate or letter), size)]
    title, written = "One-particle-irreducible part", ", ".join(map(str, sizes))
    return Picture.union(
        [beside(*parts, *(["+ ⋯"] if more else []))],
        title,
        f"Blocks of {letter} with {written} legs.",
    )


def _block(names: tuple[str, str], size: int) -> Picture:
    """A comb of this size over dressed lines, with its free cumulant written above."""
    pitch, end = 5 * COLUMN, 2 * COLUMN
    xs = [end + pitch * k for k in range(size)]
    lines = [Line("stub", 0, 0, end, 0), *(Line("dressed", a, 0, b, 0) for a, b in pairwise(xs))]
    lines.append(Line("stub", xs[-1], 0, xs[-1] + end, 0))
    lines += [Line("comb1", x, 0, x, 1.5 * ROW) for x in xs]
    bar = Line("comb1", xs[0], 1.5 * ROW, xs[-1], 1.5 * ROW)
    lines.append(bar if size > 1 else Line("cap", xs[0] - CAP, 1.5 * ROW, xs[0] + CAP, 1.5 * ROW))
    dots = tuple(Dot("random", x, 0) for x in xs)
    labels = [Label("letter", x, -0.8 * ROW, names[k % 2]) for k, x in enumerate(xs)]
    place = "".join("₀₁₂₃₄₅₆₇₈₉"[int(d)] for d in str(size))
    labels.append(Label("letter", (xs[0] + xs[-1]) / 2, 2.1 * ROW, f"κ{place}({names[0]})"))
    return Picture(tuple(lines), (), dots, tuple(labels))


def rung(letter: str, sizes: Sequence[int], *, mate: str = "", more: bool = True) -> Picture:
    """The rung: blocks with legs on both lines, by the number of legs above and below, dressed
    lines between them.

    >>> rung("W", (2,)).description
    'Blocks of W with legs 1 above and 1 below.'
    """
    parts: list[Picture | str] = [_rung_box("ρ")]
    splits = [(over, size - over) for size in _sizes(sizes, 2) for over in range(size - 1, 0, -1)]
    for k, (over, under) in enumerate(splits):
        parts += ["+" if k else "=", _two_lines((letter, mate or letter), over, under)]
    written = ", ".join(f"{a} above and {b} below" for a, b in splits)
    return Picture.union(
        [beside(*parts, *(["+ ⋯"] if more else []))],
        "The rung",
        f"Blocks of {letter} with legs {written}.",
    )


def _two_lines(names: tuple[str, str], over: int, under: int) -> Picture:
    """A block with legs on both lines, its ends above each other."""
    pitch, end = 4 * COLUMN, 2 * COLUMN
    wide = pitch * (max(over, under) - 1)
    lines, dots, labels = list[Line](), list[Dot](), list[Label]()
    places = []
    for y, many in ((HIGH, over), (-HIGH, under)):
        xs = [
            end + (wide * (2 * k - many + 1) / 2 / max(many - 1, 1) if many > 1 else 0.0) + wide / 2
            for k in range(many)
        ]
        places += xs
        lines += [
            Line("stub", 0, y, xs[0], y),
            *(Line("dressed", a, y, b, y) for a, b in pairwise(xs)),
        ]
        lines += [
            Line("stub", xs[-1], y, 2 * end + wide, y),
            *(Line("comb1", x, y, x, 0) for x in xs),
        ]
        dots += [Dot("random", x, y) for x in xs]
        order = range(over) if y > 0 else reversed(range(over, over + under))
        out = 0.8 * ROW if y > 0 else -0.8 * ROW
        labels += [
            Label("letter", x, y + out, names[k % 2]) for k, x in zip(order, xs, strict=True)
        ]
    if min(places) < max(places):
        lines.append(Line("comb1", min(places), 0, max(places), 0))
    return Picture(tuple(lines), (), tuple(dots), tuple(labels))


def _rung_box(name: str) -> Picture:
    stub, width = 2 * COLUMN, max(3 * COLUMN, typeset_width(name) + COLUMN)
    lines = [Line("stub", x, y, x + stub, y) for y in (HIGH, -HIGH) for x in (0.0, stub + width)]
    box = Area("box", ((stub, HIGH), (stub + width, HIGH), (stub + width, -HIGH), (stub, -HIGH)))
    return Picture(tuple(lines), labels=(Label("letter", stub + width / 2, 0, name),), areas=(box,))


def ladder_sum(joint: str = "M", name: str = "ρ") -> Picture:
    """The hatched box is the joint, plus one rung and the box again: a geometric series.

    >>> ladder_sum("M").description
    'The summed ladder is M plus ρ times the summed ladder.'
    """
    parts = (_hatched(), "=", _joint(joint), "+", _with_rung(name))
    turn = joint or "the bare turn"
    return Picture.union(
        [beside(*parts)],
        "The ladder",
        f"The summed ladder is {turn} plus {name} times the summed ladder.",
    )


def _hatched(x: float = 0.0) -> Picture:
    """Two dressed lines into a hatched box."""
    lines = [Line("dressed", x, y, x + 4 * COLUMN, y) for y in (HIGH, -HIGH)]
    left, right = x + 4 * COLUMN, x + 4 * COLUMN + BOX
    corners = ((left, HIGH), (right, HIGH), (right, -HIGH), (left, -HIGH))
    return Picture((*lines, *_hatches(left, right)), areas=(Area("box", corners),))


def _hatches(left: float, right: float) -> list[Line]:
    """Lines of slope one across the box."""
    wide, tall, found = right - left, 2 * HIGH, list[Line]()
    for k in range(1, HATCHES + 3):
        shift = (wide + tall) * k / (HATCHES + 3)
        x1, y1 = (left, -HIGH + tall - shift) if shift < tall else (left + shift - tall, -HIGH)
        x2, y2 = (left + shift, HIGH) if shift < wide else (right, HIGH - (shift - wide))
        found.append(Line("hatch", x1, y1, x2, y2))
    return found


def _joint(name: str) -> Picture:
    end = 4 * COLUMN
    lines = [Line("dressed", 0, y, end, y) for y in (HIGH, -HIGH)]
    if not name:
        return Picture((*lines, Line("backbone", end, HIGH, end, -HIGH)))
    lines += [Line("backbone", end, HIGH, end, 0.11), Line("backbone", end, -0.11, end, -HIGH)]
    return Picture(
        tuple(lines),
        (),
        (Dot("deterministic", end, 0),),
        (Label("letter", end + COLUMN, 0, name, "start"),),
    )


def _with_rung(name: str) -> Picture:
    stub, width = 4 * COLUMN, max(3 * COLUMN, typeset_width(name) + COLUMN)
    lines = tuple(Line("dressed", 0, y, stub, y) for y in (HIGH, -HIGH))
    box = Area("box", ((stub, HIGH), (stub + width, HIGH), (stub + width, -HIGH), (stub, -HIGH)))
    own = Picture(lines, labels=(Label("letter", stub + width / 2, 0, name),), areas=(box,))
    return Picture.union([own, _hatched(stub + width)])
