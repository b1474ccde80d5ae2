"""Regular forms of a coefficient where a symbol is to vanish, offered to a formula's writer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planar.derivation.resummation.resolvents import ResolventNames
from planar.derivation.resummation.rung_names import Pivot
from planar.derivation.resummation.workspace import Workspace
from planar.derivation.resummation.writer import Writer
from planar.foundations.generators import Generator, Scalar, SelfEnergy, Trace, only
from planar.foundations.rational import Rational

__all__ = ["offer_gamma", "offer_one_point", "offer_self_energies", "offer_two_point"]

_FAR = 400
"""Size up to which other forms of a value are tried, where a ladder without traces shortens it."""

Values = dict[Generator, Rational]


def offer_gamma(writer: Writer, pivot: Pivot) -> None:
    """A ladder without traces gives the parameters of its resolvents.

    For a semicircle lambda + s = 1/(gamma (mu + s')).
    """
    if only(pivot.value, Trace):
        return
    for key in only(pivot.value, Scalar):
        parameter = _solved_for(pivot, key)
        if parameter is not None:
            writer.offer([{key: parameter}])
            writer.reach = _FAR


def offer_one_point(
    writer: Writer,
    work: Workspace,
    resolvents: Sequence[ResolventNames],
    rungs: dict[Rational, Rational],
) -> None:
    """The one-point laws both ways."""
    solved, reversed_ = _one_point_laws(work, resolvents)
    _offer_complete(writer, ([solved], [reversed_], [_rung_values(rungs), solved]))


def offer_two_point(
    writer: Writer,
    work: Workspace,
    resolvents: Sequence[ResolventNames],
    rungs: dict[Rational, Rational],
    pivots: Iterable[Pivot],
) -> None:
    """gamma for its trace, after the one-point laws."""
    _, reversed_ = _one_point_laws(work, resolvents)
    traces, weights = _traces_by_gamma(pivots), _rung_values(rungs)
    _offer_complete(writer, ([traces], [reversed_, traces], [weights, reversed_, traces]))


def offer_self_energies(writer: Writer, resolvents: Iterable[ResolventNames]) -> None:
    """Laws that hold between self-energies alone, solved for each.

    Such as mu + c s_V - s_X = kappa where X is Gaussian.
    """
    for names in resolvents:
        for value in names.one_point.plain:
            for key in only(value, SelfEnergy):
                num, _ = value.collect(key)
                if len(num) == 2:
                    writer.offer([{key: -num[0] / num[1]}])


def _offer_complete(writer: Writer, forms: Iterable[list[Values]]) -> None:
    """Offer the forms all of whose steps replace something."""
    for steps in forms:
        if all(steps):
            writer.offer(steps)


def _one_point_laws(work: Workspace, resolvents: Iterable[ResolventNames]) -> tuple[Values, Values]:
    """Self-energies in terms of traces, and traces in terms of self-energies."""
    solved: Values = {}
    reversed_: Values = {}
    for one_point in (names.one_point for names in resolvents):
        solved.update(one_point.solved.items())
        through_traces = {k: v for k, v in one_point.solved.items() if k not in one_point.free}
        if len(through_traces) == 1:
            reversed_.update(_reverse(work, through_traces))
    return solved, reversed_


def _traces_by_gamma(pivots: Iterable[Pivot]) -> Values:
    """For each pivot one trace in terms of gamma, where the pivot is linear in it."""
    traces: Values = {}
    for pivot in pivots:
        for key in only(pivot.value, Trace):
            num, den = pivot.value.collect(key)
            if key not in traces and len(num) == 2 and len(den) == 1:
                traces[key] = (pivot.generator * den[0] - num[0]) / num[1]
                break
    return traces


def _rung_values(rungs: dict[Rational, Rational]) -> Values:
    return {generator.gens()[0]: value for value, generator in rungs.items()}


def _solved_for(pivot: Pivot, key: Generator) -> Rational | None:
    """A generator of a pivot in terms of gamma, where the pivot is a Moebius function of it."""
    num, den = pivot.value.collect(key)
    if len(num) > 2 or len(den) > 2 or len(num) + len(den) < 3:
        return None
    zero = pivot.value - pivot.value
    num, den = ([*c, zero][:2] for c in (num, den))
    return (pivot.generator * den[0] - num[0]) / (num[1] - pivot.generator * den[1])


def _reverse(work: Workspace, solved: dict[SelfEnergy, Rational]) -> Values:
    """The trace of a solved law in terms of its self-energy.

    For a Wishart letter df1 = (1 - s)/q.
    """
    ((key, value),) = solved.items()
    traces = only(value, Trace)
    if len(traces) != 1:
        return {}
    s = work.field.gen(key)
    num, den = value.collect(traces[0])
    if len(num) > 2 or len(den) > 2:
        return {}
    num, den = ([*c, work.field.zero][:2] for c in (num, den))
    return {traces[0]: (s * den[0] - num[0]) / (num[1] - s * den[1])}
