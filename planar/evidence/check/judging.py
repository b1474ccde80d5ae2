"""From samples to a verdict: more trials, and twice the size, until they decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from itertools import chain, product
from typing import Any

import numpy as np
from sympy import Symbol

from planar.ensembles.law import Law
from planar.evidence.check.deviations import (
    EXTRAPOLATED,
    ONE_SIZE,
    Deviations,
    at_one_size,
    bonferroni,
    extrapolated,
)
from planar.evidence.check.probes import probes
from planar.evidence.check.sampling import Samples, joined, sample
from planar.evidence.check.verdict import Answer, Verdict
from planar.expression.numeric import Array
from planar.expression.tree import Target, Tree, children, coefficients, identity_sizes, letters
from planar.expression.values import Values, resolve
from planar.foundations.errors import BranchError, ValueMissing

__all__ = ["check", "judge"]

_FACTORS = (1, 2, 4, 8)
"""By which the number of trials is multiplied until they decide."""

_COPIES = (1, 2, 4)
"""By which the size is multiplied; each is compared with twice the size."""

_LARGEST = 200
"""The largest dimension to which the size is enlarged."""


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
    """Monte Carlo verdict on the numeric value that an equivalent gives for ``target``.

    The value is a number or an n x m array. Trials are sent to ``executor`` if there is one. The
    matrices are small: where workers share a machine, start them with one BLAS thread each
    (``OPENBLAS_NUM_THREADS=1``, say), which the check leaves unchanged.

    >>> from sympy import symbols
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import dims, tr
    >>> from planar.expression.reading import read
    >>> (N, P), seed = dims("N P"), 1
    >>> W = Wishart("W", N, P)
    >>> check(read(tr(W*W)), [W], 1.5, {N: 40, P: 80}, seed=seed).verdict
    'agree'
    """
    if not isinstance(trials, int) or trials < 2:
        raise ValueMissing(f"a check needs at least two trials, got trials={trials!r}.")
    if not isinstance(values, Values):
        values = resolve(
            letters(target),
            laws,
            _scalars(target, laws),
            values,
            identities=identity_sizes(target),
        )
    numbers: Values = values
    predicted = probes(target, numbers).of(predicted_value)
    if not np.isfinite(predicted).all():
        raise BranchError(
            "the predicted value is not finite; move its parameters off the spectrum."
        )

    def draw(copies: int, trials: int, first: int) -> Samples:
        return sample(
            target,
            laws,
            numbers,
            trials=trials,
            seed=seed,
            real=real,
            executor=executor,
            copies=copies,
            first=first,
        )

    return judge(predicted, _accumulated(draw), trials)


def _accumulated(draw: Callable[[int, int, int], Samples]) -> Callable[[int, int], Samples]:
    """Samples by size and number of trials; those that were drawn are kept."""
    drawn: dict[int, Samples] = {}

    def run(copies: int, trials: int) -> Samples:
        done = drawn[copies].trials if copies in drawn else 0
        if done < trials:
            further = draw(copies, trials - done, done)
            drawn[copies] = joined(drawn[copies], further) if done else further
        return drawn[copies]

    return run


def judge(predicted: Array, run: Callable[[int, int], Samples], trials: int = 100) -> Verdict:
    """The verdict on predicted probe values, where ``run(copies, trials)`` draws samples.

    The answer is "agree" where all probes lie within 3.5 standard errors (Bonferroni) and six
    standard errors make less than one percent, at the size given or, if its standard errors are too
    large, at twice that size. Where some probe is further off, the bias, O(1/N^2) for complex
    ensembles and O(1/N) for real ones, is extrapolated away from both sizes: what then deviates by
    more than four standard errors and a fifth of the drift between the sizes is "disagree". Trials
    are doubled up to eightfold, and sizes up to 200, before the answer is "inconclusive".
    """
    near, far = (bonferroni(d, len(predicted)) for d in (ONE_SIZE, EXTRAPOLATED))
    for factor in _FACTORS:
        small = run(1, factor * trials)
        deviations = at_one_size(predicted, small)
        if deviations.significant(near):
            break
        if deviations.resolved:
            return _verdict("agree", deviations, (small,))
    for copies, factor in product(_COPIES, _FACTORS):
        if copies > 1 and 2 * copies * _largest(run(1, trials)) > _LARGEST:
            break
        start = small.trials if copies == small.copies else 0
        small, large = run(copies, max(start, factor * trials)), run(2 * copies, factor * trials)
        deviations, alone = extrapolated(predicted, small, large), at_one_size(predicted, large)
        if deviations.significant(far):
            return _verdict("disagree", deviations, (small, large))
        if deviations.resolved:
            return _verdict("agree", deviations, (small, large))
        if alone.resolved and not alone.significant(near):
            return _verdict("agree", alone, (large,))
    return _verdict("inconclusive", deviations, (small, large))


def _largest(samples: Samples) -> int:
    """The largest dimension."""
    return max((size for _, size in samples.sizes), default=_LARGEST)


def _verdict(answer: Answer, deviations: Deviations, drawn: tuple[Samples, ...]) -> Verdict:
    best = deviations.best
    unit = float(max(deviations.unit[best], deviations.floor))
    bias = deviations.bias
    return Verdict(
        answer,
        float(deviations.z.max()),
        float(abs(deviations.deviation[best])) / unit,
        float(deviations.error[best]) / unit,
        None if bias is None else float(abs(bias[best])) / unit,
        deviations.table(drawn[0].names),
        drawn[-1].trials,
        drawn[0].seed,
        tuple(samples.sizes for samples in drawn),
    )


def _scalars(target: Target, laws: Sequence[Law]) -> tuple[Symbol, ...]:
    """The free symbols of every coefficient and of the laws' parameters."""
    trees: list[Tree] = list(target.trees)
    expressions = [term.coefficient for term in target.terms]
    while trees:
        tree = trees.pop()
        trees += children(tree)
        expressions += coefficients(tree)
    expressions += chain.from_iterable(law.args[3:] for law in laws)
    symbols = dict.fromkeys(chain.from_iterable(e.free_symbols for e in expressions))
    return tuple(sorted(symbols, key=lambda s: s.name))
