"""The relations of one derivation, given to an ideal as its definitions are put down."""

from __future__ import annotations

from collections.abc import Iterable

from planar.derivation.resummation.named import Named
from planar.derivation.resummation.rung_names import Pivot
from planar.derivation.resummation.scalar_writer import ScalarWriter
from planar.derivation.resummation.shortening.ideal import Ideal
from planar.foundations.generators import Complement, Generator, Imaginary, Scalar, Trace
from planar.foundations.rational import Rational

__all__ = ["ideal_of", "relations_of_pivot"]


def ideal_of(stage: Named, writer: ScalarWriter) -> Ideal:
    """What ratios, one-point laws and rungs say."""

    def has_name(key: Generator) -> bool:
        return key in writer.names or isinstance(key, Trace | Scalar | Imaginary | Complement)

    work = stage.work
    sizes = {Scalar(n) for n in work.problem.sizes}
    ratios = []
    for symbol, (value, _) in work.constants.items():
        ratios.append(work.scalar(symbol) - work.scalar(value))
    constants = {key for ratio in ratios for key in ratio.gens() if key not in sizes}
    ideal = Ideal(work.algebra, constants, has_name)
    for relation in (*ratios, *_one_point(stage)):
        ideal.add(relation.subs(writer.expansions))
    for value, generator in stage.solved.ladder.rungs.items():
        ideal.add(generator - value)
    return ideal


def _one_point(stage: Named) -> Iterable[Rational]:
    """The laws of every class of resolvents, each a value that is zero."""
    for names in stage.resolvents:
        one_point = names.one_point
        for key, value in (one_point.solved | one_point.kept).items():
            yield stage.work.field.gen(key) - value
        yield from one_point.plain


def relations_of_pivot(stage: Named, pivot: Pivot) -> Iterable[Rational]:
    """1 - gamma is the pivot, and gamma is what it lacks to one."""
    complement = stage.work.field.gen(Complement(pivot.generator.gens()[0]))
    yield pivot.generator - pivot.value
    yield pivot.generator + complement - 1
