"""Every displayed line of a derivation, expanded in exact arithmetic.

A line is an identity of words, of planar sums, or of series.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from sympy import Dummy, Symbol

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Line, Step
from planar.diagrams.walks import check_order
from planar.evidence.verify.closed_form import with_definitions
from planar.evidence.verify.expansion import Point, evaluate
from planar.evidence.verify.gaussian_rationals import FormalError
from planar.evidence.verify.grading import Weights, gradings
from planar.evidence.verify.laurent import Series
from planar.evidence.verify.left_side import Enumeration
from planar.evidence.verify.random_data import Sample
from planar.evidence.verify.self_energy_series import numeric_cumulants, self_energies
from planar.expression.reading import read
from planar.formulas.chalk import chalk
from planar.foundations.errors import PlanarError, Ungraded
from planar.foundations.notebook_display import Printed

__all__ = ["CheckedLine", "CheckedLines", "check_lines"]

_ATTEMPTS = 6


@dataclass(frozen=True)
class CheckedLine(Printed):
    """One line of a derivation, expanded.

    Attributes
    ----------
    step : str
        The title of the step that shows the line.
    line : Line
        Both sides, and how they are related.
    agrees : bool
        Whether both sides agree.
    """

    step: str
    line: Line
    agrees: bool

    def __str__(self) -> str:
        line = self.line
        sides = f"{chalk(line.left)} {line.relation} {chalk(line.right)}"
        dots = " + ..." if line.more else ""
        verdict = "" if self.agrees else "  FALSE"
        return f"{self.step}: {sides}{dots}{verdict}"


@dataclass(frozen=True)
class CheckedLines(Printed):
    """The lines of a derivation, expanded on random rational matrices; true where all agree.

    Attributes
    ----------
    lines : tuple of CheckedLine
        Every line, in the order of the steps.
    order : int
        How many random letters the expansion goes through.
    seed : int
        Of the random rational data.
    """

    lines: tuple[CheckedLine, ...]
    order: int
    seed: int

    def __bool__(self) -> bool:
        return all(line.agrees for line in self.lines)

    def __str__(self) -> str:
        false = [line for line in self.lines if not line.agrees]
        verdict = (
            f"{len(false)} of {len(self.lines)} lines disagree"
            if false
            else f"all {len(self.lines)} lines agree"
        )
        head = f"exact through order {self.order}: {verdict} (seed {self.seed})"
        return "\n".join([head, *map(str, false)])


def check_lines(
    equivalent: Equivalent, steps: Iterable[Step], order: int = 3, *, seed: int = 0
) -> CheckedLines:
    """Expand both sides of every line.

    Self-energies come from their own iteration ``S <- sum of kappa_n H^(n-1)``, not from the
    printed equations, which are solved on their own; expectations from the enumeration; in an
    expansion random letters are matrices of numbers.

    Raises ``Ungraded`` and ``TooLargeError`` as ``verify`` does, ``PlanarError`` where a side is
    not a formal series.
    """
    check_order(order)
    all_steps = tuple(steps)
    failure: FormalError | None = None
    sample = Sample(equivalent, seed)
    for attempt, weights in enumerate(gradings(equivalent.target, sample.unscaled), 1):
        try:
            lines = tuple(_checked(equivalent, all_steps, sample, weights, order))
            return CheckedLines(lines, order, seed)
        except FormalError as error:
            failure = failure or error
        if attempt == _ATTEMPTS:
            break
    if failure is None:
        raise Ungraded(
            f"cannot expand the lines for `{equivalent.lhs}`: no symbol can carry the orders."
        )
    raise PlanarError(f"cannot expand the lines for `{equivalent.lhs}`: {failure}") from failure


def _checked(
    equivalent: Equivalent, steps: tuple[Step, ...], sample: Sample, weights: Weights, order: int
) -> Iterable[CheckedLine]:
    bare = sample.point(weights, order + 6)
    cumulants = {law.name: numeric_cumulants(law, bare) for law in equivalent.laws}
    solved = with_definitions(_needed(equivalent, steps), bare)
    point = Point(solved.symbols, bare.letters, {**bare.laws, **cumulants}, bare.terms)
    point = point.with_symbols(self_energies(equivalent, point, cumulants))
    for step in steps:
        at_step = point
        for symbol, value in step.given:
            at_step = at_step.with_symbols({symbol: evaluate(value, at_step)})
        for line in step.lines:
            yield CheckedLine(step.title, line, _agrees(line, at_step, sample, weights, order))


def _needed(equivalent: Equivalent, steps: Sequence[Step]) -> tuple[Definition, ...]:
    """The definitions of the derivation on which its lines depend, directly or through others."""
    given = list(chain.from_iterable(step.given for step in steps))
    lines = list(chain.from_iterable(step.lines for step in steps))
    states = {*equivalent.states, *(symbol for symbol, _ in given)}
    known = _printed_definitions(lines, states)
    known |= {d.symbol: d for d in (*equivalent.auxiliary, *equivalent.definitions)}
    sides = [
        *chain.from_iterable((line.left, line.right) for line in lines),
        *(value for _, value in given),
        *(d.expr for d in equivalent.named),
    ]
    symbols = set(chain.from_iterable(side.atoms(Symbol) for side in sides))
    needed = Dependence(known.values()).below(symbols)
    return tuple(d for symbol, d in known.items() if symbol in needed)


def _printed_definitions(lines: Sequence[Line], states: set[Symbol]) -> dict[Symbol, Definition]:
    """Equations that are printed for a symbol; of several for one symbol the first."""
    return {
        line.left: Definition(line.left, line.right)
        for line in reversed(lines)
        if line.kind == "equation" and isinstance(line.left, Symbol) and line.left not in states
    }


def _agrees(line: Line, point: Point, sample: Sample, weights: Weights, order: int) -> bool:
    match line.kind:
        case "expectation" if line.more:
            return _first_orders(line, point, sample)
        case "expectation":
            left = Enumeration(point, weights).expectation(read(line.left), order)
            return left.value.agrees(evaluate(line.right, point), min(left.diagrams) + order + 1)
        case "expansion" if line.left.is_Matrix:
            letters = {**point.letters, **_random(sample, point.terms)}
            filled = Point(point.symbols, letters, point.laws, point.terms)
            left_side, right = evaluate(line.left, filled), evaluate(line.right, filled)
            return left_side.agrees(right, left_side.low + line.order + 1)
        case _:
            free = [s for s in line.left.free_symbols if s not in point.symbols]
            small = point.with_symbols(dict.fromkeys(free, point.one.shift(1)))
            left_side, right = evaluate(line.left, small), evaluate(line.right, small)
            high = line.order + 1 if line.more else min(left_side.high, right.high)
            return left_side.agrees(right, high)


def _first_orders(line: Line, point: Point, sample: Sample) -> bool:
    """Whether the right side is the planar sum through the order of the line.

    Every random letter is scaled by eps.
    """
    eps = Dummy("eps")
    bare = sample.point({}, line.order + 2)
    ratios = {
        s: v
        for s, v in point.symbols.items()
        if s not in bare.symbols and v.low == 0 and len(v.coefficients) == 1
    }
    unscaled = Point({**ratios, **bare.symbols}, bare.letters, point.laws, bare.terms)
    scaled = unscaled.with_symbols({eps: unscaled.one.shift(1)})
    target = read(line.left.xreplace({law: eps * law for law in sample.laws}))
    planar = Enumeration(scaled, {eps: 1}).expectation(target, line.order)
    difference = evaluate(line.right, unscaled)
    for power in range(line.order + 1):
        difference = difference - unscaled.constant(planar.value.coefficient(power))
    return not difference.coefficients


def _random(sample: Sample, terms: int) -> dict[str, Series]:
    """Matrices of numbers in place of the random letters."""
    return {law.name: Series.of(0, [sample.stand_in(law)], terms) for law in sample.laws}
