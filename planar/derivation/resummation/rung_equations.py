"""The linear equations of the rungs between two components, and their solution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planar.derivation.resummation.gauss_jordan import Rows, eliminate
from planar.derivation.resummation.rung_names import RungNames
from planar.foundations.rational import Rational

__all__ = ["RungEquations", "amplitudes"]


@dataclass(frozen=True)
class RungEquations:
    """``H = bare + loops S`` and ``on_s S + on_h H + constants = 0`` between two components.

    ``pairs`` are the occurrences that each entry of S and H joins, ``letters`` their names.
    """

    pairs: list[tuple[int, int]]
    letters: list[str]
    bare: list[Rational]
    loops: Rows
    on_s: Rows
    on_h: Rows
    constants: list[Rational]


def amplitudes(
    equations: RungEquations, names: RungNames, classes: tuple[int, int], zero: Rational
) -> list[Rational]:
    """S on all pairs, one after another, every pivot under a name.

    The laws give S = rungs H + constant, and H = bare + loops S closes them: (1 - rungs loops) S =
    rungs bare + constant. ``classes`` are those of the two components. Raises ``TooLong`` where
    this grows too long to be read.
    """
    n = len(equations.pairs)
    law_rows = zip(equations.on_h, equations.constants, strict=True)
    right = [[-x for x in row] + [-constant] for row, constant in law_rows]
    solved_laws = eliminate(equations.on_s, right, zero)
    rungs = [[names.weight(x) for x in row[:n]] for row in solved_laws]
    system = _one_minus(_product(rungs, equations.loops, zero))
    driven = [
        [row[n] + _dot(weights, equations.bare, zero)]
        for row, weights in zip(solved_laws, rungs, strict=True)
    ]

    def named_pivot(value: Rational, place: int) -> Rational:
        return names.pivot(value, classes, equations.letters[place])

    return [row[0] for row in eliminate(system, driven, zero, named_pivot)]


def _dot(left: Iterable[Rational], right: Iterable[Rational], zero: Rational) -> Rational:
    return sum((x * y for x, y in zip(left, right, strict=True)), zero)


def _product(left: Rows, right: Rows, zero: Rational) -> Rows:
    columns = list(zip(*right, strict=True))

    def row_times(row: list[Rational]) -> list[Rational]:
        return [_dot(row, column, zero) for column in columns]

    return [row_times(row) for row in left]


def _one_minus(rows: Rows) -> Rows:
    """The identity minus a matrix."""
    return [_unit_minus(i, row) for i, row in enumerate(rows)]


def _unit_minus(place: int, row: list[Rational]) -> list[Rational]:
    return [int(place == j) - x for j, x in enumerate(row)]
