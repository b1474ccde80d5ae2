"""Across components: the ladder of rungs, eliminated pair by pair.

For components a < b, G_ab = G_aa (edges + Sigma)_{a..} G_{..b}. The self-energy between an
occurrence inside a and one inside b is unknown, affine in H_ab, and H_ab is affine in it: a small
linear system whose pivots are named 1 - gamma.
"""

from __future__ import annotations

from collections.abc import Sequence

from planar.derivation.resummation.arrangement import arrangement
from planar.derivation.resummation.gauss_jordan import Rows, TooLong, eliminate
from planar.derivation.resummation.ladder_laws import LadderLaws
from planar.derivation.resummation.one_point import Component
from planar.derivation.resummation.pattern import alternating, fits, fitting_pairs
from planar.derivation.resummation.relations import at_zero, proportional
from planar.derivation.resummation.rung_equations import RungEquations, amplitudes
from planar.derivation.resummation.rung_names import Pivot, RungNames
from planar.derivation.resummation.workspace import Workspace
from planar.expression.pencil import Pencil
from planar.foundations.algebra import WordSum
from planar.foundations.generators import Rung
from planar.foundations.rational import Rational

__all__ = ["Ladder"]

_MANY = 10
"""More rungs than this between two components stay a named linear system."""

_NAMED = 12
"""Terms beyond which a self-energy or overlap between components gets a name."""


class Ladder:
    """All entries of the dressed propagator of a solved pencil, computed on demand.

    ``equations`` are the linear systems that were eliminated, ``systems`` the equations of rungs
    that stay unknown: each the rung, a value that must vanish, and the letter.
    """

    def __init__(self, work: Workspace, pencil: Pencil, parts: Sequence[Component]) -> None:
        self.work, self.pencil, self.parts = work, pencil, parts
        self.arrangement = arrangement(pencil, parts)
        self.home, self.inner = self.arrangement.home, self.arrangement.inner
        self.laws = LadderLaws(work, self.arrangement, parts, self.overlap, self.self_energy)
        self.systems: list[tuple[Rung, Rational, str]] = []
        self.equations: list[RungEquations] = []
        self._names = RungNames(work.field)
        self._energy: dict[tuple[int, int], Rational] = {}
        for part in parts:
            self._energy.update(part.self_energy)
        self._forward: dict[tuple[int, int], WordSum] = {}
        self._overlaps: dict[tuple[int, int], Rational] = {}
        self._solving: set[tuple[int, int]] = set()
        self._solved: set[tuple[int, int]] = set()

    @property
    def pivots(self) -> dict[Rational, Pivot]:
        """The pivots 1 - gamma that have a name, by their values."""
        return self._names.pivots

    @property
    def rungs(self) -> dict[Rational, Rational]:
        """The generators of the weights of rungs that have a name, by their values."""
        return self._names.weights

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
        """``sum over c of (edges + Sigma)_ac G_cj`` for j in component b, by node of a.

        Solves the pair first.
        """
        self._solve(a, b)
        return {m: self._step(m, j, a, b, known_only=False) for m in self.parts[a].nodes}

    def _step(self, m: int, j: int, a: int, b: int, *, known_only: bool) -> WordSum:
        """The entry of ``_transfer`` at node m, on request without the unknown rungs."""
        key = (m, j)
        if not known_only and key in self._forward:
            return self._forward[key]
        total = self.work.algebra.sum()
        for (r, c), terms in self.pencil.edges.items():
            if r == m and a < self.home[c] <= b:
                total = total + self.work.words(terms) * self.propagator(c, j)
        for p, value in self._self_energies(m, a, b, known_only=known_only):
            total = total + self.propagator(self.pencil.occurrences[p].col, j).scale(value)
        if not known_only:
            total = total.map(lambda c: self.work.shorten(c, None, 2 * _NAMED))
            self._forward[key] = total
        return total

    def _self_energies(
        self, m: int, a: int, b: int, *, known_only: bool
    ) -> list[tuple[int, Rational]]:
        """Self-energies from node m of component a to a component up to b.

        Each with the occurrence at which it ends.
        """
        leaving = []
        occurrences = self.pencil.occurrences
        for o, first in enumerate(occurrences):
            if first.row != m:
                continue
            for p, second in enumerate(occurrences):
                target = self.home[second.col]
                if not (o == p or fits(self.pencil, o, p)) or not a < target <= b:
                    continue
                if known_only and target == b and o in self.inner and p in self.inner:
                    continue
                value = self.self_energy(o, p)
                if value:
                    leaving.append((p, value))
        return leaving

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
        space = self.pencil.spaces[self.pencil.occurrences[p].row]
        reference = self.work.laws[self.arrangement.letter(o)].shape[0]
        return self.work.trace(entry, space, reference)

    def self_energy(self, o: int, p: int) -> Rational:
        """S_op between two occurrences of one letter."""
        if (o, p) in self._energy:
            return self._energy[o, p]
        if (o == p and alternating(self.pencil, o)) or not (o == p or fits(self.pencil, o, p)):
            return self.work.field.zero
        if o == p:
            self._energy[o, p] = at_zero(self.work, self.work.laws[self.arrangement.letter(o)])
        elif o in self.inner and p in self.inner:
            occurrences = self.pencil.occurrences
            a, b = self.home[occurrences[o].row], self.home[occurrences[p].row]
            if a >= b:
                return self.work.field.zero
            self._solve(a, b)
        elif not self.arrangement.ends_before(o, p):
            return self.work.field.zero
        else:
            self._solve_known(o, p)
        return self._energy[o, p]

    def _solve_known(self, o: int, p: int) -> None:
        """Self-energies of a letter that stands alone: H is known, the law is linear in S."""
        pairs, zero = self.arrangement.group(o, p), self.work.field.zero
        matrix, right = [], []
        for x, y in pairs:
            slopes, constant = self.laws.affine(x, y)
            matrix.append([slopes.get(Rung("S", *pair), zero) for pair in pairs])
            right.append([-constant])
        for pair, (value,) in zip(pairs, eliminate(matrix, right, zero), strict=True):
            self._energy[pair] = self.work.shorten(value, None, _NAMED)

    def _solve(self, a: int, b: int) -> None:
        """Solve for the rungs between two components, once."""
        if (a, b) in self._solved or (a, b) in self._solving:
            return
        self._solving.add((a, b))
        pairs = fitting_pairs(self.pencil, self.parts[a].occurrences, self.parts[b].occurrences)
        if pairs:
            for pair, value in zip(pairs, self._rungs(a, b, pairs), strict=True):
                self._energy[pair] = self.work.shorten(value, None, _NAMED)
        self._solving.discard((a, b))
        self._solved.add((a, b))

    def _rungs(self, a: int, b: int, pairs: list[tuple[int, int]]) -> list[Rational]:
        """S on all pairs: H = k + L S from the propagators, M_S S + M_H H + c = 0 from the laws."""
        bare = self._bare_overlaps(a, b, pairs)
        loops = self.loops(pairs)
        if len(pairs) > _MANY or self._meets_matrix(a, b, pairs):
            return self._open_rungs(pairs, bare, loops)
        names_before = self._names.copy()
        try:
            return self._eliminated(a, b, pairs, bare, loops)
        except TooLong:
            self._names = names_before
            return self._open_rungs(pairs, bare, loops)

    def _bare_overlaps(self, a: int, b: int, pairs: list[tuple[int, int]]) -> list[Rational]:
        """The part of H on the pairs that holds none of the unknown rungs."""
        occurrences = self.pencil.occurrences
        bare: dict[tuple[int, int], WordSum] = {}
        for j in dict.fromkeys(occurrences[p].row for _, p in pairs):
            transfer = {m: self._step(m, j, a, b, known_only=True) for m in self.parts[a].nodes}
            for i in dict.fromkeys(occurrences[o].col for o, _ in pairs):
                bare[i, j] = self._joined(i, j, transfer)
        return [self._traced(bare[occurrences[o].col, occurrences[p].row], o, p) for o, p in pairs]

    def _meets_matrix(self, a: int, b: int, pairs: list[tuple[int, int]]) -> bool:
        """Whether a letter of the pairs has a true matrix as self-energy in either component."""
        letters = {self.arrangement.letter(o) for o, _ in pairs}
        unknowns = (*self.parts[a].one_point.unknowns, *self.parts[b].one_point.unknowns)
        return any(u.is_matrix and u.law.name in letters for u in unknowns)

    def _eliminated(
        self, a: int, b: int, pairs: list[tuple[int, int]], bare: list[Rational], loops: Rows
    ) -> list[Rational]:
        """S on all pairs in closed form."""
        on_s, on_h, constants = self.laws.on_pairs(pairs)
        letters = [self.arrangement.letter(o) for o, _ in pairs]
        equations = RungEquations(pairs, letters, bare, loops, on_s, on_h, constants)
        classes = self.parts[a].one_point.index, self.parts[b].one_point.index
        solution = amplitudes(equations, self._names, classes, self.work.field.zero)
        self.equations.append(equations)
        return solution

    def _open_rungs(
        self, pairs: list[tuple[int, int]], bare: list[Rational], loops: Rows
    ) -> list[Rational]:
        """The rungs as named unknowns of a linear system, where nothing is eliminated."""
        unknowns = [self.work.field.gen(Rung("S", o, p)) for o, p in pairs]
        for i, (o, p) in enumerate(pairs):
            law, overlap = self.work.laws[self.arrangement.letter(o)], Rung("H", o, p)
            total = sum((x * y for x, y in zip(loops[i], unknowns, strict=True)), bare[i])
            value = self.laws.residual(o, p)
            if proportional(law):
                self.systems.append((Rung("S", o, p), value.subs({overlap: total}), law.name))
            else:
                self.systems.append((Rung("S", o, p), value, law.name))
                self.systems.append((overlap, self.work.field.gen(overlap) - total, law.name))
        return unknowns

    def loops(self, pairs: list[tuple[int, int]]) -> Rows:
        """What of H on the pairs is linear in S there: ``tau(G[c_o, r_x] G[c_y, r_p])``."""
        occurrences, rows = self.pencil.occurrences, []
        for o, p in pairs:
            row = []
            for x, y in pairs:
                left = self.propagator(occurrences[o].col, occurrences[x].row)
                right = self.propagator(occurrences[y].col, occurrences[p].row)
                row.append(self._traced(self.work.algebra.homogenise(left * right), o, p))
            rows.append(row)
        return rows
