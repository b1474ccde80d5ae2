"""The verdict on a predicted value, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from rich.console import Group
from rich.table import Table as RichTable

from planar.foundations.notebook_display import Printed

__all__ = ["Answer", "Row", "Table", "Verdict"]

Answer = Literal["agree", "disagree", "inconclusive"]


class Row(NamedTuple):
    """One probe: what was predicted and what was sampled.

    Attributes
    ----------
    probe : str
        The linear functional of the target: the value itself, a normalised trace, or a bilinear
        form.
    predicted : complex
        Its value in the formula.
    sampled : complex
        The mean over samples, extrapolated in size where two sizes were drawn.
    standard_error : float
        Of ``sampled``, real and imaginary parts together.
    z : float
        The difference in standard errors.
    """

    probe: str
    predicted: complex
    sampled: complex
    standard_error: float
    z: float


class Table(tuple[Row, ...]):
    """The rows of a verdict, printable as text and by rich."""

    __slots__ = ()

    def cells(self) -> tuple[tuple[str, ...], ...]:
        """Header and rows as text.

        Returns
        -------
        tuple of tuple of str
            Five texts a row, the header first.
        """
        head = ("probe", "predicted", "sampled", "standard error", "z")
        return (head, *map(_cells, self))

    def __str__(self) -> str:
        cells = self.cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        return "\n".join(_aligned(row, widths) for row in cells)

    def __rich__(self) -> RichTable:
        head, *rows = self.cells()
        table = RichTable(*head)
        for row in rows:
            table.add_row(*(cell.replace("[", r"\[") for cell in row))
        return table


@dataclass(frozen=True)
class Verdict(Printed):
    """Whether samples support a predicted value; true only where they agree with it.

    ``relative_error``, ``standard_error`` and ``bias`` belong to the probe with the smallest
    standard error relative to its predicted value, and are in units of the latter; where every
    probe is predicted to vanish the unit is the normalised Hilbert-Schmidt norm.

    Attributes
    ----------
    verdict : {"agree", "disagree", "inconclusive"}
        The answer.
    z_score : float
        The largest over the probes.
    relative_error : float
        The difference of prediction and samples.
    standard_error : float
        Of that difference.
    bias : float or None
        The bias at the smaller size; None where one size was enough.
    table : Table
        One row a probe.
    trials : int
        The number of samples, drawn at each of ``sizes``.
    seed : int
        Of the samples.
    sizes : tuple
        One or two sizes, each a tuple of pairs (dimension, integer).
    """

    verdict: Answer
    z_score: float
    relative_error: float
    standard_error: float
    bias: float | None
    table: Table
    trials: int
    seed: int
    sizes: tuple[tuple[tuple[str, int], ...], ...]

    def __bool__(self) -> bool:
        return self.verdict == "agree"

    def summary(self) -> str:
        """The verdict in one sentence.

        Returns
        -------
        str
            Answer, difference, standard error, z-score, trials, sizes and seed.
        """
        sizes = " and ".join(map(_size, self.sizes))
        largest = f"largest of {len(self.table)} z-scores" if len(self.table) > 1 else "z-score"
        bias = "" if self.bias is None else f", bias {self.bias:.2%}"
        return (
            f"{self.verdict}: prediction and samples differ by {self.relative_error:.3%} "
            f"(standard error {self.standard_error:.3%}{bias}), {largest} {self.z_score:.2f}; "
            f"{self.trials} trials at {sizes}, seed {self.seed}"
        )

    def __str__(self) -> str:
        return f"{self.summary()}\n{self.table}"

    def __rich__(self) -> Group:
        return Group(self.summary(), self.table)


def _size(size: tuple[tuple[str, int], ...]) -> str:
    return "(" + ", ".join(f"{d} = {n}" for d, n in size) + ")"


def _cells(row: Row) -> tuple[str, ...]:
    values = _text(row.predicted), _text(row.sampled)
    return (row.probe, *values, f"{row.standard_error:.2g}", f"{row.z:.2f}")


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip()


def _text(value: complex) -> str:
    value = complex(value)
    if abs(value.imag) <= 1e-12 * abs(value):
        return f"{value.real:.6g}"
    return f"{value.real:.6g}{value.imag:+.2g}i"
