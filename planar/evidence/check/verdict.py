"""The verdict on a predicted value: standard errors, the bias seen at two sizes, and what they
allow to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

import numpy as np
from rich.console import Group
from rich.table import Table as RichTable

from planar.ensembles.law import Law
from planar.evidence.check.sampling import Samples, joined, probes, sample
from planar.expression.tree import Sum, Target, Tree, children, letters
from planar.expression.values import Array, Values, resolve
from planar.foundations.errors import BranchError, ValueMissing
from planar.foundations.printed import Printed

__all__ = ["Row", "Table", "Verdict", "check", "judge"]

_ONE_SIZE = 3.5
_EXTRAPOLATED = 4.0
_RESOLUTION = 0.01
_STANDARD_ERRORS = 6.0
_NEGLIGIBLE = 1e-4
_DRIFT = 0.2
_LARGEST = 200


class Row(NamedTuple):
    """One probe: what was predicted and what was sampled, extrapolated in size where two sizes were
    drawn.
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
        """Header and rows as text."""
        head = ("probe", "predicted", "sampled", "standard error", "z")
        return (
            head,
            *(
                (
                    r.probe,
                    _text(r.predicted),
                    _text(r.sampled),
                    f"{r.standard_error:.2g}",
                    f"{r.z:.2f}",
                )
                for r in self
            ),
        )

    def __str__(self) -> str:
        cells = self.cells()
        widths = [max(len(row[i]) for row in cells) for i in range(5)]
        return "\n".join(
            "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in cells
        )

    def __rich__(self) -> Any:
        head, *rows = self.cells()
        table = RichTable(*head)
        for row in rows:
            table.add_row(*(cell.replace("[", r"\[") for cell in row))
        return table


@dataclass(frozen=True)
class Verdict(Printed):
    """Whether samples support a predicted value; true only when they agree with it.

    ``z_score`` is the largest over the probes. ``relative_error``, its ``standard_error`` and the
    ``bias`` at the smaller size (None where one size was enough) belong to the probe with the
    smallest standard error relative to its predicted value, and are in units of the latter; where
    every probe is predicted to vanish the unit is the normalised Hilbert-Schmidt norm. ``trials``
    were drawn at each of ``sizes``.
    """

    verdict: Literal["agree", "disagree", "inconclusive"]
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
        """The verdict in one sentence."""
        sizes = " and ".join(
            "(" + ", ".join(f"{d} = {n}" for d, n in size) + ")" for size in self.sizes
        )
        largest = f"largest of {len(self.table)} z-scores" if len(self.table) > 1 else "z-score"
        bias = "" if self.bias is None else f", bias {self.bias:.2%}"
        return (
            f"{self.verdict}: prediction and samples differ by {self.relative_error:.3%} (standard error "
            f"{self.standard_error:.3%}"
            f"{bias}), {largest} {self.z_score:.2f}; "
            f"{self.trials} trials at {sizes}, seed {self.seed}"
        )

    def __str__(self) -> str:
        return f"{self.summary()}\n{self.table}"

    def __rich__(self) -> Any:
        return Group(self.summary(), self.table)


@dataclass(frozen=True, eq=False)
class _Comparison:
    """Deviations of the samples (at one size, or extrapolated from two) from the prediction."""

    predicted: Array
    deviation: Array
    error: Array
    slack: Array
    magnitude: float
    bias: Array | None

    @property
    def unit(self) -> Array:
        """The scale of each probe: its predicted value, or the magnitude where all of them vanish."""
        size = np.abs(self.predicted)
        small = size <= 1e-6 * self.magnitude
        result: Array = np.where(small, self.magnitude if small.all() else np.inf, size)
        return result

    @property
    def floor(self) -> float:
        """The scale below which differences are rounding."""
        return 1e-10 * max(self.magnitude, float(np.abs(self.predicted).max()), 1e-200)

    @property
    def z(self) -> Array:
        result: Array = np.abs(self.deviation) / np.maximum(self.error, self.floor)
        return result

    @property
    def best(self) -> int:
        """The probe with the smallest standard error in units of its scale."""
        return int(np.argmin(self.error / np.maximum(self.unit, self.floor)))

    @property
    def resolved(self) -> bool:
        """Whether an error of one percent would be seen."""
        return bool(
            _STANDARD_ERRORS * self.error[self.best]
            <= _RESOLUTION * max(self.unit[self.best], self.floor)
        )

    def significant(self, threshold: float) -> bool:
        """Whether some probe is off by more than noise, remaining bias and one part in ten thousand
        of the scale.
        """
        scale = float(np.sqrt(np.mean(np.abs(self.predicted) ** 2)))
        allowed = np.maximum(
            threshold * np.maximum(self.error, self.floor) + self.slack, _NEGLIGIBLE * scale
        )
        return bool((np.abs(self.deviation) > allowed).any())


def judge(predicted: Array, run: Callable[[int, int], Samples], trials: int = 100) -> Verdict:
    """The verdict on predicted probe values, where ``run(copies, trials)`` draws samples.

    "agree" is said where all probes lie within 3.5 standard errors (Bonferroni) and six standard
    errors make less than one percent, at the size given or, if its standard errors are too large,
    at twice that size. Where some probe is further off, the bias, O(1/N^2) for complex ensembles
    and O(1/N) for real ones, is extrapolated away from both sizes: what then deviates by more than
    four standard errors and a fifth of the drift between the sizes is "disagree". Trials are
    doubled up to eightfold, and sizes up to 200, before the answer is "inconclusive".
    """
    factors = (1, 2, 4, 8)
    near, far = (_bonferroni(d, len(predicted)) for d in (_ONE_SIZE, _EXTRAPOLATED))
    for factor in factors:
        small = run(1, factor * trials)
        view = _one_size(predicted, small)
        if view.significant(near):
            break
        if view.resolved:
            return _verdict("agree", view, (small,))
    for copies, factor in product((1, 2, 4), factors):
        if (
            copies > 1
            and 2 * copies * max((n for _, n in run(1, trials).sizes), default=_LARGEST) > _LARGEST
        ):
            break
        start = small.trials if copies == small.copies else 0
        small, large = run(copies, max(start, factor * trials)), run(2 * copies, factor * trials)
        view, alone = _two_sizes(predicted, small, large), _one_size(predicted, large)
        if view.significant(far):
            return _verdict("disagree", view, (small, large))
        if view.resolved:
            return _verdict("agree", view, (small, large))
        if alone.resolved and not alone.significant(near):
            return _verdict("agree", alone, (large,))
    return _verdict("inconclusive", view, (small, large))


def check(
    target: Target,
    laws: Sequence[Law],
    predicted_value: object,
    values: Mapping[Any, Any] | Values,
    *,
    trials: int = 100,
    seed: int = 0,
    real: bool = False,
    executor: Executor | None = None,
) -> Verdict:
    """Monte Carlo verdict on the numeric value (a number or an n x m array) that an equivalent
    gives for ``target``.

    Trials are sent to ``executor`` if there is one. The matrices are small: where workers share a
    machine, start them with one BLAS thread each (``OPENBLAS_NUM_THREADS=1``, say), which the check
    leaves as it finds it.

    >>> from sympy import symbols
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import dims, tr
    >>> from planar.expression.tree import read
    >>> (N, P), seed = dims("N P"), 1
    >>> W = Wishart("W", N, P)
    >>> check(read(tr(W*W)), [W], 1.5, {N: 40, P: 80}, seed=seed).verdict
    'agree'
    """
    if not isinstance(trials, int) or trials < 2:
        raise ValueMissing(f"a check needs at least two trials, got trials={trials!r}.")
    found = (
        values
        if isinstance(values, Values)
        else resolve(letters(target), laws, _scalars(target, laws), values)
    )
    predicted = probes(target, found).of(predicted_value)
    if not np.isfinite(predicted).all():
        raise BranchError(
            "the predicted value is not finite; move its parameters off the spectrum."
        )
    drawn: dict[int, Samples] = {}

    def run(copies: int, wanted: int) -> Samples:
        done = drawn[copies].trials if copies in drawn else 0
        if done < wanted:
            more = sample(
                target,
                laws,
                found,
                trials=wanted - done,
                seed=seed,
                real=real,
                executor=executor,
                copies=copies,
                first=done,
            )
            drawn[copies] = joined(drawn[copies], more) if done else more
        return drawn[copies]

    return judge(predicted, run, trials)


def _one_size(predicted: Array, samples: Samples) -> _Comparison:
    slack = np.zeros(len(predicted))
    return _Comparison(
        predicted, samples.mean - predicted, samples.standard_error, slack, samples.magnitude, None
    )


def _two_sizes(predicted: Array, small: Samples, large: Samples) -> _Comparison:
    """Richardson's extrapolation of the deviation to infinite size."""
    ratio = 2.0**small.bias_order
    a, b = ratio / (ratio - 1), 1 / (ratio - 1)
    deviation = a * (large.mean - predicted) - b * (small.mean - predicted)
    error = np.hypot(a * large.standard_error, b * small.standard_error)
    noise = _EXTRAPOLATED * np.hypot(large.standard_error, small.standard_error)
    drift = np.maximum(np.abs(large.mean - small.mean) - noise, 0)
    return _Comparison(
        predicted,
        deviation,
        error,
        _DRIFT * drift,
        large.magnitude,
        small.mean - predicted - deviation,
    )


def _verdict(
    answer: Literal["agree", "disagree", "inconclusive"],
    view: _Comparison,
    drawn: tuple[Samples, ...],
) -> Verdict:
    best = view.best
    unit = float(max(view.unit[best], view.floor))
    sampled = view.predicted + view.deviation
    columns = (view.predicted.tolist(), sampled.tolist(), view.error.tolist(), view.z.tolist())
    return Verdict(
        answer,
        float(view.z.max()),
        float(abs(view.deviation[best])) / unit,
        float(view.error[best]) / unit,
        None if view.bias is None else float(abs(view.bias[best])) / unit,
        Table(Row(*row) for row in zip(drawn[0].names, *columns, strict=True)),
        drawn[-1].trials,
        drawn[0].seed,
        tuple(samples.sizes for samples in drawn),
    )


def _bonferroni(deviations: float, count: int) -> float:
    """The threshold for each of ``count`` probes that together are as rare as ``deviations`` for
    one.
    """
    return -NormalDist().inv_cdf(NormalDist().cdf(-deviations) / count)


def _scalars(target: Target, laws: Sequence[Law]) -> tuple[Any, ...]:
    """The free symbols of every coefficient and of the laws' parameters."""
    found: dict[Any, None] = {}
    trees: list[Tree] = []
    for term in target.terms:
        found.update(dict.fromkeys(term.coefficient.free_symbols))
        trees += term.trees
    while trees:
        tree = trees.pop()
        trees += children(tree)
        if isinstance(tree, Sum):
            found.update((s, None) for c, _ in tree.terms for s in c.free_symbols)
    found.update((s, None) for law in laws for a in law.args[3:] for s in a.free_symbols)
    return tuple(sorted(found, key=lambda s: s.name))


def _text(value: complex) -> str:
    value = complex(value)
    return (
        f"{value.real:.6g}"
        if abs(value.imag) <= 1e-12 * abs(value)
        else f"{value.real:.6g}{value.imag:+.2g}i"
    )
