"""Across components: the ladder. Unknown rung amplitudes enter linearly and are eliminated pair by
pair.

For components a < b, G_ab = G_aa (edges + Sigma)_{a..} G_{..b}. The self-energy between an
occurrence inside a and one inside b is unknown, affine in H_ab, and H_ab is affine in it: a small
linear system whose pivots are named 1 - gamma.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sympy import Expr

from planar.derivation.resummation.one_point import Component
from planar.derivation.resummation.pattern import alternating, fits
from planar.derivation.resummation.relations import at_zero, overlap_of, proportional, residual
from planar.derivation.resummation.workspace import Workspace
from planar.ensembles.law import Law
from planar.expression.pencil import Pencil
from planar.foundations.generators import PivotOf, Rung, RungWeight, only
from planar.foundations.rational import Rational
from planar.foundations.words import WordSum

__all__ = ["Ladder", "Pivot", "RungEquations"]

Rows = list[list[Rational]]


@dataclass(frozen=True)
class RungEquations:
    """The linear equations between two components: ``H = bare + loops S`` and ``on_s S + on_h H +
    constants = 0``.

    ``pairs`` are the occurrences that each entry of S and H joins, ``letters`` their names.
    """

    pairs: list[tuple[int, int]]
    letters: list[str]
    bare: list[Rational]
    loops: Rows
    on_s: Rows
    on_h: Rows
    constants: list[Rational]


@dataclass(frozen=True)
class Pivot:
    """One pivot ``1 - gamma`` of the linear two-point equations: its generator, its value, and the
    pair it joins.
    """

    generator: Rational
    value: Rational
    pair: tuple[int, int]
    letter: str


class Ladder:
    """All entries of the dressed propagator of a solved pencil, computed on demand."""

    def __init__(self, work: Workspace, pencil: Pencil, parts: Sequence[Component]) -> None:
        self.work, self.pencil, self.parts = work, pencil, parts
        self.home = {n: part.index for part in parts for n in part.nodes}
        self.pivots: dict[Rational, Pivot] = {}
        self.rungs: dict[Rational, Rational] = {}
        self.systems: list[tuple[Rung, Rational, str]] = []
        self.equations: list[RungEquations] = []
        self._energy: dict[tuple[int, int], Rational] = {}
        for part in parts:
            self._energy.update(part.self_energy)
        self._inner = {o for part in parts for o in part.occurrences}
        self._forward: dict[tuple[int, int], WordSum] = {}
        self._overlaps: dict[tuple[int, int], Rational] = {}
        self._solving: set[tuple[int, int]] = set()
        self._solved: set[tuple[int, int]] = set()

    # -- propagator
    # ------------------------------------------------------------------------------------------------

    def propagator(self, i: int, j: int) -> WordSum:
        """G between two nodes; zero where no walk leads from i to j."""
        a, b = self.home[i], self.home[j]
        if a == b:
            return self.parts[a].propagator.get((i, j), self.work.algebra.sum())
        return self._joined(i, j, self._transfer(a, b, j)) if a < b else self.work.algebra.sum()

    def _joined(self, i: int, j: int, transfer: dict[int, WordSum]) -> WordSum:
        total = self.work.algebra.sum()
        for m, entry in transfer.items():
            left = self.parts[self.home[i]].propagator.get((i, m))
            if left is not None:
                total = total + left * entry
        return self.work.algebra.homogenise(total)

    def _transfer(self, a: int, b: int, j: int) -> dict[int, WordSum]:
        """``sum over c of (edges + Sigma)_ac G_cj`` for j in component b, by node of a; solves the
        pair first.
        """
        self._solve(a, b)
        return {m: self._step(m, j, a, b, known_only=False) for m in self.parts[a].nodes}

    def _step(self, m: int, j: int, a: int, b: int, *, known_only: bool) -> WordSum:
        key = (m, j)
        if not known_only and key in self._forward:
            return self._forward[key]
        algebra = self.work.algebra
        total = algebra.sum()
        for (r, c), terms in self.pencil.edges.items():
            if r == m and a < self.home[c] <= b:
                total = total + self.work.words(terms) * self.propagator(c, j)
        for (o, p), value in self._self_energies(m, a, b, known_only=known_only):
            del o
            total = total + self.propagator(self.pencil.occurrences[p].col, j).scale(value)
        if not known_only:
            total = total.map(lambda c: self.work.shorten(c, None, 2 * _NAMED))
            self._forward[key] = total
        return total

    def _self_energies(
        self, m: int, a: int, b: int, *, known_only: bool
    ) -> list[tuple[tuple[int, int], Rational]]:
        """Self-energies that leave node m of component a for a component up to b."""
        found = []
        occurrences = self.pencil.occurrences
        for o, first in enumerate(occurrences):
            if first.row != m:
                continue
            for p, second in enumerate(occurrences):
                target = self.home[second.col]
                if not (o == p or fits(self.pencil, o, p)) or not a < target <= b:
                    continue
                if known_only and target == b and o in self._inner and p in self._inner:
                    continue
                value = self.self_energy(o, p)
                if value:
                    found.append(((o, p), value))
        return found

    # -- overlaps and self-energies
    # ----------------------------------------------------------------------------------

    def overlap(self, o: int, p: int) -> Rational:
        """H_op = tau(G[c_o, r_p])."""
        if (o, p) not in self._overlaps:
            first, second = self.pencil.occurrences[o], self.pencil.occurrences[p]
            entry = (
                self.propagator(first.col, second.row)
                if fits(self.pencil, o, p)
                else self.work.algebra.sum()
            )
            self._overlaps[o, p] = self.work.shorten(self._traced(entry, o, p), None, _NAMED)
        return self._overlaps[o, p]

    def _traced(self, entry: WordSum, o: int, p: int) -> Rational:
        """Trace of what lies between o and p, in units of the letter's reference dimension."""
        return self.work.trace(
            entry, self.pencil.spaces[self.pencil.occurrences[p].row], self._space(self._letter(o))
        )

    def _letter(self, o: int) -> str:
        return self.pencil.occurrences[o].letter.name

    def _space(self, name: str) -> Expr:
        return self.work.laws[name].shape[0]

    def self_energy(self, o: int, p: int) -> Rational:
        """S_op between two occurrences of one letter."""
        if (o, p) in self._energy:
            return self._energy[o, p]
        first, second = self.pencil.occurrences[o], self.pencil.occurrences[p]
        if (o == p and alternating(self.pencil, o)) or not (o == p or fits(self.pencil, o, p)):
            return self.work.field.zero
        if o == p:
            self._energy[o, p] = at_zero(self.work, self.work.laws[first.letter.name])
        elif o in self._inner and p in self._inner:
            a, b = self.home[first.row], self.home[second.row]
            if a >= b:
                return self.work.field.zero
            self._solve(a, b)
        elif not self._after(o, p):
            return self.work.field.zero
        else:
            self._solve_known(o, p)
        return self._energy[o, p]

    def _after(self, o: int, p: int) -> bool:
        return (
            self.home[self.pencil.occurrences[o].col] <= self.home[self.pencil.occurrences[p].row]
        )

    def _chain(self, o: int, p: int) -> list[int]:
        """The occurrences of one letter from o to p in an order in which H is triangular."""
        occurrences = self.pencil.occurrences
        low, high = self.home[occurrences[o].col], self.home[occurrences[p].row]
        same = [x for x, y in enumerate(occurrences) if y.letter.name == occurrences[o].letter.name]

        def place(x: int) -> tuple[int, int, int]:
            return (self.home[occurrences[x].row], self.home[occurrences[x].col], x)

        between = [
            x for x in same if low <= place(x)[0] and place(x)[1] <= high and x not in (o, p)
        ]
        mates_first = [x for x in between if self._mates(x, o)]
        mates_last = [x for x in between if self._mates(x, p)]
        middle = sorted((x for x in between if x not in mates_first + mates_last), key=place)
        return [o, *mates_first, *middle, *mates_last, p]

    def _mates(self, x: int, y: int) -> bool:
        """Whether two occurrences of one letter lie inside the same component."""
        first, second = self.pencil.occurrences[x], self.pencil.occurrences[y]
        inner = (
            x in self._inner and y in self._inner and self.home[first.row] == self.home[second.row]
        )
        return inner and first.letter.name == second.letter.name

    def _group(self, o: int, p: int) -> list[tuple[int, int]]:
        """All pairs whose self-energies are tied to that of (o, p): occurrences of one letter
        inside one component.
        """
        every = range(len(self.pencil.occurrences))
        left, right = ([y for y in every if y == x or self._mates(y, x)] for x in (o, p))
        return [(x, y) for x in left for y in right if fits(self.pencil, x, y)]

    def _solve_known(self, o: int, p: int) -> None:
        """Self-energies between a letter that stands alone and another one: H is known, the law is
        linear in S.
        """
        pairs = self._group(o, p)
        matrix, right = [], []
        for x, y in pairs:
            slopes, constant = self._affine(x, y)
            matrix.append([slopes.get(Rung("S", *pair), self.work.field.zero) for pair in pairs])
            right.append([-constant])
        for pair, (value,) in zip(
            pairs, _eliminate(matrix, right, self.work.field.zero), strict=True
        ):
            self._energy[pair] = self.work.shorten(value, None, _NAMED)

    def _affine(self, o: int, p: int) -> tuple[dict[Rung, Rational], Rational]:
        """The law's residual at (o, p) as an affine function of the unknowns: coefficients,
        constant.
        """
        work, total = self.work, self._law_residual(o, p)
        open_ = set(self._group(o, p))
        keys = [k for k in only(total, Rung) if (k.left, k.right) in open_]
        zeros: dict[Rung, Rational] = dict.fromkeys(keys, work.field.zero)
        constant = total.subs(zeros)
        slopes = {}
        for key in keys:
            rest: dict[Rung, Rational] = {k: v for k, v in zeros.items() if k != key}
            slopes[key] = total.subs({**rest, key: work.field.one}) - constant
        return slopes, constant

    def _law_residual(self, o: int, p: int) -> Rational:
        """The residual of the law between o and p, unknown entries of S and H as generators."""
        work = self.work
        law = work.laws[self.pencil.occurrences[o].letter.name]
        chain = self._chain(o, p)
        free = o in self._inner and p in self._inner
        unknown = dict.fromkeys(self._group(o, p))
        place = {x: i for i, x in enumerate(chain)}

        def entry(kind: Literal["S", "H"], i: int, j: int) -> Rational:
            x, y = chain[i], chain[j]
            if x != y and not fits(self.pencil, x, y):
                return work.field.zero
            if (x, y) in unknown and (kind == "S" or free):
                return work.field.gen(Rung(kind, x, y))
            if kind == "H":
                inside = x in self._inner and (x == y or self._mates(x, y))
                short = self._short_overlap(law, x, y) if inside else None
                return self.overlap(x, y) if short is None else short
            if place[x] > place[y] and not self._mates(x, y):
                return work.field.zero
            return self.self_energy(x, y)

        ends = (0, len(chain) - 1)
        return residual(
            work,
            law,
            range(len(chain)),
            lambda i, j: entry("S", i, j),
            lambda i, j: entry("H", i, j),
            ends,
        )

    def _short_overlap(self, law: Law, x: int, y: int) -> Rational | None:
        """H_xy inside a component through S, or under its name h; None where neither is shorter."""
        part = self.parts[self.home[self.pencil.occurrences[x].row]]
        if (x, y) not in part.self_energy:
            return self.work.field.zero
        unknown = next(u for u in part.one_point.unknowns if u.law == law)
        row = part.roles[x], part.roles[y]
        i, j = reversed(row) if part.transposed else row
        if unknown.is_matrix and not proportional(law):
            return self.work.field.gen(unknown.key(i, j).overlap)
        if law.atoms_and_weights() is not None:
            return self.work.field.gen(unknown.key(i, j).overlap)
        return overlap_of(self.work, law, unknown.entries, i, j, part.one_point.free)

    # -- the linear system of one pair
    # -------------------------------------------------------------------------------

    def _solve(self, a: int, b: int) -> None:
        if (a, b) in self._solved or (a, b) in self._solving:
            return
        self._solving.add((a, b))
        pairs = [
            (o, p)
            for o in self.parts[a].occurrences
            for p in self.parts[b].occurrences
            if fits(self.pencil, o, p)
        ]
        if pairs:
            for pair, value in zip(pairs, self._rungs(a, b, pairs), strict=True):
                self._energy[pair] = self.work.shorten(value, None, _NAMED)
        self._solving.discard((a, b))
        self._solved.add((a, b))

    def _rungs(self, a: int, b: int, pairs: list[tuple[int, int]]) -> list[Rational]:
        """Solve for S on all pairs: H = k + L S from the propagators, M_S S + M_H H + c = 0 from
        the laws.
        """
        occurrences = self.pencil.occurrences
        bare: dict[tuple[int, int], WordSum] = {}
        for j in dict.fromkeys(occurrences[p].row for _, p in pairs):
            transfer = {m: self._step(m, j, a, b, known_only=True) for m in self.parts[a].nodes}
            for i in dict.fromkeys(occurrences[o].col for o, _ in pairs):
                bare[i, j] = self._joined(i, j, transfer)
        k = [self._traced(bare[occurrences[o].col, occurrences[p].row], o, p) for o, p in pairs]
        loops = self.loops(pairs)
        letters = {self.pencil.occurrences[o].letter.name for o, _ in pairs}
        if any(
            u.is_matrix and u.law.name in letters
            for c in (a, b)
            for u in self.parts[c].one_point.unknowns
        ):
            return self._open_rungs(pairs, k, loops)
        if len(pairs) > _MANY:
            return self._open_rungs(pairs, k, loops)
        known = dict(self.pivots), dict(self.rungs)
        try:
            return self._eliminated(a, b, pairs, k, loops)
        except TooLong:
            self.pivots, self.rungs = known
            return self._open_rungs(pairs, k, loops)

    def _eliminated(
        self, a: int, b: int, pairs: list[tuple[int, int]], k: list[Rational], loops: Rows
    ) -> list[Rational]:
        """S on all pairs, one after another, every pivot under a name."""
        on_s, on_h, constants = self.laws(pairs)
        right_side = [[-x for x in row] + [-c] for row, c in zip(on_h, constants, strict=True)]
        rungs = _eliminate(on_s, right_side, self.work.field.zero)
        rungs = [[self._rung(x) for x in row[:-1]] + row[-1:] for row in rungs]
        n, zero = len(pairs), self.work.field.zero
        fed = [
            [sum((rungs[i][m] * loops[m][j] for m in range(n)), zero) for j in range(n)]
            for i in range(n)
        ]
        system = [[int(i == j) - fed[i][j] for j in range(n)] for i in range(n)]
        driven = [
            [rungs[i][n] + sum((rungs[i][m] * k[m] for m in range(n)), zero)] for i in range(n)
        ]
        names = [self._letter(o) for o, _ in pairs]
        solution = _eliminate(
            system, driven, zero, lambda value, i: self._name(value, (a, b), names[i])
        )
        self.equations.append(RungEquations(pairs, names, k, loops, on_s, on_h, constants))
        return [row[0] for row in solution]

    def _open_rungs(
        self, pairs: list[tuple[int, int]], k: list[Rational], loops: Rows
    ) -> list[Rational]:
        """Where a self-energy is a true matrix nothing is eliminated: the rungs stay named unknowns
        of a linear system.
        """
        amplitudes = [self.work.field.gen(Rung("S", o, p)) for o, p in pairs]
        for i, (o, p) in enumerate(pairs):
            law, overlap = self.work.laws[self._letter(o)], Rung("H", o, p)
            total = sum((x * y for x, y in zip(loops[i], amplitudes, strict=True)), k[i])
            value = self._law_residual(o, p)
            if proportional(law):
                self.systems.append((Rung("S", o, p), value.subs({overlap: total}), law.name))
            else:
                self.systems.append((Rung("S", o, p), value, law.name))
                self.systems.append((overlap, self.work.field.gen(overlap) - total, law.name))
        return amplitudes

    def laws(self, pairs: list[tuple[int, int]]) -> tuple[Rows, Rows, list[Rational]]:
        """What the laws say of the pairs: ``M_S S + M_H H + c = 0``."""
        zero = self.work.field.zero
        on_s, on_h, constants = [], [], []
        for o, p in pairs:
            slopes, constant = self._affine(o, p)
            on_s.append([slopes.get(Rung("S", x, y), zero) for x, y in pairs])
            on_h.append([slopes.get(Rung("H", x, y), zero) for x, y in pairs])
            constants.append(constant)
        return on_s, on_h, constants

    def loops(self, pairs: list[tuple[int, int]]) -> Rows:
        """The part of H on the pairs that is linear in S on the pairs: ``tau(G[c_o, r_x] G[c_y,
        r_p])``.
        """
        occurrences, rows = self.pencil.occurrences, []
        for o, p in pairs:
            row = []
            for x, y in pairs:
                left = self.propagator(occurrences[o].col, occurrences[x].row)
                right = self.propagator(occurrences[y].col, occurrences[p].row)
                row.append(self._traced(self.work.algebra.homogenise(left * right), o, p))
            rows.append(row)
        return rows

    def _rung(self, value: Rational) -> Rational:
        """A rung's weight under a name, unless it is as short as q s s'."""
        if value.size() <= 2:
            return value
        return self.rungs.setdefault(value, self.work.field.gen(RungWeight(len(self.rungs))))

    def _name(self, value: Rational, pair: tuple[int, int], letter: str) -> Rational:
        """A pivot under its name; equal pivots share it, constants stay numbers."""
        if value.is_constant:
            return value
        if value not in self.pivots:
            generator = self.work.field.gen(PivotOf(len(self.pivots)))
            classes = self.parts[pair[0]].one_point.index, self.parts[pair[1]].one_point.index
            self.pivots[value] = Pivot(generator, value, classes, letter)
        return self.pivots[value].generator


_MANY = 10
"""More rungs than this between two components stay a named linear system."""


class TooLong(Exception):
    """An elimination grows beyond what anyone would read."""


_NAMED = 12
"""Terms beyond which a self-energy or overlap between components gets a name."""

_LONGEST = 160
"""Terms in one entry of an elimination, beyond which the rungs stay a named linear system."""


def _eliminate(
    matrix: list[list[Rational]],
    right: list[list[Rational]],
    zero: Rational,
    name: Callable[[Rational, int], Rational] | None = None,
) -> list[list[Rational]]:
    """Solve ``matrix x = right`` by Gauss-Jordan elimination, pivots in the given order where they
    do not vanish.
    """
    n = len(matrix)
    rows = [list(m) + list(r) for m, r in zip(matrix, right, strict=True)]
    for i in range(n):
        swap = next(r for r in range(i, n) if rows[r][i])
        rows[i], rows[swap] = rows[swap], rows[i]
        pivot = name(rows[i][i], i) if name is not None else rows[i][i]
        rows[i] = [zero] * i + [zero + 1] + [x / pivot if x else zero for x in rows[i][i + 1 :]]
        for r in range(n):
            if r != i and rows[r][i]:
                factor = rows[r][i]
                rows[r] = [
                    x - factor * y if y else x for x, y in zip(rows[r], rows[i], strict=True)
                ]
                if name is not None and max(x.size() for x in rows[r]) > _LONGEST:
                    raise TooLong
    return [row[n:] for row in rows]
