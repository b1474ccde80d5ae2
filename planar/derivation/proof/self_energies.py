"""Lines of the one-point theory: R, the self-energies, and what is named through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sympy import Add, Expr, Function, Mul, Symbol
from sympy.core.function import AppliedUndef

from planar.derivation.derive import Worked
from planar.derivation.equivalent import Dyson
from planar.derivation.proof.parts import Line
from planar.formulas.naming import unused
from planar.foundations.errors import PlanarError

__all__ = ["Given", "r_series", "self_energies", "sizes_of_blocks", "through_self_energies"]

Given = list[tuple[Symbol, Expr]]
SHOWN = 3
"""Terms of R that are written out."""


def sizes_of_blocks(dyson: Dyson) -> tuple[tuple[int, ...], bool]:
    """The first sizes of blocks that this law has, and whether there are more."""
    sizes = [n for n in range(1, 3 * SHOWN + 1) if dyson.law.free_cumulant(n) != 0]
    return tuple(sizes[:SHOWN]), len(sizes) > SHOWN


def r_series(worked: Worked) -> Iterator[Line]:
    """For each law ``R(z) = sum over n of kappa_n z^(n-1)``.

    Where the series does not end, also the function that it is.
    """
    seen = dict[str, Dyson]()
    for dyson in worked.equivalent.iteration:
        seen.setdefault(dyson.law.name, dyson)
    z = Symbol(unused(("z", "x", "t", "zeta"), worked.equivalent.problem.names))
    for name, dyson in seen.items():
        left = Function(f"R_{name}")(z)
        sizes, more = sizes_of_blocks(dyson)
        terms = [
            worked.formula.stage.work.law_scalar(name, dyson.law.free_cumulant(n)) * z ** (n - 1)
            for n in sizes
        ]
        if any(term.has(AppliedUndef) for term in terms):
            continue
        if terms:
            yield Line.series(left, terms, "expansion", more=more, order=sizes[-1] - 1)
        closed = dyson.r_transform
        if more and closed is not None and not closed.has(AppliedUndef):
            yield Line(left, closed.subs(dyson.argument, z))


def self_energies(worked: Worked, given: Given) -> Iterator[Line]:
    """``s = R(h)`` where S is a number, else the law's relation between the entries of S and of H.

    Overlaps that several lines hold get the name h, and their values are put into ``given``.
    """
    printed = {d.symbol: d.expr for d in worked.equivalent.definitions}
    for dyson in worked.equivalent.iteration:
        places = dyson.places
        if all(s in printed for _, _, s in places) and not worked.equivalent.closed:
            continue
        if len(dyson.entries) == 1:
            yield Line(places[0][2], Function(f"R_{dyson.law.name}")(dyson.overlaps[0][0]))
        elif dyson.relation:
            overlaps = _overlaps(worked)
            names = {(i, j): overlaps[s] for i, j, s in places}
            for i, j, _ in places:
                given.append((names[i, j], dyson.overlaps[i][j]))
                yield Line(names[i, j], dyson.overlaps[i][j])
            yield from (_by_relation(dyson, i, j, s, names) for i, j, s in places)


def _overlaps(worked: Worked) -> dict[Symbol, Symbol]:
    """The overlap between the places of each self-energy, by the symbols of both."""
    stage = worked.formula.stage
    symbols: dict[Symbol, Symbol] = {}
    for names in stage.resolvents:
        for key, overlap in names.overlaps.items():
            symbols[stage.symbols[names.states[key]]] = stage.symbols[overlap]
    return symbols


def _by_relation(
    dyson: Dyson, i: int, j: int, s: Symbol, names: dict[tuple[int, int], Symbol]
) -> Line:
    """The entry (i, j) of the relation, solved for its linear term S."""

    def entry(letter: str, a: int, b: int) -> Expr | None:
        if letter == "S":
            return dyson.entries[a][b]
        return names.get((a, b), dyson.overlaps[a][b] or None)

    lead, total = Add(), list[Expr]()
    for coefficient, word in dyson.relation:
        if word == "S":
            lead += coefficient
            continue
        row = {i: Add(1)}
        for letter in word:
            row = _row_times(row, partial(entry, letter), len(dyson.entries))
        total.append(coefficient * row.get(j, Add()))
    if lead == 0:
        raise PlanarError(
            f"the relation of {dyson.law.name} has no term in S alone; write it as S minus the "
            "other terms."
        )
    return Line(s, Add(*(Mul(-1, t) / lead for t in total)))


def _row_times(
    row: dict[int, Expr], entry: Callable[[int, int], Expr | None], size: int
) -> dict[int, Expr]:
    """A row vector times a matrix, entries of None left out."""
    product = {}
    for b in range(size):
        entries = ((x, entry(a, b)) for a, x in row.items())
        product[b] = Add(*(x * e for x, e in entries if e is not None))
    return product


def through_self_energies(worked: Worked) -> Iterator[Line]:
    """Renormalised ridges and S-transforms in terms of the self-energies.

    These are kappa = lambda/s and S = 1/s.
    """
    printed = {d.symbol for d in worked.equivalent.definitions}
    return (Line(d.symbol, d.expr) for d in worked.equivalent.named if d.symbol in printed)
