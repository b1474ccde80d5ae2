"""Every displayed line of a derivation, expanded in exact arithmetic: an identity of words, of
planar sums, or of series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Dummy, Expr, Integer, Symbol
from sympy.core.function import AppliedUndef

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Dyson, Equivalent
from planar.derivation.proof import Line, Step
from planar.diagrams.walks import check_order
from planar.ensembles.law import Law
from planar.evidence.verify.certificate import (
    Sample,
    Sweep,
    Unknowns,
    fixed_point,
    with_definitions,
)
from planar.evidence.verify.grading import Weights, gradings
from planar.evidence.verify.laurent import Exact, FormalError, Point, Series, evaluate
from planar.evidence.verify.left_side import Enumeration
from planar.expression.tree import read
from planar.formulas.chalk import chalk
from planar.foundations.errors import PlanarError, Ungraded
from planar.foundations.printed import Printed

__all__ = ["CheckedLine", "CheckedLines", "check_lines", "same_lines"]

_ATTEMPTS = 5
_LONGEST = 4
"""Powers of H that may cost one order together, as where a letter stands several times in one word.
"""


@dataclass(frozen=True)
class CheckedLine(Printed):
    """One line with the step that shows it, and whether both sides agree."""

    step: str
    line: Line
    agrees: bool

    def __str__(self) -> str:
        dots = " + ..." if self.line.more else ""
        verdict = "" if self.agrees else "  FALSE"
        return f"{self.step}: {chalk(self.line.left)} {self.line.relation} {chalk(self.line.right)}{dots}{verdict}"


@dataclass(frozen=True)
class CheckedLines(Printed):
    """True where every line agrees through ``order`` random letters, on random rational matrices."""

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
    printed equations, which are solved for themselves; expectations from the enumeration; in an
    expansion random letters are matrices of numbers.

    Raises ``Ungraded`` and ``TooLargeError`` as ``verify`` does, ``PlanarError`` where something is
    no formal series.
    """
    check_order(order)
    every = tuple(steps)
    failure: FormalError | None = None
    sample = Sample(equivalent, seed)
    for attempt, weights in enumerate(gradings(equivalent.target, sample.unscaled)):
        try:
            return CheckedLines(
                tuple(_checked(equivalent, every, sample, weights, order)), order, seed
            )
        except FormalError as error:
            failure = failure or error
        if attempt == _ATTEMPTS:
            break
    if failure is None:
        raise Ungraded(
            f"cannot expand the lines for `{equivalent.lhs}`: no symbol can carry the orders."
        )
    raise PlanarError(f"cannot expand the lines for `{equivalent.lhs}`: {failure}") from failure


def same_lines(
    equivalent: Equivalent,
    ours: Iterable[Step],
    theirs: Iterable[Step],
    eps: Symbol,
    *,
    seed: int = 0,
) -> bool:
    """Whether two derivations show the same lines where eps, which stands before every random
    letter of the second, is 1.

    Sides with random letters are compared as they are read, all others exactly, for free values of
    every symbol.
    """
    mine, other = ([line for step in steps for line in step.lines] for steps in (ours, theirs))
    if len(mine) != len(other):
        return False
    sample = Sample(equivalent, seed)
    sides = (
        (a, b.xreplace({eps: Integer(1)}))
        for x, y in zip(mine, other, strict=True)
        for a, b in _sides(x, y)
    )
    pairs = [(_applied(a), _applied(b)) for a, b in sides]
    point = sample.point({}, 4)
    free = sorted(
        {s for pair in pairs for side in pair for s in side.atoms(Symbol)} - set(point.symbols),
        key=str,
    )
    point = point.with_symbols({s: point.constant(sample.free_value()) for s in free})

    def same(a: Expr, b: Expr) -> bool:
        if a.has(*sample.laws):
            return read(a.doit()) == read(b.doit())
        return evaluate(a, point).agrees(evaluate(b, point), 1)

    return all(same(a, b) for a, b in pairs)


def _applied(side: Expr) -> Expr:
    """R(h) as R times h, which tells different ones apart just as well."""
    calls = sorted(side.atoms(AppliedUndef), key=str)
    return side.xreplace({call: _stand_in(call.func) * call.args[0] for call in calls})


@cache
def _stand_in(function: Any) -> Symbol:
    return Dummy(str(function))


def _sides(one: Line, other: Line) -> tuple[tuple[Expr, Expr], ...]:
    return (one.left, other.left), (one.right, other.right)


def _checked(
    equivalent: Equivalent, steps: tuple[Step, ...], sample: Sample, weights: Weights, order: int
) -> Iterable[CheckedLine]:
    bare = sample.point(weights, order + 6)
    cumulants = {law.name: _cumulants(law, bare) for law in equivalent.laws}
    solved = with_definitions(_needed(equivalent, steps), bare)
    point = Point(solved.symbols, bare.letters, {**bare.laws, **cumulants}, bare.terms)
    point = point.with_symbols(_self_energies(equivalent, point, cumulants))
    for step in steps:
        here = point
        for symbol, value in step.given:
            here = here.with_symbols({symbol: evaluate(value, here)})
        for line in step.lines:
            yield CheckedLine(step.title, line, _agrees(line, here, sample, weights, order))


def _needed(equivalent: Equivalent, steps: Iterable[Step]) -> tuple[Definition, ...]:
    """The definitions of the derivation that its lines hold, those that these hold included."""
    states = set(equivalent.states)
    states.update(symbol for step in steps for symbol, _ in step.given)
    printed = [
        line
        for step in steps
        for line in step.lines
        if line.kind == "equation" and isinstance(line.left, Symbol)
    ]
    known = {
        line.left: Definition(line.left, line.right)
        for line in reversed(printed)
        if line.left not in states
    }
    known |= {d.symbol: d for d in (*equivalent.auxiliary, *equivalent.definitions)}
    sides = [side for step in steps for line in step.lines for side in (line.left, line.right)]
    sides += [value for step in steps for _, value in step.given] + [
        d.expr for d in equivalent.named
    ]
    needed = Dependence(known.values()).below({s for side in sides for s in side.atoms(Symbol)})
    return tuple(d for symbol, d in known.items() if symbol in needed)


def _agrees(line: Line, point: Point, sample: Sample, weights: Weights, order: int) -> bool:
    match line.kind:
        case "expectation" if line.more:
            return _first_orders(line, point, sample)
        case "expectation":
            left = Enumeration(point, weights).expectation(read(line.left), order)
            return left.value.agrees(evaluate(line.right, point), min(left.diagrams) + order + 1)
        case "expansion" if line.left.is_Matrix:
            filled = Point(
                point.symbols,
                {**point.letters, **_random(sample, point.terms)},
                point.laws,
                point.terms,
            )
            left_side, right = evaluate(line.left, filled), evaluate(line.right, filled)
            return left_side.agrees(right, left_side.low + line.order + 1)
        case _:
            z = {s: point.one.shift(1) for s in line.left.free_symbols if s not in point.symbols}
            here = point.with_symbols(z)
            one, other = evaluate(line.left, here), evaluate(line.right, here)
            return one.agrees(other, line.order + 1 if line.more else min(one.high, other.high))


def _first_orders(line: Line, point: Point, sample: Sample) -> bool:
    """Whether the right side is the planar sum through this many random letters, each scaled by an
    eps of its own.
    """
    eps = Dummy("eps")
    bare = sample.point({}, line.order + 2)
    ratios = {
        s: v
        for s, v in point.symbols.items()
        if s not in bare.symbols and v.low == 0 and len(v.coefficients) == 1
    }
    here = Point({**ratios, **bare.symbols}, bare.letters, point.laws, bare.terms)
    scaled = here.with_symbols({eps: here.one.shift(1)})
    target = read(line.left.xreplace({law: eps * law for law in sample.laws}))
    left = Enumeration(scaled, {eps: 1}).expectation(target, line.order)
    total = evaluate(line.right, here)
    for power in range(line.order + 1):
        total = total - here.constant(left.value.coefficient(power))
    return not total.coefficients


def _cumulants(law: Law, point: Point) -> Callable[[int], Exact]:
    """Free cumulants of a law as numbers; those without any are the random ones of the sample."""
    known: dict[int, Exact] = {}
    constants: Mapping[Symbol, Expr] = law.constants()

    def cumulant(n: int) -> Exact:
        if n not in known:
            known[n] = evaluate(law.free_cumulant(n).xreplace(dict(constants)), point).coefficient(
                0
            )
        return known[n]

    return cumulant


def _random(sample: Sample, terms: int) -> dict[str, Series]:
    """Matrices of numbers in place of the random letters."""
    return {law.name: Series.of(0, [sample.stand_in(law)], terms) for law in sample.laws}


def _self_energies(
    equivalent: Equivalent, point: Point, cumulants: Mapping[str, Callable[[int], Exact]]
) -> Unknowns:
    """The solution of ``S = sum over n of kappa_(n+1) H^n`` for all laws together."""
    symbols = [s for dyson in equivalent.iteration for _, _, s in dyson.places]
    if not symbols:
        return {}

    def sweeps(at: Point) -> Sweep:
        def sweep(values: Unknowns) -> Unknowns:
            found = dict(values)
            for dyson in equivalent.iteration:
                here = at.with_symbols(found)
                for d in equivalent.named:
                    here = here.with_symbols({d.symbol: evaluate(d.expr, here)})
                found.update(_of_law(dyson, cumulants[dyson.law.name], here))
            return found

        return sweep

    return fixed_point(symbols, sweeps, point)


def _of_law(dyson: Dyson, cumulant: Callable[[int], Exact], point: Point) -> dict[Symbol, Series]:
    """One law's self-energies, from the powers of its matrix of overlaps."""
    size = range(len(dyson.entries))
    h = {
        (i, j): evaluate(dyson.overlaps[i][j], point)
        for i in size
        for j in size
        if dyson.overlaps[i][j] != 0
    }
    power = {(i, i): point.one for i in size}
    total: dict[tuple[int, int], Series] = {}
    for n in range(_LONGEST * point.terms):
        weight = point.constant(cumulant(n + 1))
        for place, value in power.items():
            total[place] = total[place] + weight * value if place in total else weight * value
        power = {
            (i, j): _sum([power[i, k] * h[k, j] for k in size if (i, k) in power and (k, j) in h])
            for i in size
            for j in size
            if any((i, k) in power and (k, j) in h for k in size)
        }
        reached = min((value.low for value in power.values()), default=point.terms)
        if reached >= point.terms:
            return {
                s: _cut(total[i, j], point.terms) for i, j, s in dyson.places if (i, j) in total
            }
    raise FormalError(f"the powers of the overlaps of {dyson.law.name} do not become small.")


def _sum(parts: list[Series]) -> Series:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _cut(value: Series, terms: int) -> Series:
    """No more orders than the powers of H reach."""
    return Series.of(value.low, value.coefficients, terms, min(value.high, terms))
